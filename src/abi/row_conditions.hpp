// Conditions on the values of rows: which of the rows that are decoded a stream hands out.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <arpa/inet.h>

#include <pcapframe/dataset/arrow_stream.hpp>

namespace abi {

namespace conditions {

using pcapframe::errc, pcapframe::error, pcapframe::result;

inline error bad_condition(std::string_view text, const char* wanted) {
    return {.code = errc::bad_value, .detail = wanted, .subject = text};
}

template <std::integral Number>
result<Number> parse_value(std::string_view text, std::type_identity<Number>) {
    Number value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed == std::errc() && end == text.data() + text.size()) return value;
    return bad_condition(text, "a whole number that the column can have");
}

/// An address in the text form that the column has.
inline result<pcapframe::ip_address> parse_value(std::string_view text, std::type_identity<pcapframe::ip_octets>) {
    const bool is_ipv6 = text.find(':') != std::string_view::npos;
    std::array<std::uint8_t, 16> bytes{};
    const int read = ::inet_pton(is_ipv6 ? AF_INET6 : AF_INET, std::string(text).c_str(), bytes.data());
    if (!is_ipv6) {
        std::copy_n(bytes.begin(), 4, bytes.begin() + 12);
        std::fill_n(bytes.begin(), 10, std::uint8_t{0});
        std::fill_n(bytes.begin() + 10, 2, std::uint8_t{0xff});
    }
    pcapframe::ip_octets octets{};
    static_assert(sizeof octets == sizeof bytes);
    std::memcpy(&octets, bytes.data(), sizeof octets);
    const pcapframe::ip_address address{octets, static_cast<std::uint8_t>(is_ipv6 ? 6 : 4)};
    if (read == 1 && to_string(address) == text) return address;
    return bad_condition(text, "an address as hosts are written");
}

inline result<pcapframe::protocol_id> parse_value(std::string_view text, std::type_identity<pcapframe::protocol_id>) {
    const auto number = pcapframe::find_ip_protocol(text);
    if (!number) return number.error();
    const pcapframe::protocol_id id = pcapframe::ip_protocol_id(*number);
    if (pcapframe::protocol_text(id) == text) return id;
    return bad_condition(text, "a protocol as the column writes it");
}

enum class comparison : std::uint8_t { equal, less, at_most, greater, at_least };

struct written_comparison {
    std::string_view text;
    comparison how;
};

// The longer ones first, since the shorter ones begin them.
inline constexpr std::array comparisons{
    written_comparison{">=", comparison::at_least}, written_comparison{"<=", comparison::at_most},
    written_comparison{"=", comparison::equal}, written_comparison{"<", comparison::less},
    written_comparison{">", comparison::greater}};

template <class Value>
bool holds(const Value& value, comparison how, const std::vector<Value>& wanted) noexcept {
    if (how == comparison::equal) return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
    if constexpr (std::integral<Value>) {
        switch (how) {
            case comparison::less: return value < wanted.front();
            case comparison::at_most: return value <= wanted.front();
            case comparison::greater: return value > wanted.front();
            default: return value >= wanted.front();
        }
    }
    return false;
}

/// A condition on one column.
class condition {
public:
    virtual ~condition() = default;
    /// Leaves those of the rows that meet it; a value that is null meets none.
    virtual void keep(const pcapframe::row_batch& rows, std::vector<std::uint32_t>& picked) const = 0;
};

template <class Stored, class Value>
class typed_condition final : public condition {
public:
    typed_condition(pcapframe::column_ref which, comparison how, std::vector<Value> wanted)
        : which_(which), how_(how), wanted_(std::move(wanted)) {}

    void keep(const pcapframe::row_batch& rows, std::vector<std::uint32_t>& picked) const override {
        const auto values = rows.view<Stored>(*rows.fields().find(which_.number));
        std::erase_if(picked, [&](std::uint32_t row) {
            const auto value = values[row];
            return !value || !holds<Value>(*value, how_, wanted_);
        });
    }

private:
    pcapframe::column_ref which_;
    comparison how_;
    std::vector<Value> wanted_;
};

template <class Stored>
result<std::unique_ptr<condition>> make_condition(pcapframe::column_ref which, comparison how, std::string_view text) {
    using value = std::remove_cvref_t<decltype(*parse_value(text, std::type_identity<Stored>()))>;
    if (!std::integral<value> && how != comparison::equal)
        return bad_condition(name_of(which), "a column of numbers or times, which '<' and '>' compare");
    std::vector<value> wanted;
    while (true) {
        const std::size_t bar = how == comparison::equal ? std::min(text.find('|'), text.size()) : text.size();
        const auto one = parse_value(text.substr(0, bar), std::type_identity<Stored>());
        if (!one) return one.error();
        wanted.push_back(*one);
        if (bar == text.size()) break;
        text.remove_prefix(bar + 1);
    }
    return std::unique_ptr<condition>(std::make_unique<typed_condition<Stored, value>>(which, how, std::move(wanted)));
}

template <class Stored>
concept comparable = std::integral<Stored> || std::same_as<Stored, pcapframe::ip_octets> ||
                     std::same_as<Stored, pcapframe::protocol_id>;

inline result<std::unique_ptr<condition>> parse_condition(std::string_view text, const pcapframe::schema& fields) {
    const std::size_t end = text.find_first_of("<>=");
    if (end == std::string_view::npos) return bad_condition(text, "a condition: COLUMN=VALUE, or with <, <=, >, >=");
    const std::string_view name = text.substr(0, end);
    const pcapframe::column_ref* which = nullptr;
    for (const pcapframe::column_ref& c : fields)
        if (name_of(c) == name) which = &c;
    if (which == nullptr) return bad_condition(name, "a column of these rows");
    const auto* const how = std::find_if(comparisons.begin(), comparisons.end(), [&](const written_comparison& one) {
        return text.substr(end).starts_with(one.text);
    });
    const std::string_view values = text.substr(end + how->text.size());
    return with_type(type_of(*which), [&](auto stored) -> result<std::unique_ptr<condition>> {
        using type = typename decltype(stored)::type;
        if constexpr (comparable<type>) return make_condition<type>(*which, how->how, values);
        else return bad_condition(name, "a column of numbers, times, addresses or protocols");
    });
}

}  // namespace conditions

/// All of some conditions: "src_host=192.0.2.1|::1,dst_port<1024". Between values stands a bar, and any of them will
/// do; times are nanoseconds since 1970. Null values meet no condition.
class row_conditions {
public:
    /// Errors: a column that the rows do not have, or of a type without comparisons; a value that is none.
    static pcapframe::result<row_conditions> parse(std::string_view text, const pcapframe::schema& fields) {
        row_conditions made;
        while (!text.empty()) {
            const std::size_t comma = std::min(text.find(','), text.size());
            auto one = conditions::parse_condition(text.substr(0, comma), fields);
            if (!one) return one.error();
            made.conditions_.push_back(std::move(*one));
            text.remove_prefix(std::min(comma + 1, text.size()));
        }
        return made;
    }

    /// The numbers of the rows that meet all of them.
    void pick(const pcapframe::row_batch& rows, std::vector<std::uint32_t>& picked) const {
        picked.resize(rows.rows());
        for (std::size_t i = 0; i < picked.size(); ++i) picked[i] = static_cast<std::uint32_t>(i);
        for (const auto& one : conditions_) one->keep(rows, picked);
    }

private:
    std::vector<std::shared_ptr<const conditions::condition>> conditions_;
};

/// The rows of another feed that meet conditions, so many at most.
class chosen_feed final : public pcapframe::batch_feed {
public:
    chosen_feed(std::unique_ptr<pcapframe::batch_feed> from, row_conditions conditions, std::uint64_t limit)
        : from_(std::move(from)), conditions_(std::move(conditions)), left_(limit) {}

    [[nodiscard]] const pcapframe::schema& fields() const noexcept override { return from_->fields(); }
    [[nodiscard]] pcapframe::result<std::shared_ptr<const pcapframe::row_batch>> next() override {
        while (left_ != 0) {
            auto rows = from_->next();
            if (!rows || *rows == nullptr) return rows;
            conditions_.pick(**rows, picked_);
            picked_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(picked_.size(), left_)));
            left_ -= picked_.size();
            if (picked_.size() == (*rows)->rows()) return rows;
            if (picked_.empty()) continue;
            auto some = std::make_shared<pcapframe::row_batch>(fields());
            some->append_rows(**rows, picked_);
            return std::shared_ptr<const pcapframe::row_batch>(std::move(some));
        }
        return std::shared_ptr<const pcapframe::row_batch>();
    }
    [[nodiscard]] const std::vector<pcapframe::error>& warnings() const noexcept override { return from_->warnings(); }
    [[nodiscard]] std::vector<pcapframe::read_note> notes() const override { return from_->notes(); }

private:
    std::unique_ptr<pcapframe::batch_feed> from_;
    row_conditions conditions_;
    std::uint64_t left_;
    std::vector<std::uint32_t> picked_;
};

}  // namespace abi
