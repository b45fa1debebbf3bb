// A column on its way into a row group: values become pages as rows come in, and encoded pages wait for the end of the
// group.
#pragma once

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/export/arrow_batch.hpp>
#include <pcapframe/export/parquet_page.hpp>

namespace pcapframe::inline v0_2::parquet {

/// What the end of a row group takes of a column.
struct column_chunk {
    column_ref which{};
    codec how = codec::none;
    std::vector<encoding> encodings;
    std::string dictionary;  ///< the dictionary's page; empty for none
    std::string cells;       ///< of the dictionary, where the file is exact
    std::string pages;
    std::vector<page_info> index;
    std::size_t values = 0;  ///< nulls included
    std::size_t null_count = 0;
    std::size_t uncompressed_bytes = 0;  ///< of all pages
    std::optional<bounds> range;
};

/// Numbers in the plain encoding.
template <class Number>
void append_plain(std::string& out, Number value) {
    for (std::size_t i = 0; i < sizeof value; ++i) out += static_cast<char>(value >> (8 * i));
}

/// Distinct numbers of up to 32 bits in the order of their first rows. Numbers of 16 bits are looked up directly.
class number_dictionary {
public:
    explicit number_dictionary(const column_ref& which) {
        if (bytes_of(type_of(which)) <= 2 && physical_of(which) == physical::int32) direct_.assign(65'536, none);
    }

    std::uint32_t operator[](std::uint32_t value) {
        std::uint32_t number;
        if (!direct_.empty()) {
            if (direct_[value] == none) direct_[value] = static_cast<std::uint32_t>(values_.size());
            number = direct_[value];
        } else {
            number = hashed_.find_or_add(value, static_cast<std::uint32_t>(values_.size()));
        }
        if (number == values_.size()) values_.push_back(value);
        return number;
    }

    [[nodiscard]] const std::vector<std::uint32_t>& values() const noexcept { return values_; }

    void clear() {
        for (const std::uint32_t value : values_)
            if (!direct_.empty()) direct_[value] = none;
        hashed_.clear();
        values_.clear();
    }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    std::vector<std::uint32_t> direct_;
    detail::key_numbers<std::uint32_t> hashed_;
    std::vector<std::uint32_t> values_;
};

/// Whether the least and the greatest value of a column are kept: not of bytes and lists.
[[nodiscard]] constexpr bool has_bounds(const column_ref& c) noexcept {
    return type_of(c) != column_type::bytes && elements_of(c) == 1;
}

/// The pages of one column of a row group.
class column_builder {
public:
    column_builder(const column_ref& which, const parquet_options& options)
        : which_(which),
          compress_(options.compress),
          exact_(options.exact),
          numbers_(which),
          texts_(options.exact) {}

    /// Adds rows to the page.
    void add(const row_batch& rows, row_range range) {
        const auto valid = rows.validity(which_).subspan(range.begin, range.count);
        const std::uint64_t bit = which_.bit();
        const bool all = (detail::in_all(valid) & bit) != 0;
        const std::size_t before = is_there_.size();
        is_there_.resize(before + range.count, 1);
        if (!all) {
            const unsigned shift = which_.bit_number();
            for (std::size_t i = 0; i < range.count; ++i)
                is_there_[before + i] = static_cast<std::uint8_t>((valid[i] >> shift) & 1);
        }
        texts_.use_interfaces(type_of(which_) == column_type::interface ? rows.interfaces() : nullptr);
        with_type(type_of(which_), [&](auto stored) {
            using type = typename decltype(stored)::type;
            if (all)
                add_values<type, true>(rows, range);
            else
                add_values<type, false>(rows, range);
        });
    }

    /// Ends the page. `first_row` is the page's within the row group.
    void end_page(std::size_t first_row) {
        page_body page;
        page.rows = is_there_.size();
        page.entries = is_list() ? definitions_.size() : page.rows;
        page.null_count = page.entries - count_;
        append_page_levels(page);
        append_page_values(page);
        page_info info;
        info.offset = chunk_.pages.size();
        info.first_row = first_row;
        info.null_count = page.null_count;
        if (has_bounds(which_) && count_ != 0) info.range = page_bounds();
        // Where compression has not paid in this chunk, it is tried with one page of sixteen.
        const bool may_compress = compress_ && misses_ % 16 == 0;
        const bool compressed = append_page(chunk_.pages, page, {may_compress, exact_}, scratch_);
        misses_ = compressed ? 0 : misses_ + 1;
        info.bytes = chunk_.pages.size() - info.offset;
        if (compressed) chunk_.how = codec::snappy;
        chunk_.uncompressed_bytes += page.values.size() + page.levels.size() + page.repetitions.size();
        note_encoding(page.how);
        chunk_.values += page.entries;
        chunk_.null_count += page.null_count;
        if (info.range) widen(*info.range);
        chunk_.index.push_back(std::move(info));
        values_in_chunk_ += count_;
        begin_page();
    }

    /// Bytes that wait for the end of the row group.
    [[nodiscard]] std::size_t bytes() const noexcept {
        return chunk_.pages.size() + texts_.bytes().size() + 4 * (texts_.size() + numbers_.values().size());
    }

    /// Takes back the memory of the pages, once the pages are written.
    void reuse(std::string pages) noexcept {
        chunk_.pages = std::move(pages);
        chunk_.pages.clear();
    }

    /// Ends the chunk and begins another.
    [[nodiscard]] column_chunk take() {
        chunk_.which = which_;
        if (dictionary_used_) end_dictionary();
        column_chunk done = std::move(chunk_);
        chunk_ = {};
        numbers_.clear();
        texts_.clear();
        page_of_.clear();
        prefixes_.clear();
        page_ = 0;
        misses_ = 0;
        values_in_chunk_ = 0;
        dictionary_used_ = false;
        has_given_up_ = false;
        return done;
    }

private:
    [[nodiscard]] bool is_list() const noexcept { return is_list_kind(arrow_type_of(which_, {}).kind); }
    /// Texts are those of a dictionary, by themselves or in lists.
    [[nodiscard]] bool is_text() const noexcept {
        const arrow_kind kind = arrow_type_of(which_, {}).kind;
        return kind == arrow_kind::text || kind == arrow_kind::texts;
    }

    template <class Stored, bool All>
    void add_values(const row_batch& rows, row_range range) {
        const Stored* const values = rows.view<Stored>(which_).values().data() + range.begin;
        const std::uint64_t* const valid = rows.validity(which_).data() + range.begin;
        if constexpr (std::is_same_v<Stored, bytes_view>)
            add_payloads<All>(values, valid, range.count);
        else if constexpr (pcapframe::is_list<Stored>)
            add_lists(values, valid, range.count);
        else if constexpr (sizeof(Stored) == 8)
            add_wide<Stored, All>(values, valid, range.count);
        else if constexpr (detail::is_text_cell<Stored>)
            add_texts<Stored, All>(values, valid, range.count, rows.interfaces().get());
        else
            add_numbers<Stored, All>(values, valid, range.count);
    }

    [[nodiscard]] bool is_null(std::uint64_t valid) const noexcept { return (valid & which_.bit()) == 0; }

    template <bool All>
    void add_payloads(const bytes_view* values, const std::uint64_t* valid, std::size_t count) {
        if (words_.size() < count_ + count) words_.resize(count_ + count);
        for (std::size_t i = 0; i < count; ++i) {
            if (!All && is_null(valid[i])) continue;
            words_[count_++] = static_cast<std::uint32_t>(values[i].size());
            if (!values[i].empty()) payload_.append(reinterpret_cast<const char*>(values[i].data()), values[i].size());
        }
    }

    template <class List>
    void add_lists(const List* lists, const std::uint64_t* valid, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t items = is_null(valid[i]) ? 0 : detail::count_of(lists[i]);
            // An entry a value, each but the first one as another of its row; and one where there is no value.
            repeats_.push_back(0);
            definitions_.push_back(is_null(valid[i]) ? no_list : items == 0 ? empty_list : list_item);
            repeats_.resize(repeats_.size() + std::max<std::size_t>(items, 1) - 1, 1);
            definitions_.resize(repeats_.size(), list_item);
            if (items != 0) add_items(lists[i]);
        }
    }

    void add_items(number_list list) {
        if (wide_.size() < count_ + list.numbers.size()) wide_.resize(2 * (count_ + list.numbers.size()));
        std::copy(list.numbers.begin(), list.numbers.end(), wide_.begin() + static_cast<std::ptrdiff_t>(count_));
        count_ += list.numbers.size();
    }
    void add_items(text_list list) {
        if (words_.size() < count_ + list.texts.size()) words_.resize(2 * (count_ + list.texts.size()));
        for (const std::string_view text : list.texts)
            words_[count_++] = texts_.number_of(owned_text{text}, 0, nullptr);
    }

    template <class Stored, bool All>
    void add_wide(const Stored* values, const std::uint64_t* valid, std::size_t count) {
        if (wide_.size() < count_ + count) wide_.resize(count_ + count);
        std::uint64_t* const out = wide_.data();
        std::size_t n = count_;
        for (std::size_t i = 0; i < count; ++i) {
            if constexpr (std::is_same_v<Stored, double>) out[n] = std::bit_cast<std::uint64_t>(values[i]);
            else out[n] = static_cast<std::uint64_t>(values[i]);
            n += All || !is_null(valid[i]) ? 1U : 0U;
        }
        count_ = n;
    }

    template <class Stored, bool All>
    void add_numbers(const Stored* values, const std::uint64_t* valid, std::size_t count) {
        if (words_.size() < count_ + count) words_.resize(count_ + count);
        std::uint32_t* const out = words_.data();
        std::size_t n = count_;
        for (std::size_t i = 0; i < count; ++i) {
            if (!All && is_null(valid[i])) continue;
            const auto value = static_cast<std::uint32_t>(values[i]);
            least_ = std::min(least_, value);
            greatest_ = std::max(greatest_, value);
            out[n++] = has_given_up_ ? value : numbers_[value];
        }
        count_ = n;
    }

    template <class Stored, bool All>
    void add_texts(const Stored* values, const std::uint64_t* valid, std::size_t count, const interface_list* names) {
        if (words_.size() < count_ + count) words_.resize(count_ + count);
        std::uint32_t* const out = words_.data();
        std::size_t n = count_;
        for (std::size_t i = 0; i < count; ++i) {
            if (i + cell_dictionary::ahead < count)
                texts_.prefetch(values[i + cell_dictionary::ahead], valid[i + cell_dictionary::ahead]);
            if (!All && is_null(valid[i])) continue;
            out[n++] = texts_.number_of(values[i], valid[i], names);
        }
        note_texts({out + count_, n - count_});
        count_ = n;
    }

    /// The first eight bytes of a text as a number: texts compare as their numbers do, unless the numbers are equal.
    [[nodiscard]] static std::uint64_t prefix_of(std::string_view text) noexcept {
        std::uint8_t bytes[8] = {};
        std::memcpy(bytes, text.data(), std::min(text.size(), sizeof bytes));
        return load_be64(bytes);
    }

    /// Compares texts with the page's bounds: as numbers, and where that does not decide, as texts, which happens about
    /// once a page.
    void note_texts(std::span<const std::uint32_t> numbers) {
        while (prefixes_.size() < texts_.size()) prefixes_.push_back(prefix_of(texts_[prefixes_.size()]));
        page_of_.resize(prefixes_.size(), none);
        for (const std::uint32_t number : numbers) {
            const std::uint64_t prefix = prefixes_[number];
            if (prefix > least_prefix_ && prefix < greatest_prefix_) continue;
            if (page_of_[number] != page_) note_text(number);
        }
    }

    void note_text(std::uint32_t number) {
        page_of_[number] = page_;
        if (!has_text_bounds_ || texts_[number] < texts_[least_]) least_ = number;
        if (!has_text_bounds_ || texts_[number] > texts_[greatest_]) greatest_ = number;
        has_text_bounds_ = true;
        least_prefix_ = prefixes_[least_];
        greatest_prefix_ = prefixes_[greatest_];
    }

    void begin_page() {
        is_there_.clear();
        repeats_.clear();
        definitions_.clear();
        payload_.clear();
        count_ = 0;
        least_ = none;
        greatest_ = 0;
        has_text_bounds_ = false;
        least_prefix_ = ~std::uint64_t{0};
        greatest_prefix_ = 0;
        ++page_;
        // A dictionary of which each second value is new saves nothing.
        if (!is_text() && numbers_.values().size() > 256 && numbers_.values().size() > values_in_chunk_ / 2)
            has_given_up_ = true;
    }

    void append_page_levels(page_body& page) const {
        if (is_list()) {
            append_hybrid(page.repetitions, repeats_, 1);
            append_hybrid(page.levels, definitions_, 2);
            return;
        }
        std::vector<std::uint8_t> bitmap(detail::bitmap_bytes(page.rows));
        if (page.null_count == 0) {
            put_varint(page.levels, std::uint64_t{page.rows} << 1);
            page.levels += '\1';
            return;
        }
        for (std::size_t i = 0; i < page.rows; ++i)
            bitmap[i / 8] = static_cast<std::uint8_t>(bitmap[i / 8] | is_there_[i] << (i % 8));
        append_levels(page.levels, bitmap, page.rows);
    }

    void append_page_values(page_body& page) {
        if (type_of(which_) == column_type::bytes) {
            page.how = encoding::delta_length_byte_array;
            append_deltas<std::uint32_t>(page.values, std::span(words_).first(count_));
            page.values += payload_;
        } else if (physical_of(which_) == physical::int64) {
            page.how = encoding::delta_binary_packed;
            append_deltas<std::uint64_t>(page.values, std::span(wide_).first(count_));
        } else if (physical_of(which_) == physical::float64) {
            page.how = encoding::plain;
            for (const std::uint64_t value : std::span(wide_).first(count_)) append_plain(page.values, value);
        } else if (has_given_up_) {
            page.how = encoding::delta_binary_packed;
            append_deltas<std::uint32_t>(page.values, std::span(words_).first(count_));
        } else {
            page.how = encoding::rle_dictionary;
            const std::size_t count = is_text() ? texts_.size() : numbers_.values().size();
            const auto width = static_cast<unsigned>(count == 0 ? 0 : std::bit_width(count - 1));
            page.values += static_cast<char>(width);
            append_hybrid(page.values, std::span(words_).first(count_), width);
            dictionary_used_ = true;
        }
    }

    [[nodiscard]] bounds page_bounds() const {
        bounds found;
        if (is_text()) {
            found = {std::string(texts_[least_]), std::string(texts_[greatest_])};
        } else if (physical_of(which_) != physical::int32) {
            const auto less = [this](std::uint64_t a, std::uint64_t b) {
                return in_order(which_, a) < in_order(which_, b);
            };
            const auto [low, high] =
                std::minmax_element(wide_.begin(), wide_.begin() + static_cast<std::ptrdiff_t>(count_), less);
            append_plain(found.least, *low);
            append_plain(found.greatest, *high);
        } else {
            append_plain(found.least, least_);
            append_plain(found.greatest, greatest_);
        }
        return found;
    }

    /// The bits of a value as a number that compares as the values of the column do.
    [[nodiscard]] static std::uint64_t in_order(const column_ref& which, std::uint64_t bits) noexcept {
        constexpr std::uint64_t sign = std::uint64_t{1} << 63;
        if (type_of(which) == column_type::timestamp) return bits ^ sign;
        if (type_of(which) != column_type::real) return bits;
        return (bits & sign) != 0 ? ~bits : bits ^ sign;
    }

public:
    /// Whether a bound comes before another in the order of the column.
    [[nodiscard]] static bool less(const column_ref& which, const std::string& a, const std::string& b) noexcept {
        if (physical_of(which) == physical::byte_array) return a < b;
        const auto number = [&](const std::string& bytes) {
            std::uint64_t value = 0;
            for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
            return in_order(which, value);
        };
        return number(a) < number(b);
    }

private:
    void widen(const bounds& page) {
        if (!chunk_.range) {
            chunk_.range = page;
            return;
        }
        if (less(which_, page.least, chunk_.range->least)) chunk_.range->least = page.least;
        if (less(which_, chunk_.range->greatest, page.greatest)) chunk_.range->greatest = page.greatest;
    }

    void note_encoding(encoding how) {
        if (std::find(chunk_.encodings.begin(), chunk_.encodings.end(), how) == chunk_.encodings.end())
            chunk_.encodings.push_back(how);
    }

    void end_dictionary() {
        std::string plain;
        std::size_t count = numbers_.values().size();
        for (const std::uint32_t value : numbers_.values()) append_plain(plain, value);
        if (is_text()) {
            count = texts_.size();
            for (std::size_t i = 0; i < count; ++i) {
                append_plain(plain, static_cast<std::uint32_t>(texts_[i].size()));
                plain += texts_[i];
            }
        }
        if (compress_ && pays(scratch_, plain)) chunk_.how = codec::snappy;
        chunk_.dictionary = dictionary_page(count, plain, chunk_.how, exact_);
        chunk_.cells = texts_.cells();
        chunk_.uncompressed_bytes += plain.size();
        note_encoding(encoding::plain);
    }

    static constexpr std::uint32_t none = ~std::uint32_t{0};
    // Levels of definition of a list's entries.
    static constexpr std::uint32_t no_list = 0;
    static constexpr std::uint32_t empty_list = 1;
    static constexpr std::uint32_t list_item = 2;

    column_ref which_;
    bool compress_;
    bool exact_;

    // The page.
    std::vector<std::uint8_t> is_there_;  ///< of each row
    std::vector<std::uint32_t> repeats_;  ///< of lists, a level for each entry
    std::vector<std::uint32_t> definitions_;
    std::size_t count_ = 0;               ///< of values that are there
    std::vector<std::uint32_t> words_;    ///< numbers, indices into the dictionary, or lengths
    std::vector<std::uint64_t> wide_;
    std::string payload_;
    std::uint32_t least_ = none;  ///< of numbers the value, of texts the index
    std::uint32_t greatest_ = 0;
    bool has_text_bounds_ = false;
    std::uint64_t least_prefix_ = ~std::uint64_t{0};  ///< of the text `least_`
    std::uint64_t greatest_prefix_ = 0;
    std::uint32_t page_ = 0;

    // The chunk.
    column_chunk chunk_;
    number_dictionary numbers_;
    cell_dictionary texts_;
    std::vector<std::uint32_t> page_of_;   ///< the last page in which each text was compared
    std::vector<std::uint64_t> prefixes_;  ///< of the texts
    unsigned misses_ = 0;                  ///< pages since compression has paid
    std::size_t values_in_chunk_ = 0;
    bool dictionary_used_ = false;
    bool has_given_up_ = false;  ///< numbers are packed differences from here on
    std::string scratch_;
};

}  // namespace pcapframe::parquet
