// Rows of any kind, appended value by value: for kinds of rows that are made seldom enough for a test a value.
#pragma once

#include <array>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include <pcapframe/base/utf8_string.hpp>
#include <pcapframe/table/batch.hpp>

namespace pcapframe::inline v0_2 {

/// Appends rows to a batch of the kind that the enum `Field` numbers. A value that the batch has no column for is left
/// out; a value that is not put is null.
///
///     row_appender<dns_column> rows(out);
///     rows.put<dns_column::name>("example.org");
///     rows.end_row();
template <field_enum Field>
class row_appender {
public:
    /// `out` has columns of the kind.
    explicit row_appender(row_batch& out) : out_(out) {}
    row_appender(const row_appender&) = delete;
    row_appender& operator=(const row_appender&) = delete;

    /// The value of a field, as it is stored. A view (bytes, held_text) stays a view: keep alive what the view points
    /// into, or call the batch's own_views before those bytes go.
    template <Field F>
    void put(const typename column_traits<F>::type& value) {
        const column_ref* const c = out_.fields().find(F);
        if (c == nullptr) return;
        out_.reserve_more(1);
        out_.next_value<typename column_traits<F>::type>(*c) = value;
        valid_[c->word] |= c->bit();
    }
    /// An address. All addresses of one word of validity (63 fields that follow each other in the list) are of one
    /// family.
    template <Field F>
        requires std::is_same_v<typename column_traits<F>::type, ip_octets>
    void put(const ip_address& address) {
        const column_ref* const c = out_.fields().find(F);
        if (c == nullptr) return;
        put<F>(address.octets);
        if (address.version == 6) valid_[c->word] |= ipv6_bit;
    }
    /// A text, which the batch copies, as valid UTF-8.
    template <Field F>
        requires std::is_same_v<typename column_traits<F>::type, owned_text>
    void put(std::string_view text) {
        if (out_.has(F)) put<F>(owned_text{owned(text)});
    }
    /// A list, which the batch copies.
    template <Field F>
        requires std::is_same_v<typename column_traits<F>::type, number_list>
    void put(std::span<const std::uint64_t> numbers) {
        if (out_.has(F)) put<F>(number_list{owned(numbers)});
    }
    template <Field F>
        requires std::is_same_v<typename column_traits<F>::type, text_list>
    void put(std::span<const std::string_view> texts) {
        if (!out_.has(F)) return;
        const std::span<std::string_view> copies = owned(texts);
        for (std::string_view& text : copies) text = owned(text);
        put<F>(text_list{copies});
    }

    /// The row is the batch's, and another one begins.
    void end_row() {
        out_.reserve_more(1);
        out_.add_row(std::span(valid_).first(out_.fields().words().size()));
        valid_ = {};
    }

private:
    static constexpr std::size_t words = words_of<Field>;

    std::string_view owned(std::string_view text) {
        const utf8_string valid(text);
        char* const copy = reinterpret_cast<char*>(out_.own_bytes(valid.size()));
        if (!valid.empty()) std::memcpy(copy, valid.text().data(), valid.size());
        return {copy, valid.size()};
    }
    template <class Value>
    std::span<Value> owned(std::span<const Value> values) {
        auto* const copy = reinterpret_cast<Value*>(out_.own_bytes(values.size_bytes(), alignof(Value)));
        if (!values.empty()) std::memcpy(static_cast<void*>(copy), values.data(), values.size_bytes());
        return {copy, values.size()};
    }

    row_batch& out_;
    std::array<std::uint64_t, words> valid_{};  ///< by the schema's words
};

}  // namespace pcapframe
