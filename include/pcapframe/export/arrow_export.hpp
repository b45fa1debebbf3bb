// Rows handed over by the Arrow C data interface: the consumer owns the structs, and gives them back by their release
// callbacks, whole or part by part, in any order and on any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/export/arrow_batch.hpp>
#include <pcapframe/export/arrow_c_data.hpp>
#include <pcapframe/export/arrow_types.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

// Schemas.

/// Releases what has not been released or moved elsewhere, whose release is null then.
template <class Arrow>
void release_if_held(Arrow& held) noexcept {
    if (held.release != nullptr) held.release(&held);
}

struct schema_owner {
    schema_owner() = default;
    schema_owner(const schema_owner&) = delete;
    schema_owner& operator=(const schema_owner&) = delete;
    ~schema_owner() {
        for (ArrowSchema& child : children) release_if_held(child);
        release_if_held(dictionary);
    }

    std::string format;
    std::string name;
    std::string metadata;
    std::vector<ArrowSchema> children;
    std::vector<ArrowSchema*> child_pointers;
    ArrowSchema dictionary{};
};

inline void release_schema(ArrowSchema* schema) {
    delete static_cast<schema_owner*>(schema->private_data);
    schema->release = nullptr;
}

inline void append_native32(std::string& out, std::size_t value) {
    const auto number = static_cast<std::int32_t>(value);
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    out.append(bytes, sizeof bytes);
}

/// Pairs of texts with their lengths, in the machine's byte order.
inline std::string packed_metadata(const text_pairs& pairs) {
    std::string packed;
    append_native32(packed, pairs.size());
    for (const auto& [key, value] : pairs) {
        append_native32(packed, key.size());
        packed += key;
        append_native32(packed, value.size());
        packed += value;
    }
    return packed;
}

inline ArrowSchema make_schema(std::unique_ptr<schema_owner> owner, bool nullable) {
    ArrowSchema schema{};
    schema.format = owner->format.c_str();
    schema.name = owner->name.c_str();
    schema.metadata = owner->metadata.empty() ? nullptr : owner->metadata.data();
    schema.flags = nullable ? ARROW_FLAG_NULLABLE : 0;
    for (ArrowSchema& child : owner->children) owner->child_pointers.push_back(&child);
    schema.n_children = static_cast<std::int64_t>(owner->children.size());
    schema.children = owner->child_pointers.empty() ? nullptr : owner->child_pointers.data();
    schema.dictionary = owner->dictionary.release == nullptr ? nullptr : &owner->dictionary;
    schema.release = &release_schema;
    schema.private_data = owner.release();
    return schema;
}

inline std::string c_format(const column_ref& c, const arrow_options& options) {
    const arrow_type type = arrow_type_of(c, options);
    switch (type.kind) {
        case arrow_kind::timestamp: return "tsn:UTC";
        case arrow_kind::number: return type.bytes == 1 ? "C" : type.bytes == 2 ? "S" : type.bytes == 4 ? "I" : "L";
        case arrow_kind::real: return "g";
        case arrow_kind::fixed: return "w:" + std::to_string(type.bytes);
        case arrow_kind::binary: return options.large_binary ? "Z" : "z";
        case arrow_kind::numbers:
        case arrow_kind::texts: return options.large_binary ? "+L" : "+l";
        case arrow_kind::text: break;
    }
    return "i";  // int32 into the dictionary
}

inline ArrowSchema column_schema(const column_ref& c, const arrow_options& options) {
    auto owner = std::make_unique<schema_owner>();
    owner->format = c_format(c, options);
    owner->name = name_of(c);
    owner->metadata = packed_metadata(field_metadata(*c.info));
    const arrow_kind kind = arrow_type_of(c, options).kind;
    if (is_list_kind(kind)) {
        owner->children.reserve(1);  // see export_schema
        auto items = std::make_unique<schema_owner>();
        items->format = kind == arrow_kind::numbers ? "L" : options.large_binary ? "U" : "u";
        items->name = "item";
        owner->children.push_back(make_schema(std::move(items), false));
    }
    if (kind == arrow_kind::text) {
        auto texts = std::make_unique<schema_owner>();
        texts->format = "u";
        owner->dictionary = make_schema(std::move(texts), false);
    }
    return make_schema(std::move(owner), true);
}

// Arrays.

/// The texts of a dictionary at the time when the object was made, in Arrow's layout.
struct dictionary_copy {
    std::vector<std::int32_t> offsets;
    std::string bytes;
};

struct array_owner {
    array_owner() = default;
    array_owner(const array_owner&) = delete;
    array_owner& operator=(const array_owner&) = delete;
    ~array_owner() {
        for (ArrowArray& child : children) release_if_held(child);
        release_if_held(dictionary);
    }

    std::vector<const void*> buffers;
    std::shared_ptr<const void> kept;
    arrow_column column;
    std::vector<ArrowArray> children;
    std::vector<ArrowArray*> child_pointers;
    ArrowArray dictionary{};
};

inline void release_array(ArrowArray* array) {
    delete static_cast<array_owner*>(array->private_data);
    array->release = nullptr;
}

inline ArrowArray make_array(std::unique_ptr<array_owner> owner, std::size_t length, std::size_t null_count) {
    ArrowArray array{};
    array.length = static_cast<std::int64_t>(length);
    array.null_count = static_cast<std::int64_t>(null_count);
    array.n_buffers = static_cast<std::int64_t>(owner->buffers.size());
    array.buffers = owner->buffers.data();
    for (ArrowArray& child : owner->children) owner->child_pointers.push_back(&child);
    array.n_children = static_cast<std::int64_t>(owner->children.size());
    array.children = owner->child_pointers.empty() ? nullptr : owner->child_pointers.data();
    array.dictionary = owner->dictionary.release == nullptr ? nullptr : &owner->dictionary;
    array.release = &release_array;
    array.private_data = owner.release();
    return array;
}

inline ArrowArray dictionary_array(std::shared_ptr<const dictionary_copy> texts) {
    auto owner = std::make_unique<array_owner>();
    owner->buffers = {nullptr, texts->offsets.data(), texts->bytes.data()};
    const std::size_t count = texts->offsets.size() - 1;
    owner->kept = std::move(texts);
    return make_array(std::move(owner), count, 0);
}

}  // namespace detail

/// The schema of rows: a struct with a field per column.
inline void export_schema(const schema& columns, const arrow_options& options, ArrowSchema* out) {
    auto owner = std::make_unique<detail::schema_owner>();
    owner->format = "+s";
    // A child is owned from the moment when it is in the list: the list must not have to grow then.
    owner->children.reserve(columns.size());
    for (const column_ref& c : columns) owner->children.push_back(detail::column_schema(c, options));
    *out = detail::make_schema(std::move(owner), false);
}

/// Makes arrays of batches with the same columns, whose dictionaries are shared as long as nothing is added to them,
/// and begin anew where they have grown beyond the needs of a batch.
class arrow_exporter {
public:
    explicit arrow_exporter(const schema& columns, const arrow_options& options = {})
        : columns_(columns), options_(options), texts_(columns.size()), copies_(columns.size()) {}

    [[nodiscard]] const arrow_options& options() const noexcept { return options_; }

    /// Some rows as a struct array, which keeps the batch. Bytes and lists of a range must fit: see `next_range`.
    void export_rows(const std::shared_ptr<const row_batch>& rows, row_range range, ArrowArray* out) {
        auto owner = std::make_unique<detail::array_owner>();
        owner->buffers = {nullptr};
        owner->children.reserve(columns_.size());
        for (std::size_t i = 0; i < columns_.size(); ++i) owner->children.push_back(export_column(rows, i, range));
        *out = detail::make_array(std::move(owner), range.count, 0);
    }

private:
    ArrowArray export_column(const std::shared_ptr<const row_batch>& rows, std::size_t i, row_range range) {
        constexpr std::size_t texts_kept = 4096;
        if (texts_[i].size() > std::max(texts_kept, range.count)) {
            texts_[i].clear();
            copies_[i] = nullptr;
        }
        auto owner = std::make_unique<detail::array_owner>();
        owner->column = lay_out(*rows, columns_[i], range, options_, texts_[i]);
        owner->kept = rows;
        const arrow_column& c = owner->column;
        owner->buffers = {c.null_count == 0 ? nullptr : c.validity.as<void>(), c.values};
        const arrow_kind kind = arrow_type_of(columns_[i], options_).kind;
        if (kind == arrow_kind::binary) owner->buffers.push_back(c.bytes.as<void>());
        if (is_list_kind(kind)) {
            owner->children.reserve(1);  // see export_schema
            owner->children.push_back(items_array(owner->column.items.front(), kind, rows));
        }
        if (kind == arrow_kind::text) owner->dictionary = detail::dictionary_array(copy_of(i));
        const std::size_t nulls = c.null_count;
        return detail::make_array(std::move(owner), range.count, nulls);
    }

    static ArrowArray items_array(arrow_column& items, arrow_kind kind, const std::shared_ptr<const row_batch>& rows) {
        auto owner = std::make_unique<detail::array_owner>();
        owner->column = std::move(items);
        owner->kept = rows;
        owner->buffers = {nullptr, owner->column.values};
        if (kind == arrow_kind::texts) owner->buffers.push_back(owner->column.bytes.as<void>());
        const std::size_t count = owner->column.rows;
        return detail::make_array(std::move(owner), count, 0);
    }

    std::shared_ptr<const detail::dictionary_copy> copy_of(std::size_t i) {
        const cell_dictionary& texts = texts_[i];
        if (copies_[i] && copies_[i]->offsets.size() == texts.size() + 1) return copies_[i];
        auto copy = std::make_shared<detail::dictionary_copy>();
        copy->offsets.reserve(texts.size() + 1);
        for (std::size_t k = 0; k <= texts.size(); ++k)
            copy->offsets.push_back(static_cast<std::int32_t>(texts.begin_of(k)));
        copy->bytes = texts.bytes();
        copies_[i] = std::move(copy);
        return copies_[i];
    }

    schema columns_;
    arrow_options options_;
    std::vector<cell_dictionary> texts_;
    std::vector<std::shared_ptr<const detail::dictionary_copy>> copies_;
};

/// A whole table as one struct array: numbers, times and binary hosts are not copied, and the table lives until the
/// last of its arrays is released. Bytes and lists of 2 GiB and more have offsets of 64 bits.
inline void export_table(std::shared_ptr<const row_batch> rows, arrow_options options, ArrowSchema* schema,
                         ArrowArray* array) {
    const row_range all{0, rows->rows()};
    options.large_binary = options.large_binary || detail::payload_bytes(*rows, all) > binary_bytes_max;
    detail::schema_owner made;  // until the array is there, too
    export_schema(rows->fields(), options, &made.dictionary);
    arrow_exporter(rows->fields(), options).export_rows(rows, all, array);
    *schema = std::exchange(made.dictionary, {});
}

}  // namespace pcapframe
