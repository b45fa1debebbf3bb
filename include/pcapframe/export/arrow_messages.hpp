// The metadata of Arrow IPC: schema, record batches, dictionaries and the footer of files, as FlatBuffers.
// Source: Schema.fbs, Message.fbs and File.fbs of https://arrow.apache.org/docs/format/Columnar.html. The numbers of
// fields, types and versions below are theirs.
#pragma once

#include <bit>
#include <span>
#include <string_view>
#include <vector>

#include <pcapframe/export/arrow_batch.hpp>
#include <pcapframe/export/flatbuffer.hpp>

namespace pcapframe::inline v0_2::arrow_message {

using flatbuffer::builder;
using flatbuffer::place;
using flatbuffer::table;

/// The version of the format that is written, and the numbers of its unions (Message.fbs, Schema.fbs).
inline constexpr std::int16_t metadata_version = 4;  // V5

/// Which message it is (Message.fbs).
enum class header : std::uint8_t { schema = 1, dictionary_batch = 2, record_batch = 3 };
/// Which type a field has (Schema.fbs).
enum class type : std::uint8_t {
    integer = 2,
    floating_point = 3,
    binary = 4,
    utf8 = 5,
    timestamp = 10,
    list = 12,
    fixed_size_binary = 15,
    large_binary = 19,
    large_utf8 = 20,
    large_list = 21,
};

/// A message within a file.
struct block {
    std::int64_t offset = 0;
    std::int64_t metadata_bytes = 0;  ///< of the metadata, prefix included
    std::int64_t body_bytes = 0;
};

/// The nodes and buffers of a body, whose places are counted from its beginning.
struct body_layout {
    std::vector<std::int64_t> nodes;    ///< rows and nulls of each
    std::vector<std::int64_t> buffers;  ///< offset and bytes of each
    std::int64_t bytes = 0;

    void add_node(std::size_t rows, std::size_t nulls) {
        nodes.push_back(static_cast<std::int64_t>(rows));
        nodes.push_back(static_cast<std::int64_t>(nulls));
    }
    void add_buffer(std::size_t size) {
        buffers.push_back(bytes);
        buffers.push_back(static_cast<std::int64_t>(size));
        bytes += static_cast<std::int64_t>((size + 7) & ~std::size_t{7});
    }
};

namespace detail {

inline place integer(builder& out, std::int32_t bits, bool is_signed) {
    return table(out).set(0, bits).set(1, static_cast<std::uint8_t>(is_signed)).end();
}

struct type_place {
    type number;
    place where;
};

inline type_place write_type(builder& out, const column_ref& c, const arrow_options& options) {
    const arrow_type t = arrow_type_of(c, options);
    switch (t.kind) {
        case arrow_kind::timestamp: {
            constexpr std::int16_t nanoseconds = 3;
            const place zone = out.string("UTC");
            return {type::timestamp, table(out).set(1, zone).set(0, nanoseconds).end()};
        }
        case arrow_kind::number: return {type::integer, integer(out, static_cast<std::int32_t>(8 * t.bytes), false)};
        case arrow_kind::real: {
            constexpr std::int16_t float64 = 2;
            return {type::floating_point, table(out).set(0, float64).end()};
        }
        case arrow_kind::fixed:
            return {type::fixed_size_binary, table(out).set(0, static_cast<std::int32_t>(t.bytes)).end()};
        case arrow_kind::binary: return {options.large_binary ? type::large_binary : type::binary, table(out).end()};
        case arrow_kind::numbers:
        case arrow_kind::texts: return {options.large_binary ? type::large_list : type::list, table(out).end()};
        case arrow_kind::text: break;
    }
    return {type::utf8, table(out).end()};
}

inline place write_metadata(builder& out, const text_pairs& pairs) {
    std::vector<place> entries;
    for (const auto& [key, value] : pairs) {
        const place value_at = out.string(value);
        const place key_at = out.string(key);
        entries.push_back(table(out).set(1, value_at).set(0, key_at).end());
    }
    return out.vector(entries);
}

/// The field of a list's values, none of which is null.
inline place write_items(builder& out, arrow_kind kind, const arrow_options& options) {
    const place children = out.vector({});
    type_place written{type::integer, {}};
    if (kind == arrow_kind::numbers) written.where = integer(out, 64, false);
    else written = {options.large_binary ? type::large_utf8 : type::utf8, table(out).end()};
    const place name = out.string("item");
    table field(out);
    field.set(5, children).set(3, written.where).set(0, name);
    return field.set(2, static_cast<std::uint8_t>(written.number)).set(1, std::uint8_t{0}).end();
}

/// A field; a dictionary has the number of its column in the order.
inline place write_field(builder& out, const column_ref& c, std::size_t number, const arrow_options& options) {
    const place metadata = write_metadata(out, field_metadata(*c.info));
    const arrow_kind kind = arrow_type_of(c, options).kind;
    std::vector<place> items;
    if (is_list_kind(kind)) items.push_back(write_items(out, kind, options));
    const place children = out.vector(items);
    place dictionary{};
    if (kind == arrow_kind::text) {
        const place index = integer(out, 32, true);
        dictionary = table(out).set(0, static_cast<std::int64_t>(number)).set(1, index).end();
    }
    const type_place written = write_type(out, c, options);
    const place name = out.string(name_of(c));
    table field(out);
    field.set(6, metadata).set(5, children).set(3, written.where).set(0, name);
    if (dictionary != place{}) field.set(4, dictionary);
    return field.set(2, static_cast<std::uint8_t>(written.number)).set(1, std::uint8_t{1}).end();
}

inline place write_schema(builder& out, const pcapframe::schema& columns, const arrow_options& options) {
    std::vector<place> fields;
    for (std::size_t i = 0; i < columns.size(); ++i) fields.push_back(write_field(out, columns[i], i, options));
    const place list = out.vector(fields);
    constexpr std::int16_t endianness = std::endian::native == std::endian::little ? 0 : 1;
    return table(out).set(1, list).set(0, endianness).end();
}

inline place write_record_batch(builder& out, std::size_t rows, const body_layout& body) {
    const place buffers = out.vector_of_structs(body.buffers, 2);
    const place nodes = out.vector_of_structs(body.nodes, 2);
    return table(out).set(0, static_cast<std::int64_t>(rows)).set(2, buffers).set(1, nodes).end();
}

inline std::string_view finish(builder& out, header kind, place what, std::int64_t body_bytes) {
    const place root = table(out)
                           .set(3, body_bytes)
                           .set(2, what)
                           .set(0, metadata_version)
                           .set(1, static_cast<std::uint8_t>(kind))
                           .end();
    return out.finish(root);
}

inline place write_blocks(builder& out, std::span<const block> blocks) {
    std::vector<std::int64_t> words;
    for (const block& b : blocks) {
        // The length of the metadata has 32 bits, and 32 of padding: on a big-endian machine, too, since FlatBuffers
        // are little-endian.
        words.insert(words.end(), {b.offset, b.metadata_bytes, b.body_bytes});
    }
    return out.vector_of_structs(words, 3);
}

}  // namespace detail

// The metadata of a message; the bytes are in `out`.

/// A message of a stream, in `out`'s memory until that is used again.
inline std::string_view schema(builder& out, const pcapframe::schema& columns, const arrow_options& options) {
    return detail::finish(out, header::schema, detail::write_schema(out, columns, options), 0);
}

/// See schema.
inline std::string_view record_batch(builder& out, std::size_t rows, const body_layout& body) {
    return detail::finish(out, header::record_batch, detail::write_record_batch(out, rows, body), body.bytes);
}

/// See schema.
inline std::string_view dictionary_batch(builder& out, std::size_t id, std::size_t texts, bool is_delta,
                                         const body_layout& body) {
    const place data = detail::write_record_batch(out, texts, body);
    const place batch =
        table(out).set(0, static_cast<std::int64_t>(id)).set(1, data).set(2, static_cast<std::uint8_t>(is_delta)).end();
    return detail::finish(out, header::dictionary_batch, batch, body.bytes);
}

/// The footer of a file, in `out`'s memory until that is used again.
inline std::string_view footer(builder& out, const pcapframe::schema& columns, const arrow_options& options,
                               std::span<const block> dictionaries, std::span<const block> batches) {
    const place batches_at = detail::write_blocks(out, batches);
    const place dictionaries_at = detail::write_blocks(out, dictionaries);
    const place schema_at = detail::write_schema(out, columns, options);
    return out.finish(
        table(out).set(3, batches_at).set(2, dictionaries_at).set(1, schema_at).set(0, metadata_version).end());
}

}  // namespace pcapframe::arrow_message
