// The compact protocol of Thrift, written and read, as far as Parquet's metadata need it.
// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <pcapframe/bytes/varint.hpp>

namespace pcapframe::inline v0_2::thrift {

/// The types of fields, by their numbers in the protocol.
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

/// A number with a sign as one without, small where it is near zero.
[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t value) noexcept {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
/// The reverse of zigzag.
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t value) noexcept {
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
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

/// What stands before a value in a struct.
struct field {
    int id = 0;
    wire type{};
};

/// Reads structs within structs from any bytes. After the first thing that is not right all that is read is empty or
/// zero, no struct has a field more, and `ok` is false.
///
///     thrift::reader in(bytes);
///     for (thrift::field f; in.next(f);) {
///         if (f.id == 3) rows = in.integer(f);
///         else in.skip(f);
///     }
class reader {
public:
    explicit reader(bytes_view bytes) noexcept : left_(bytes) {}

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    /// What is not read yet.
    [[nodiscard]] bytes_view left() const noexcept { return left_; }

    /// The next field of the struct at hand: `f` is the one before it, or a new one at the struct's begin. False at
    /// its end.
    [[nodiscard]] bool next(field& f) noexcept {
        const std::uint8_t head = byte();
        if (head == 0) return false;
        f.type = static_cast<wire>(head & 15);
        const int step = head >> 4;
        f.id = step != 0 ? f.id + step : static_cast<int>(static_cast<std::int16_t>(unzigzag(varint())));
        return ok_;
    }

    /// A number of any size, which the field's type must say.
    std::int64_t integer(const field& f) noexcept {
        if (f.type == wire::i8) return static_cast<std::int8_t>(byte());
        need(f.type == wire::i16 || f.type == wire::i32 || f.type == wire::i64);
        return unzigzag(varint());
    }
    bool boolean(const field& f) noexcept {
        need(f.type == wire::yes || f.type == wire::no);
        return f.type == wire::yes;
    }
    std::string_view binary(const field& f) noexcept {
        need(f.type == wire::binary);
        return binary();
    }
    /// That the field is a struct, whose fields are next.
    void structure(const field& f) noexcept { need(f.type == wire::structure); }
    /// How many structs there are in the field, which must be a list of them; the fields of the first are next. No more
    /// than there are bytes left.
    [[nodiscard]] std::size_t structures(const field& f) noexcept {
        need(f.type == wire::list);
        const auto [type, count] = list_head();
        need(type == wire::structure);
        return ok_ ? count : 0;
    }

    void skip(const field& f) noexcept { skip(f.type, 0); }

private:
    static constexpr unsigned depth_max = 16;

    struct list_info {
        wire type{};
        std::size_t count = 0;
    };

    void need(bool right) noexcept {
        if (right) return;
        ok_ = false;
        left_ = {};
    }

    std::uint8_t byte() noexcept {
        need(!left_.empty());
        if (!ok_) return 0;
        const std::uint8_t first = left_[0];
        left_ = left_.subspan(1);
        return first;
    }

    std::uint64_t varint() noexcept {
        const std::optional<std::uint64_t> value = take_varint(left_);
        need(value.has_value());
        return value.value_or(0);
    }

    std::string_view binary() noexcept {
        const std::uint64_t size = varint();
        need(size <= left_.size());
        if (!ok_) return {};
        const std::string_view text(reinterpret_cast<const char*>(left_.data()), static_cast<std::size_t>(size));
        left_ = left_.subspan(text.size());
        return text;
    }

    list_info list_head() noexcept {
        const std::uint8_t head = byte();
        const std::uint64_t count = head >> 4 == 15 ? varint() : head >> 4;
        need(count <= left_.size());
        return {static_cast<wire>(head & 15), ok_ ? static_cast<std::size_t>(count) : 0};
    }

    void skip(wire type, unsigned depth) noexcept {
        need(depth < depth_max);
        if (!ok_) return;
        switch (type) {
            case wire::yes:
            case wire::no: return;
            case wire::i8: (void)byte(); return;
            case wire::i16:
            case wire::i32:
            case wire::i64: (void)varint(); return;
            case wire::binary: (void)binary(); return;
            case wire::list: return skip_list(depth);
            case wire::structure:
                for (field inner; next(inner);) skip(inner.type, depth + 1);
                return;
        }
        need(false);
    }

    void skip_list(unsigned depth) noexcept {
        const auto [type, count] = list_head();
        const bool is_flag = type == wire::yes || type == wire::no;  // a byte each, as an element
        for (std::size_t i = 0; i < count && ok_; ++i) skip(is_flag ? wire::i8 : type, depth + 1);
    }

    bytes_view left_;
    bool ok_ = true;
};

}  // namespace pcapframe::thrift
