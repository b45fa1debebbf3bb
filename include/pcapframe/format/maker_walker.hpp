// Walks the records of other makers' capture files: one way for all their readers.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/format/btsnoop.hpp>
#include <pcapframe/format/erf.hpp>
#include <pcapframe/format/netmon.hpp>
#include <pcapframe/format/snoop.hpp>
#include <pcapframe/format/walk.hpp>

namespace pcapframe::inline v0_2 {

/// THE list of other makers' formats that are read: a reader of its own for each, which knows how its files begin and
/// what a record is. ERF comes last, since its files have no magic number.
using maker_reader = std::variant<snoop_reader, btsnoop_reader, netmon_reader, erf_reader>;

namespace detail {

/// Calls `use(std::type_identity<Reader>)` for each reader until it is true.
template <class Use>
constexpr bool any_maker(Use use) {
    return [&]<class... Readers>(std::type_identity<std::variant<Readers...>>) {
        return (use(std::type_identity<Readers>{}) || ...);
    }(std::type_identity<maker_reader>{});
}

}  // namespace detail

/// Walks one file from its first byte on, in windows of any size.
class maker_walker {
public:
    /// Whether a file begins like one of these formats.
    [[nodiscard]] static bool begins(bytes_view file) {
        return detail::any_maker([&]<class Reader>(std::type_identity<Reader>) { return Reader::begins(file); });
    }

    /// Decides for the format that the first bytes of a file begin like, for the walk from there on.
    void choose(bytes_view file) {
        chosen_ = 0;
        detail::any_maker([&]<class Reader>(std::type_identity<Reader>) {
            const bool begins = Reader::begins(file);
            if (!begins) ++chosen_;
            return begins;
        });
    }

    maker_walker() = default;
    explicit maker_walker(std::shared_ptr<interface_list> interfaces) : interfaces_(std::move(interfaces)) {}

    /// Writes the next records to `out`; their bytes are views into `input`.
    walk_step walk(walk_input input, std::span<record> out) {
        walk_step step;
        if (!reader_) {
            step = open(input);
            if (!reader_) return step;
            input.bytes = input.bytes.subspan(step.consumed);
        }
        const std::size_t header = step.consumed;
        step = std::visit([&](auto& reader) { return walk_records(reader, input, out); }, *reader_);
        step.consumed += header;
        return step;
    }

    /// The name of the format; empty before the file header was read.
    [[nodiscard]] std::string_view name() const noexcept {
        if (!reader_) return "";
        return std::visit([](const auto& reader) { return std::string_view(reader.name); }, *reader_);
    }
    [[nodiscard]] const error& damage() const noexcept { return damage_; }

private:
    walk_step open(const walk_input& input) {
        walk_step step{0, 0, 0, walk_state::damaged};
        std::size_t index = 0;
        detail::any_maker([&]<class Reader>(std::type_identity<Reader>) {
            if (index++ != chosen_) return false;
            if (input.bytes.size() < Reader::header_bytes) {
                step.wanted = Reader::header_bytes;
                if (!input.last) step.state = walk_state::starved;
                damage_ = {.code = errc::cut_header,
                           .number = Reader::header_bytes,
                           .other = input.bytes.size(),
                           .detail = Reader::name};
                return true;
            }
            result<Reader> reader = Reader::open(input.bytes, interfaces_);
            if (reader) reader_.emplace(std::move(*reader));
            else damage_ = reader.error();
            step.consumed = reader ? Reader::header_bytes : 0;
            return true;
        });
        offset_ = step.consumed;
        return step;
    }

    template <class Reader>
    walk_step walk_records(Reader& reader, const walk_input& input, std::span<record> out) {
        walk_step step{0, 0, 0, walk_state::full};
        while (step.count < out.size()) {
            const bytes_view left = input.bytes.subspan(step.consumed);
            if constexpr (requires { reader.ends_at(offset_); }) is_over_ = is_over_ || reader.ends_at(offset_);
            if (is_over_ || (left.empty() && input.last)) return ended(step, input);
            if (left.size() < Reader::record_header_bytes)
                return short_of(step, Reader::record_header_bytes, left, input);
            const maker_record_size size = reader.size_of(left);
            if (*size.wrong != '\0' || size.bytes > Reader::record_header_bytes + limits::record_bytes_max)
                return damaged(step, size);
            if (left.size() < size.bytes) return short_of(step, size.bytes, left, input);
            out[step.count++] = reader.read(left.first(size.bytes));
            step.consumed += size.bytes;
            offset_ += size.bytes;
        }
        return step;
    }

    /// What follows the records is stepped over.
    walk_step ended(walk_step step, const walk_input& input) noexcept {
        step.consumed = input.bytes.size();
        step.wanted = 1;
        step.state = input.last ? walk_state::end : walk_state::starved;
        return step;
    }

    walk_step short_of(walk_step step, std::size_t wanted, bytes_view left, const walk_input& input) {
        step.wanted = wanted;
        step.state = walk_state::starved;
        if (!input.last) return step;
        damage_ = {.code = errc::cut_record, .number = wanted, .other = left.size(), .detail = "record"};
        step.state = walk_state::damaged;
        return step;
    }

    walk_step damaged(walk_step step, const maker_record_size& size) {
        if (*size.wrong != '\0') damage_ = {.code = errc::bad_record, .detail = size.wrong};
        else
            damage_ = {.code = errc::record_too_long,
                       .number = size.bytes,
                       .other = limits::record_bytes_max,
                       .detail = "record"};
        step.state = walk_state::damaged;
        return step;
    }

    std::shared_ptr<interface_list> interfaces_;
    std::size_t chosen_ = 0;
    std::optional<maker_reader> reader_;
    std::uint64_t offset_ = 0;
    bool is_over_ = false;
    error damage_{};
};

}  // namespace pcapframe
