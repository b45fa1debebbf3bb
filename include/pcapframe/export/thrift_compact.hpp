// Writing the compact protocol of Thrift, as far as Parquet's metadata need it.
// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <pcapframe/bytes/varint.hpp>

namespace pcapframe::inline v0_2::thrift {

enum class wire : std::uint8_t {
    yes = 1,
    no = 2,
    i8 = 3,
    i16 = 4,
    i32 = 5,
    i64 = 6,
    binary = 8,
    list = 9,
    structure = 12
};

[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

/// Structs within structs; fields in ascending order.
class writer {
public:
    writer& integer(int field, std::int32_t value) { return number(field, wire::i32, value); }
    writer& long_integer(int field, std::int64_t value) { return number(field, wire::i64, value); }
    writer& short_integer(int field, std::int16_t value) { return number(field, wire::i16, value); }
    writer& byte(int field, std::int8_t value) {
        begin_field(field, wire::i8);
        bytes_ += static_cast<char>(value);
        return *this;
    }
    writer& boolean(int field, bool value) {
        begin_field(field, value ? wire::yes : wire::no);
        return *this;
    }
    writer& binary(int field, std::string_view value) {
        begin_field(field, wire::binary);
        return element(value);
    }

    /// A struct as a field, to be ended by `end`.
    writer& begin(int field) {
        begin_field(field, wire::structure);
        return begin();
    }
    /// A struct as the root or as an element of a list.
    writer& begin() {
        last_.push_back(0);
        return *this;
    }
    writer& end() {
        bytes_ += '\0';
        last_.pop_back();
        return *this;
    }

    /// A list, whose elements follow.
    writer& list(int field, wire element_type, std::size_t count) {
        begin_field(field, wire::list);
        const auto type = static_cast<unsigned>(element_type);
        if (count < 15) {
            bytes_ += static_cast<char>(static_cast<unsigned>(count) << 4 | type);
        } else {
            bytes_ += static_cast<char>(0xf0U | type);
            put_varint(bytes_, count);
        }
        return *this;
    }
    writer& element(std::string_view value) {
        put_varint(bytes_, value.size());
        bytes_ += value;
        return *this;
    }
    writer& element(std::int64_t value) {
        put_varint(bytes_, zigzag(value));
        return *this;
    }
    writer& element(bool value) {
        bytes_ += static_cast<char>(value ? wire::yes : wire::no);
        return *this;
    }

    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

private:
    writer& number(int field, wire type, std::int64_t value) {
        begin_field(field, type);
        return element(value);
    }

    /// Fields of the structs here lie less than 16 apart.
    void begin_field(int field, wire type) {
        bytes_ += static_cast<char>(static_cast<unsigned>(field - last_.back()) << 4 | static_cast<unsigned>(type));
        last_.back() = field;
    }

    std::string bytes_;
    std::vector<int> last_;  ///< the last field of each open struct
};

}  // namespace pcapframe::thrift
