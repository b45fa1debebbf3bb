// A filter expression on an interface: the part that the kernel does, and the part that is left to do with the records.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <pcapframe/base/result.hpp>
#include <pcapframe/capture/capture_device.hpp>
#include <pcapframe/capture/capture_options.hpp>
#include <pcapframe/filter/filter_option.hpp>
#include <pcapframe/filter/packet_filter.hpp>

namespace pcapframe::inline v0_2 {

/// An expression, compiled: the program for the kernel, and the selector for what the kernel leaves, if any.
struct live_filter {
    kernel_program program{};
    std::unique_ptr<record_selector> selector{};
};

namespace detail {

/// What the kernel answers in place of a load from the LINUX_SLL2 header, a header that its packets do not have;
/// nothing where the kernel cannot answer.
inline std::optional<std::uint32_t> kernel_load_of_cooked(std::uint16_t size, std::uint32_t offset) noexcept {
    using namespace filter::bpf;
    if (offset == 0 && size == h) return ancillary + ad_protocol;
    if (offset == 4 && size == w) return ancillary + ad_ifindex;
    if (offset == 8 && size == h) return ancillary + ad_hatype;
    if (offset == 10 && size == b) return ancillary + ad_pkttype;
    return std::nullopt;
}

/// The program that does the same for packets without a LINUX_SLL2 header as this one for packets with it; nothing
/// where no program can.
inline std::optional<kernel_program> without_cooked_header(std::span<const bpf_instruction> program) {
    using namespace filter::bpf;
    constexpr std::uint32_t header_bytes = 20;
    kernel_program shifted(program.begin(), program.end());
    for (bpf_instruction& step : shifted) {
        const std::uint16_t what = step.code & 0x07U;
        const std::uint16_t mode = step.code & 0xe0U;
        const bool loads = (what == ld || what == ldx) && (mode == abs || mode == ind || mode == msh);
        if (!loads || step.k >= link_header) continue;
        if (step.k >= header_bytes) {
            step.k -= header_bytes;
            continue;
        }
        const auto asked = kernel_load_of_cooked(step.code & 0x18U, step.k);
        if (what != ld || mode != abs || !asked) return std::nullopt;
        step.k = *asked;
    }
    return shifted;
}

/// The program in the form that the kernel takes here; nothing where the kernel takes none.
inline std::optional<kernel_program> attachable(std::span<const bpf_instruction> code, const filter_place& place) {
    if (code.empty()) return std::nullopt;
    std::optional<kernel_program> program = kernel_program(code.begin(), code.end());
    if (place.cooked) program = without_cooked_header(code);
#if defined(__linux__)
    // A valid program may be too large for the memory that the system has for filters.
    if (program && !is_valid_filter(*program)) return std::nullopt;
#endif
    return program;
}

}  // namespace detail

/// Makes a filter ready for an interface. Errors: bad_value, with the place in the expression, and for an expression
/// that no packet of the interface can match.
[[nodiscard]] inline result<live_filter> make_live_filter(const filter_option& wanted, const filter_place& place) {
    const result<shared_filter> filter = wanted.compiled();
    if (!filter) return filter.error();
    if (*filter == nullptr) return live_filter{accept_all(place.snaplen), nullptr};
    result<packet_program> made = (*filter)->program_for(place);
    if (!made) return made.error();
    std::optional<kernel_program> program = detail::attachable(made->code, place);
    if (program) return live_filter{std::move(*program), nullptr};
    return live_filter{accept_all(place.snaplen), std::move(made->selector)};
}

/// For capture_options::make_filter: the filter is made ready when the interface is known. The part that the kernel
/// does not do goes to `rest`, which must be there until the capture is open.
[[nodiscard]] inline std::function<result<kernel_program>(const filter_place&)> filter_maker(
    filter_option wanted, std::unique_ptr<record_selector>& rest) {
    return [wanted = std::move(wanted), &rest](const filter_place& place) -> result<kernel_program> {
        result<live_filter> made = make_live_filter(wanted, place);
        if (!made) return made.error();
        rest = std::move(made->selector);
        return std::move(made->program);
    };
}

}  // namespace pcapframe
