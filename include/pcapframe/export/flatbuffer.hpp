// Writing FlatBuffers, as far as Arrow's metadata need it: tables, strings, vectors of tables and of structs. Source:
// https://flatbuffers.dev/internals. A buffer is written from its end to its beginning, so that an object is always
// there before the pointers to it; places are counted from the end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace pcapframe::inline v0_2::flatbuffer {

/// Where something is: the bytes from an object's beginning to the buffer's end. 0 for nothing.
enum class place : std::uint32_t {};

/// Writes one FlatBuffer, from its end to its start.
class builder {
public:
    /// Writes a number at the next lower place that fits the number's alignment.
    template <class Number>
    requires std::is_integral_v<Number>
    void push(Number value) {
        align(sizeof value, 0);
        using bits = std::make_unsigned_t<Number>;
        std::uint8_t bytes[sizeof value];
        for (std::size_t i = 0; i < sizeof value; ++i)
            bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(static_cast<bits>(value)) >> (8 * i));
        push_bytes(bytes, sizeof value);
    }

    /// Writes a pointer: the distance from the pointer to the object.
    void push(place to) {
        align(4, 0);
        push(static_cast<std::uint32_t>(size() + 4 - static_cast<std::size_t>(to)));
    }

    [[nodiscard]] place string(std::string_view text) {
        align(4, text.size() + 1);
        push(std::uint8_t{0});
        push_bytes(text.data(), text.size());
        push(static_cast<std::uint32_t>(text.size()));
        return here();
    }

    [[nodiscard]] place vector(std::span<const place> tables) {
        align(4, 4 * tables.size());
        for (std::size_t i = tables.size(); i-- > 0;) push(tables[i]);
        push(static_cast<std::uint32_t>(tables.size()));
        return here();
    }

    /// Structs of three or two 64-bit numbers: `words` has the numbers of all, one struct after the other.
    [[nodiscard]] place vector_of_structs(std::span<const std::int64_t> words, std::size_t words_each) {
        align(8, 8 * words.size());
        for (std::size_t i = words.size(); i-- > 0;) push(words[i]);
        push(static_cast<std::uint32_t>(words.size() / words_each));
        return here();
    }

    /// The buffer, with the pointer to its root in front; its size is a multiple of eight.
    [[nodiscard]] std::string_view finish(place root) {
        align(8, 4);
        push(root);
        return {reinterpret_cast<const char*>(bytes_.data() + begin_), size()};
    }

private:
    friend class table;

    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - begin_; }
    [[nodiscard]] place here() const noexcept { return static_cast<place>(size()); }

    /// Fills with zeros, so that the place is, after `more` bytes, a multiple of `alignment`.
    void align(std::size_t alignment, std::size_t more) {
        static constexpr std::uint8_t zeros[8] = {};
        push_bytes(zeros, (alignment - (size() + more) % alignment) % alignment);
    }

    void push_bytes(const void* from, std::size_t count) {
        if (begin_ < count) {
            const std::size_t used = size();
            std::vector<std::uint8_t> larger(std::max<std::size_t>({2 * bytes_.size(), used + count, 1024}));
            if (used != 0) std::memcpy(larger.data() + larger.size() - used, bytes_.data() + begin_, used);
            begin_ = larger.size() - used;
            bytes_ = std::move(larger);
        }
        begin_ -= count;
        if (count != 0) std::memcpy(bytes_.data() + begin_, from, count);
    }

    std::vector<std::uint8_t> bytes_;
    std::size_t begin_ = 0;
};

/// A table that is being written: its fields by number, then `end`. Objects that the table points to have been written
/// before.
class table {
public:
    explicit table(builder& out) : out_(out), start_(out.size()) {}

    template <class Value>
    table& set(std::size_t field, Value value) {
        out_.push(value);
        if (fields_.size() <= field) fields_.resize(field + 1);
        fields_[field] = out_.size();
        return *this;
    }

    [[nodiscard]] place end() {
        out_.push(std::int32_t{0});
        const std::size_t place_of_table = out_.size();
        for (std::size_t i = fields_.size(); i-- > 0;)
            out_.push(static_cast<std::uint16_t>(fields_[i] == 0 ? 0 : place_of_table - fields_[i]));
        out_.push(static_cast<std::uint16_t>(place_of_table - start_));
        out_.push(static_cast<std::uint16_t>(2 * fields_.size() + 4));
        const auto distance = static_cast<std::uint32_t>(out_.size() - place_of_table);
        std::uint8_t* const to = out_.bytes_.data() + out_.bytes_.size() - place_of_table;
        for (unsigned i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(distance >> (8 * i));
        return static_cast<place>(place_of_table);
    }

private:
    builder& out_;
    std::size_t start_;
    std::vector<std::size_t> fields_;  ///< places by number; 0 for none
};

}  // namespace pcapframe::flatbuffer
