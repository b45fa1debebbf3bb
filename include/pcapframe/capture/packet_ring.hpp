// Live capture on Linux: a packet socket whose packets come in a ring of blocks shared with the kernel (TPACKET_V3).
// Source: the Linux kernel's Documentation/networking/packet_mmap.rst, packet(7).
#pragma once

#if defined(__linux__)

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <pcapframe/base/result.hpp>
#include <pcapframe/capture/capture_options.hpp>
#include <pcapframe/capture/captured_interfaces.hpp>
#include <pcapframe/capture/packet_socket.hpp>
#include <pcapframe/capture/protocol_filter.hpp>
#include <pcapframe/capture/ring_block.hpp>
#include <pcapframe/io/deadline.hpp>
#include <pcapframe/io/file_descriptor.hpp>
#include <pcapframe/io/wake_event.hpp>

namespace pcapframe::inline v0_2 {

/// Memory shared with the kernel.
class ring_memory {
public:
    ring_memory() = default;
    ring_memory(void* data, std::size_t bytes) noexcept : data_(static_cast<std::uint8_t*>(data)), bytes_(bytes) {}
    ring_memory(ring_memory&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    ring_memory& operator=(ring_memory&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~ring_memory() {
        if (data_ != nullptr) ::munmap(data_, bytes_);
    }

    [[nodiscard]] std::span<std::uint8_t> block(std::size_t number, std::size_t block_bytes) const noexcept {
        return {data_ + number * block_bytes, block_bytes};
    }

private:
    std::uint8_t* data_ = nullptr;
    std::size_t bytes_ = 0;
};

/// Captures packets of one interface. Movable. For one thread at a time; another thread wakes that thread by the wake
/// event.
class packet_ring {
    struct state;

public:
    /// A block that the kernel has handed over. While the block object lives its packets are there; when it is
    /// destroyed, the kernel writes into that memory again. A block must not outlive the ring, and must be destroyed
    /// before the next block is waited for.
    class block {
    public:
        block(block&& other) noexcept
            : walker_(other.walker_), status_(std::exchange(other.status_, nullptr)), owner_(other.owner_) {}
        block& operator=(block&& other) noexcept {
            std::swap(walker_, other.walker_);
            std::swap(status_, other.status_);
            std::swap(owner_, other.owner_);
            return *this;
        }
        ~block() {
            if (status_ != nullptr) __atomic_store_n(status_, std::uint32_t{TP_STATUS_KERNEL}, __ATOMIC_RELEASE);
        }

        /// The next records, 512 at most; none at the end of the block. The records stay until the next call.
        [[nodiscard]] record_run next() noexcept {
            const std::size_t count = walker_.walk(owner_->records);
            if (walker_.damaged()) owner_->damaged = true;
            if (owner_->is_any) owner_->number_interfaces(count);
            const record_run run{std::span<const record>(owner_->records).first(count), owner_->counters.delivered + 1};
            owner_->counters.delivered += count;
            return run;
        }

    private:
        friend class packet_ring;
        block(const ring_block_walker& walker, std::uint32_t* status, state* owner) noexcept
            : walker_(walker), status_(status), owner_(owner) {}

        ring_block_walker walker_;
        std::uint32_t* status_;
        state* owner_;
    };

    struct waited {
        wait_state state;
        std::optional<block> packets{};
    };

    /// Opens a capture. The filter is in place before the first packet is taken. Errors: unknown_name (an interface
    /// that is not there, with the nearest), cannot_open (EPERM: no right to capture, `detail` names the capability
    /// that gives the right; ENETDOWN: switched off; EINVAL: no filter), bad_value (what the interface cannot do; a
    /// filter that cannot be made), out_of_memory.
    [[nodiscard]] static result<packet_ring> open(const capture_options& options) {
        const result<live_interface> interface = find_interface(options.interface);
        if (!interface) return interface.error();
        packet_ring ring(*interface, options);
        const result<kernel_program> filter = first_filter(options, ring.place());
        if (!filter) return filter.error();
        ring.state_->socket = detail::open_packet_socket(interface->cooked);
        if (!ring.state_->socket.is_open()) return detail::capture_error(errno, *interface);
        // Before a capture has joined its group, it would be given the packets of the group's other captures, too.
        if (!ring.attach(options.fanout ? reject_all() : *filter)) return detail::capture_error(errno, *interface);
        const result<void> mapped = ring.map(options);
        if (!mapped) return mapped.error();
        const result<void> begun = ring.begin(options, *filter);
        if (!begun) return begun.error();
        return ring;
    }

    /// The next block, which may be there already, or why no block came. An interface that is switched off has no
    /// packets until it is on again. After an error (ENODEV: the interface was removed) the packets before the error
    /// have been handed out; the error comes again.
    [[nodiscard]] result<waited> wait(const deadline& until, const wake_event* wake = nullptr) {
        while (true) {
            if (wake != nullptr && wake->is_raised()) return waited{wait_state::cancelled};
            if (state_->damaged) return error{.code = errc::cannot_read, .system = EBADMSG}.about(interface_.name);
            if (is_ready()) return waited{wait_state::packets, take_block()};
            if (ends_.is_set() && (ends_.has_passed() || is_drained())) {
                if (failure_) return *failure_;
                return waited{wait_state::finished};
            }
            if (until.has_passed()) return waited{wait_state::deadline};
            poll(until.or_earlier(ends_), wake);
        }
    }

    /// Replaces the filter while the capture runs. Packets that were captured before and not yet handed out are
    /// dropped, so that this filter has taken all packets from here on. Errors: cannot_open with EINVAL for no valid
    /// program; the capture goes on as it was.
    [[nodiscard]] result<void> set_filter(std::span<const bpf_instruction> program) {
        if (!detail::is_valid_filter(program)) return detail::capture_error(errno, interface_);
        const result<void> stopped = finish();
        if (!stopped) return stopped.error();
        while (true) {
            const result<waited> old = wait({});
            if (!old) return old.error();
            if (old->state == wait_state::finished) break;
        }
        ends_ = {};
        if (!attach(program)) return detail::capture_error(errno, interface_);
        return {};
    }

    /// Captures no more. `wait` hands out what was captured, down to the block that the kernel was filling, then says
    /// `finished`.
    [[nodiscard]] result<void> finish() {
        if (failure_) return {};
        if (!attach(reject_all())) return detail::capture_error(errno, interface_);
        ends_ = deadline::in(drain_time());
        return {};
    }

    /// Counted since the capture began. Asks the kernel.
    [[nodiscard]] const capture_counters& counters() {
        capture_counters& all = state_->counters;
        tpacket_stats_v3 since{};
        socklen_t bytes = sizeof since;
        // The kernel begins again at 0 with every answer, and counts dropped packets as received.
        if (::getsockopt(state_->socket.number(), SOL_PACKET, PACKET_STATISTICS, &since, &bytes) == 0) {
            all.received += since.tp_packets;
            all.dropped += since.tp_drops;
            all.freezes = all.freezes.value_or(0) + since.tp_freeze_q_cnt;
        }
        const std::optional<std::uint64_t> missed = detail::missed_by_interface(interface_);
        if (missed && missed_before_) all.interface_dropped = *missed - *missed_before_;
        return all;
    }

    [[nodiscard]] const live_interface& interface() const noexcept { return interface_; }
    /// The interfaces that the records number: the interfaces that runs have had packets of so far. The list only
    /// grows.
    [[nodiscard]] const std::shared_ptr<const interface_list>& interfaces() const noexcept {
        return state_->interfaces.list();
    }
    /// What the interfaces say of themselves from here on: the filter in words, and the system.
    void describe(const std::string& filter, const std::string& os) { state_->interfaces.describe(filter, os); }
    /// LINKTYPE of the records.
    [[nodiscard]] std::uint16_t link_type() const noexcept { return terms_.link_type; }
    /// What a filter is made for.
    [[nodiscard]] filter_place place() const noexcept {
        // A network that is not known matches like a network without hosts.
        return {terms_.link_type, terms_.cooked,    true,
                terms_.snaplen,   interface_.index, interface_.netmask.value_or(0)};
    }
    [[nodiscard]] std::uint32_t snaplen() const noexcept { return terms_.snaplen; }
    /// The number of the capture's fanout group, for others to join.
    [[nodiscard]] std::optional<std::uint16_t> fanout_group() const noexcept { return fanout_group_; }
    /// Bytes of the ring, which may be fewer than asked for.
    [[nodiscard]] std::size_t ring_bytes() const noexcept { return block_bytes_ * blocks_; }

private:
    /// The parts of a ring that its blocks need, at a place that stays when the ring is moved.
    struct state {
        state(interface_info opened, bool is_of_all) : interfaces(std::move(opened)), is_any(is_of_all) {}

        /// From the system's numbers to places in the list.
        void number_interfaces(std::size_t count) {
            const auto name_of = [this](std::uint32_t number) { return detail::interface_name(socket, number); };
            for (record& r : std::span(records).first(count)) r.interface = interfaces.place_of(r.interface, name_of);
        }

        std::array<record, 512> records;
        captured_interfaces interfaces;
        file_descriptor socket;
        capture_counters counters{};
        bool is_any;
        bool damaged = false;  ///< a block contradicted itself
    };

    packet_ring(const live_interface& interface, const capture_options& options)
        : interface_(interface),
          state_(std::make_unique<state>(detail::opened_interface(interface, options), interface.index == 0)) {
        terms_.snaplen = std::clamp<std::uint32_t>(options.snaplen, 1, snaplen_max);
        terms_.link_type = interface.link_type;
        terms_.cooked = interface.cooked;
        if (interface.loopback) terms_.loopback_index = interface.index;
        if (interface.index == 0) {
            terms_.loopback_index = ::if_nametoindex("lo");
            terms_.interface.reset();
        }
        block_timeout_ms_ = std::max(options.block_timeout_ms, 1U);
    }

    [[nodiscard]] bool attach(std::span<const bpf_instruction> program) {
        return detail::attach_filter(state_->socket, limited_to(program, terms_.snaplen));
    }

    /// Asks for the ring, and for ever smaller rings where the kernel has no memory for a larger one.
    result<void> map(const capture_options& options) {
        const int ring_version = TPACKET_V3;
        if (!detail::set_packet_option(state_->socket, PACKET_VERSION, ring_version))
            return detail::capture_error(errno, interface_);
        // Every block ends a wait, and waits cost more than packets: with mixed sizes at 400,000 packets a second, 148
        // ns a packet with blocks of 256 KiB, 123 with 1 MiB, 131 with 2. Reading a block from several places at once,
        // so that misses of the cache overlap, changed nothing.
        constexpr std::size_t smallest_block = std::size_t{64} << 10;
        constexpr std::size_t largest_block = std::size_t{1} << 20;
        constexpr std::size_t headers = 512;
        block_bytes_ = std::clamp(std::bit_floor(options.ring_bytes / 16), smallest_block, largest_block);
        block_bytes_ = std::max(block_bytes_, std::bit_ceil(terms_.snaplen + headers));
        constexpr std::size_t blocks_min = 2;
        constexpr std::size_t blocks_max = std::size_t{1} << 16;
        for (blocks_ = std::clamp(options.ring_bytes / block_bytes_, blocks_min, blocks_max); blocks_ >= blocks_min;
             blocks_ /= 2)
            if (map_blocks()) return {};
        return error{.code = errc::out_of_memory, .system = errno, .number = blocks_min * block_bytes_}.about(
            interface_.name);
    }

    [[nodiscard]] bool map_blocks() noexcept {
        tpacket_req3 request{};
        request.tp_block_size = static_cast<unsigned>(block_bytes_);
        request.tp_block_nr = static_cast<unsigned>(blocks_);
        request.tp_frame_size = request.tp_block_size;
        request.tp_frame_nr = request.tp_block_nr;
        request.tp_retire_blk_tov = block_timeout_ms_;
        if (!detail::set_packet_option(state_->socket, PACKET_RX_RING, request)) return false;
        void* const data =
            ::mmap(nullptr, block_bytes_ * blocks_, PROT_READ | PROT_WRITE, MAP_SHARED, state_->socket.number(), 0);
        if (data != MAP_FAILED) {
            memory_ = ring_memory(data, block_bytes_ * blocks_);
            return true;
        }
        const int why = errno;
        const tpacket_req3 none{};
        (void)detail::set_packet_option(state_->socket, PACKET_RX_RING, none);
        errno = why;
        return false;
    }

    /// Lets the packets in.
    result<void> begin(const capture_options& options, const kernel_program& filter) {
        if (options.hardware_time) {
            const result<void> stamped = detail::use_hardware_time(state_->socket, interface_);
            if (!stamped) return stamped.error();
        }
        // An older kernel does not know this option; then the walker leaves such packets out.
        const int ignored = 1;
        if (interface_.loopback) (void)detail::set_packet_option(state_->socket, PACKET_IGNORE_OUTGOING, ignored);
        missed_before_ = detail::missed_by_interface(interface_);
        if (!detail::bind_socket(state_->socket, interface_.index)) return detail::capture_error(errno, interface_);
        if (const int pending = detail::pending_error(state_->socket))
            return detail::capture_error(pending, interface_);
        if (options.promiscuous && interface_.index != 0 && !detail::make_promiscuous(state_->socket, interface_.index))
            return detail::capture_error(errno, interface_);
        if (!options.fanout) return {};
        const std::optional<std::uint16_t> group = detail::join_fanout(state_->socket, *options.fanout);
        if (!group || !attach(filter)) return detail::capture_error(errno, interface_);
        fanout_group_ = group;
        return {};
    }

    [[nodiscard]] std::uint32_t* status() const noexcept {
        return reinterpret_cast<std::uint32_t*>(memory_.block(at_, block_bytes_).data() +
                                                ring_block_walker::status_offset);
    }
    [[nodiscard]] bool is_ready() const noexcept {
        return (__atomic_load_n(status(), __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
    }
    /// Whether the block that the kernel is filling is empty.
    [[nodiscard]] bool is_drained() const noexcept { return __atomic_load_n(status() + 1, __ATOMIC_ACQUIRE) == 0; }

    block take_block() noexcept {
        const std::span<std::uint8_t> bytes = memory_.block(at_, block_bytes_);
        block taken(ring_block_walker(bytes, terms_), status(), state_.get());
        at_ = at_ + 1 == blocks_ ? 0 : at_ + 1;
        return taken;
    }

    /// After this time the kernel has handed over the block that it was filling: the block's timer runs twice at most.
    [[nodiscard]] std::chrono::milliseconds drain_time() const noexcept {
        return std::chrono::milliseconds(3 * block_timeout_ms_ + 10);
    }

    void poll(const deadline& until, const wake_event* wake) {
        constexpr std::chrono::milliseconds look_after{100};
        const deadline next = is_off_ ? until.or_earlier(deadline::in(look_after)) : until;
        pollfd waits[2] = {{state_->socket.number(), POLLIN, 0}, {-1, POLLIN, 0}};
        if (wake != nullptr) waits[1].fd = wake->number();
        // An interrupted wait is looked at again, like every other.
        const bool has_error = ::poll(waits, 2, next.poll_ms()) > 0 && (waits[0].revents & POLLERR) != 0;
        const int pending = has_error ? detail::pending_error(state_->socket) : 0;
        if (pending == ENETDOWN)
            is_off_ = true;
        else if (pending != 0)
            fail(pending);
        if (is_off_) look_at_interface();
    }

    /// Whether an interface that was switched off is on again, in which case the kernel has gone on by itself, or was
    /// removed. The kernel does not tell of the removal of an interface that is off already.
    void look_at_interface() {
        if (!detail::has_interface(state_->socket))
            fail(ENODEV);
        else
            is_off_ = !detail::is_switched_on(state_->socket, interface_.index);
    }

    void fail(int system) {
        if (failure_) return;
        failure_ = error{.code = errc::cannot_read, .system = system}.about(interface_.name);
        ends_ = deadline::in(drain_time());
    }

    live_interface interface_;
    ring_terms terms_{};
    std::unique_ptr<state> state_;
    ring_memory memory_;
    std::size_t block_bytes_ = 0;
    std::size_t blocks_ = 0;
    std::size_t at_ = 0;  ///< the block that comes next
    unsigned block_timeout_ms_ = 1;
    bool is_off_ = false;  ///< the interface is switched off
    std::optional<std::uint16_t> fanout_group_;
    deadline ends_;  ///< when a capture that is ending has ended
    std::optional<error> failure_;
    std::optional<std::uint64_t> missed_before_;
};

}  // namespace pcapframe

#endif
