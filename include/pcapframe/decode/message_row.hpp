// The columns of a row that application protocols fill, while they are filled.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/decode/packet_columns.hpp>
#include <pcapframe/message/made_text.hpp>
#include <pcapframe/table/byte_arena.hpp>
#include <pcapframe/table/row_place.hpp>

namespace pcapframe::inline v0_2 {

/// Memory for the texts and lists of rows: what they are made in, and an arena of the rows' owner that they are kept
/// in.
class message_memory {
public:
    explicit message_memory(byte_arena& kept)
        : kept_(kept),
          text_(new char[limits::message_text_bytes_max]),
          texts_(new std::string_view[limits::message_list_max]),
          numbers_(new std::uint64_t[limits::message_list_max]),
          opened_(new std::uint8_t[limits::message_text_bytes_max]),
          joined_(new std::uint8_t[limits::quic_crypto_bytes_max]) {}

    /// Room for texts that are made one after the other.
    [[nodiscard]] message::made_text text() noexcept { return {text_.get(), limits::message_text_bytes_max}; }
    [[nodiscard]] std::span<std::string_view> texts() noexcept { return {texts_.get(), limits::message_list_max}; }
    [[nodiscard]] std::span<std::uint64_t> numbers() noexcept { return {numbers_.get(), limits::message_list_max}; }

    /// Room for bytes that were encrypted, and for those that are put together of pieces.
    [[nodiscard]] std::span<std::uint8_t> opened() noexcept { return {opened_.get(), limits::message_text_bytes_max}; }
    [[nodiscard]] std::span<std::uint8_t> joined() noexcept { return {joined_.get(), limits::quic_crypto_bytes_max}; }

    /// Copies, which stay as long as the rows.
    [[nodiscard]] std::string_view keep(std::string_view text) {
        char* const copy = reinterpret_cast<char*>(kept_.allocate(text.size()));
        if (!text.empty()) std::memcpy(copy, text.data(), text.size());
        return {copy, text.size()};
    }
    template <class Value>
    [[nodiscard]] std::span<Value> keep(std::span<Value> values) {
        auto* const copy = reinterpret_cast<Value*>(kept_.allocate(values.size_bytes(), alignof(Value)));
        if (!values.empty()) std::memcpy(static_cast<void*>(copy), values.data(), values.size_bytes());
        return {copy, values.size()};
    }

private:
    byte_arena& kept_;
    std::unique_ptr<char[]> text_;
    std::unique_ptr<std::string_view[]> texts_;
    std::unique_ptr<std::uint64_t[]> numbers_;
    std::unique_ptr<std::uint8_t[]> opened_;
    std::unique_ptr<std::uint8_t[]> joined_;
};

/// A row whose message is read. A value that is put into a column that is not wanted costs a test, and is not made.
class message_row {
public:
    /// `valid` is the first word of the row's validity.
    message_row(row_place out, const column_set& wanted, std::uint64_t& valid, message_memory& memory) noexcept
        : out_(out), wanted_(wanted), valid_(valid), memory_(memory) {}

    [[nodiscard]] bool wants(column c) const noexcept { return wanted_.has(c); }
    [[nodiscard]] bool wants_any(column_set columns) const noexcept { return wanted_.has_any(columns); }
    [[nodiscard]] message_memory& memory() noexcept { return memory_; }

    template <column C, class Value>
    void put(const Value& value) noexcept {
        if (!wants(C)) return;
        out_.set<C>(typename column_traits<C>::type{value});
        if constexpr (column_set::word_of(C) == 0) valid_ |= column_set::bit(C);
        else out_.mark<C>();
    }

    /// A text that stays for ever: the name in a list.
    template <column C>
    void put_constant(std::string_view text) noexcept {
        put<C>(owned_text{text});
    }
    /// A name of a list, or a prefix and a number where the list has no name for the number.
    template <column C>
    void put_name(std::string_view name, std::string_view prefix, std::uint64_t number) {
        if (!name.empty()) put_constant<C>(name);
        else put_made<C>([&](message::made_text& out) { out.add(prefix).add_number(number); });
    }
    /// The text that `write(made_text&)` appends; null where there is no room for all of it.
    template <column C, class Write>
    void put_made(Write write) {
        if (!wants(C)) return;
        message::made_text out = memory_.text();
        write(out);
        if (out.ok()) put<C>(owned_text{memory_.keep(out.view())});
    }
    /// Bytes of the packet, as valid UTF-8.
    template <column C>
    void put_bytes(bytes_view bytes) {
        put_made<C>([&](message::made_text& out) { out.add_bytes(message::as_text(bytes)); });
    }

    /// Texts: `write(add)` calls `add(write one)` for each, where `write one` appends to a made_text. What has no room
    /// any more is left out, and the column is null then.
    template <column C, class Write>
    void put_texts(Write write) {
        if (!wants(C)) return;
        message::made_text out = memory_.text();
        const std::span<std::string_view> texts = memory_.texts();
        std::size_t count = 0;
        bool has_room = true;
        write([&](auto write_one) {
            const std::size_t begin = out.size();
            if (count == texts.size()) has_room = false;
            if (!has_room) return;
            write_one(out);
            texts[count++] = out.view().substr(begin);
            has_room = out.ok();
        });
        if (!has_room) return;
        const std::string_view made = out.view();
        const char* const kept = memory_.keep(made).data();
        const std::span<std::string_view> list = memory_.keep(texts.first(count));
        for (std::string_view& text : list) text = {kept + (text.data() - made.data()), text.size()};
        put<C>(text_list{list});
    }
    /// Numbers: `write(add)` calls `add(number)` for each.
    template <column C, class Write>
    void put_numbers(Write write) {
        if (!wants(C)) return;
        const std::span<std::uint64_t> numbers = memory_.numbers();
        std::size_t count = 0;
        bool has_room = true;
        write([&](std::uint64_t number) {
            if (count == numbers.size()) has_room = false;
            else numbers[count++] = number;
        });
        if (has_room) put<C>(number_list{memory_.keep(numbers.first(count))});
    }

private:
    row_place out_;
    const column_set& wanted_;
    std::uint64_t& valid_;
    message_memory& memory_;
};

}  // namespace pcapframe
