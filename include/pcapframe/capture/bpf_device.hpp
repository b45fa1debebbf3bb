// Live capture on macOS and the BSDs: the packet filter device, /dev/bpf. Source: bpf(4).
#pragma once

#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__) || defined(__DragonFly__)

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <net/bpf.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include <pcapframe/base/result.hpp>
#include <pcapframe/capture/bpf_buffer.hpp>
#include <pcapframe/capture/capture_options.hpp>
#include <pcapframe/capture/captured_interfaces.hpp>
#include <pcapframe/capture/interfaces.hpp>
#include <pcapframe/capture/protocol_filter.hpp>
#include <pcapframe/io/deadline.hpp>
#include <pcapframe/io/file_descriptor.hpp>
#include <pcapframe/io/wake_event.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

#if defined(__APPLE__) || defined(__OpenBSD__)
inline constexpr bpf_layout system_bpf_layout = bpf_layouts::apple;
#else
inline constexpr bpf_layout system_bpf_layout = sizeof(long) == 8 ? bpf_layouts::bsd64 : bpf_layouts::bsd32;
#endif

/// The LINKTYPE of a device's DLT: the two numbers differ where systems have chosen a DLT by themselves.
[[nodiscard]] constexpr std::uint16_t link_type_of_dlt(unsigned dlt) noexcept {
    switch (dlt) {
        case 12:
        case 14: return link_type::raw;
#if defined(__OpenBSD__)
        case 13: return 109;  // ENC
#endif
#if defined(__APPLE__)
        case 149: return 258;  // PKTAP
#endif
        default: return static_cast<std::uint16_t>(dlt);
    }
}

/// The first device that nobody else has open: some systems make a new device for each open of /dev/bpf, other systems
/// have a fixed number of devices.
[[nodiscard]] inline file_descriptor open_bpf() {
    file_descriptor cloned(::open("/dev/bpf", O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (cloned.is_open() || errno != ENOENT) return cloned;
    constexpr int devices_max = 256;
    for (int number = 0; number < devices_max; ++number) {
        const std::string path = "/dev/bpf" + std::to_string(number);
        file_descriptor device(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
        if (device.is_open() || errno != EBUSY) return device;
    }
    return {};
}

}  // namespace detail

/// Whether this process may capture.
[[nodiscard]] inline bool may_capture() { return detail::open_bpf().is_open(); }

/// Captures packets of one interface. Movable. For one thread at a time; another thread wakes that thread by the wake
/// event.
class bpf_device {
    struct state;

public:
    /// The packets of one read. The packets stay until the device is asked for the next packets.
    class block {
    public:
        /// The next records, 512 at most; none at the end of the block. The records stay until the next call.
        [[nodiscard]] record_run next() noexcept {
            const std::size_t count = walker_.walk(owner_->records);
            if (walker_.damaged()) owner_->damaged = true;
            const record_run run{std::span<const record>(owner_->records).first(count), owner_->counters.delivered + 1};
            owner_->counters.delivered += count;
            return run;
        }

    private:
        friend class bpf_device;
        block(const bpf_buffer_walker& walker, state* owner) noexcept : walker_(walker), owner_(owner) {}

        bpf_buffer_walker walker_;
        state* owner_;
    };

    struct waited {
        wait_state state;
        std::optional<block> packets{};
    };

    /// Opens a capture. Errors: unknown_name (an interface that is not there, with the nearest), cannot_open (EACCES:
    /// no right to read the device), bad_value (what the interface cannot do).
    [[nodiscard]] static result<bpf_device> open(const capture_options& options) {
        const result<live_interface> interface = find_interface(options.interface);
        if (!interface) return interface.error();
        if (options.hardware_time || options.fanout)
            return error{.code = errc::bad_value,
                         .detail = "an interface with hardware timestamps or fanout",
                         .subject = std::string_view(interface->name)};
        bpf_device device(*interface, options);
        device.file_ = detail::open_bpf();
        if (!device.file_.is_open()) return device.failure("the right to read /dev/bpf*");
        const result<void> begun = device.begin(options);
        if (!begun) return begun.error();
        return device;
    }

    /// See packet_ring::wait.
    [[nodiscard]] result<waited> wait(const deadline& until, const wake_event* wake = nullptr) {
        while (true) {
            if (wake != nullptr && wake->is_raised()) return waited{wait_state::cancelled};
            if (state_->damaged) return error{.code = errc::cannot_read, .system = EBADMSG}.about(interface_.name);
            const result<std::size_t> got = read_more();
            if (!got) return got.error();
            if (*got != 0) {
                const bytes_view bytes(buffer_.data(), *got);
                const bpf_buffer_walker walker(bytes, detail::system_bpf_layout, link_type_, 0);
                return waited{wait_state::packets, block(walker, state_.get())};
            }
            if (is_ending_) return waited{wait_state::finished};
            if (until.has_passed()) return waited{wait_state::deadline};
            poll(until, wake);
        }
    }

    /// Replaces the filter while the capture runs: the device itself drops the packets that it held.
    [[nodiscard]] result<void> set_filter(std::span<const bpf_instruction> program) {
        const kernel_program limited = limited_to(program, snaplen_);
        std::vector<bpf_insn> code;
        for (const bpf_instruction& i : limited) code.push_back({i.code, i.jt, i.jf, i.k});
        ::bpf_program attached{};
        attached.bf_len = static_cast<unsigned>(code.size());
        attached.bf_insns = code.data();
        if (::ioctl(file_.number(), BIOCSETF, &attached) != 0) return failure();
        return {};
    }

    /// Hands out the two buffers that the device may have full, then says `finished`.
    [[nodiscard]] result<void> finish() noexcept {
        is_ending_ = true;
        reads_left_ = 2;
        return {};
    }

    /// Counted since the capture began. Asks the device, whose own counters have 32 bits.
    [[nodiscard]] const capture_counters& counters() noexcept {
        bpf_stat now{};
        if (::ioctl(file_.number(), BIOCGSTATS, &now) != 0) return state_->counters;
        const auto received = static_cast<std::uint32_t>(now.bs_recv);
        const auto dropped = static_cast<std::uint32_t>(now.bs_drop);
        state_->counters.received += static_cast<std::uint32_t>(received - received_before_);
        state_->counters.dropped += static_cast<std::uint32_t>(dropped - dropped_before_);
        received_before_ = received;
        dropped_before_ = dropped;
        return state_->counters;
    }

    [[nodiscard]] const live_interface& interface() const noexcept { return interface_; }
    /// See packet_ring::interfaces: here there is one interface.
    [[nodiscard]] const std::shared_ptr<const interface_list>& interfaces() const noexcept {
        return state_->interfaces.list();
    }
    /// See packet_ring::describe.
    void describe(const std::string& filter, const std::string& os) { state_->interfaces.describe(filter, os); }
    /// LINKTYPE of the records.
    [[nodiscard]] std::uint16_t link_type() const noexcept { return link_type_; }
    /// What a filter is made for.
    [[nodiscard]] filter_place place() const noexcept {
        return {link_type_, false, false, snaplen_, interface_.index, interface_.netmask.value_or(0)};
    }
    /// There is no fanout here.
    [[nodiscard]] std::optional<std::uint16_t> fanout_group() const noexcept { return std::nullopt; }
    [[nodiscard]] std::uint32_t snaplen() const noexcept { return snaplen_; }
    /// Bytes of the device's buffer, which may be fewer than asked for.
    [[nodiscard]] std::size_t ring_bytes() const noexcept { return buffer_.size(); }

private:
    /// What blocks need of their device, at a place that stays when the device is moved.
    struct state {
        explicit state(interface_info opened) : interfaces(std::move(opened)) {}

        std::array<record, 512> records;
        captured_interfaces interfaces;
        capture_counters counters{};
        bool damaged = false;
    };

    bpf_device(const live_interface& interface, const capture_options& options)
        : interface_(interface),
          snaplen_(std::clamp<std::uint32_t>(options.snaplen, 1, snaplen_max)),
          state_(std::make_unique<state>(detail::opened_interface(interface, options))) {}

    [[nodiscard]] error failure(const char* right = "") const {
        return error{.code = errc::cannot_open, .system = errno, .detail = right}.about(interface_.name);
    }

    result<void> begin(const capture_options& options) {
        // To be set before the interface; the device makes the buffer smaller where it is too large, and says how large
        // it is.
        auto bytes = static_cast<unsigned>(std::clamp<std::size_t>(options.ring_bytes, 4096, 1U << 24));
        ifreq request{};
        std::memcpy(request.ifr_name, interface_.name.data(),
                    std::min<std::size_t>(interface_.name.size(), sizeof request.ifr_name - 1));
        unsigned at_once = 1;
        unsigned dlt = 0;
        const int fd = file_.number();
        if (::ioctl(fd, BIOCSBLEN, &bytes) != 0 || ::ioctl(fd, BIOCSETIF, &request) != 0 ||
            ::ioctl(fd, BIOCIMMEDIATE, &at_once) != 0 || ::ioctl(fd, BIOCGBLEN, &bytes) != 0 ||
            ::ioctl(fd, BIOCGDLT, &dlt) != 0)
            return failure();
        if (options.promiscuous && !interface_.loopback && ::ioctl(fd, BIOCPROMISC, nullptr) != 0) return failure();
        link_type_ = interface_.link_type = detail::link_type_of_dlt(dlt);
        state_->interfaces = captured_interfaces(detail::opened_interface(interface_, options));
        buffer_.resize(bytes);
        // The device drops what came in before the filter.
        const result<kernel_program> filter = first_filter(options, place());
        if (!filter) return filter.error();
        return set_filter(*filter);
    }

    /// Bytes of the next packets; 0 where there are none now.
    result<std::size_t> read_more() {
        if (is_ending_ && reads_left_-- == 0) {
            reads_left_ = 0;
            return std::size_t{0};
        }
        const ssize_t got = ::read(file_.number(), buffer_.data(), buffer_.size());
        // ENETDOWN: the interface is switched off, and has packets again when it is on; ENXIO: it was removed.
        is_off_ = got < 0 && errno == ENETDOWN;
        if (got >= 0) return static_cast<std::size_t>(got);
        if (is_off_ || errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return std::size_t{0};
        return error{.code = errc::cannot_read, .system = errno}.about(interface_.name);
    }

    void poll(const deadline& until, const wake_event* wake) {
        constexpr std::chrono::milliseconds look_after{100};
        // A device whose interface is off is ready all the time, to say so.
        pollfd waits[2] = {{is_off_ ? -1 : file_.number(), POLLIN, 0}, {-1, POLLIN, 0}};
        if (wake != nullptr) waits[1].fd = wake->number();
        // An interrupted wait is looked at again, like every other.
        (void)::poll(waits, 2, (is_off_ ? until.or_earlier(deadline::in(look_after)) : until).poll_ms());
    }

    live_interface interface_;
    std::uint32_t snaplen_;
    file_descriptor file_;
    std::vector<std::uint8_t> buffer_;
    std::unique_ptr<state> state_;
    std::uint32_t received_before_ = 0;
    std::uint32_t dropped_before_ = 0;
    std::uint16_t link_type_ = 0;
    unsigned reads_left_ = 0;
    bool is_ending_ = false;
    bool is_off_ = false;  ///< the interface is switched off
};

}  // namespace pcapframe

#endif
