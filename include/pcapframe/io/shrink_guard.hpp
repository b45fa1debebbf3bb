// What keeps a mapping alive when its file is cut short by someone else.
//
// Reading a mapped page that its file no longer has raises SIGBUS, which ends the program. The guard handles that
// signal for guarded mappings only: zeros take the place of the lost pages, a flag says so, and the reader turns the
// flag into an error. All other SIGBUS go to the handler that was there before. A program that wants no handler reads
// in windows instead (`read_options::map_files`).
#pragma once

#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

namespace pcapframe::inline v0_2::detail {

class shrink_guard {
public:
    static constexpr std::size_t mappings_max = 256;

    /// Guards the mapping from here on; -1 where all places are taken, and then the mapping must not be read.
    [[nodiscard]] static int add(const void* start, std::size_t bytes) noexcept {
        static const bool installed = install();
        if (!installed) return -1;
        for (std::size_t i = 0; i < mappings_max; ++i) {
            slot& s = slots()[i];
            std::uintptr_t nobody = 0;
            // The end is published last: a slot without an end matches no address.
            if (!s.begin.compare_exchange_strong(nobody, reinterpret_cast<std::uintptr_t>(start))) continue;
            s.shrunk.store(false);
            s.end.store(reinterpret_cast<std::uintptr_t>(start) + bytes);
            return static_cast<int>(i);
        }
        return -1;
    }

    static void remove(int place) noexcept {
        slot& s = slots()[static_cast<std::size_t>(place)];
        s.end.store(0);
        s.begin.store(0);
    }

    /// Whether pages of the mapping were lost.
    [[nodiscard]] static bool shrunk(int place) noexcept {
        return slots()[static_cast<std::size_t>(place)].shrunk.load(std::memory_order_relaxed);
    }

private:
    struct slot {
        std::atomic<std::uintptr_t> begin{0};
        std::atomic<std::uintptr_t> end{0};
        std::atomic<bool> shrunk{false};
    };

    static std::array<slot, mappings_max>& slots() noexcept {
        static std::array<slot, mappings_max> all;
        return all;
    }
    static struct sigaction& before() noexcept {
        static struct sigaction previous {};
        return previous;
    }

    static bool install() noexcept {
        slots();
        struct sigaction action {};
        action.sa_sigaction = &on_bus_error;
        action.sa_flags = SA_SIGINFO;
        sigemptyset(&action.sa_mask);
        return ::sigaction(SIGBUS, &action, &before()) == 0;
    }

    static void on_bus_error(int signal, siginfo_t* info, void* context) noexcept {
        const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
        for (slot& s : slots()) {
            const std::uintptr_t end = s.end.load();
            if (address < s.begin.load() || address >= end) continue;
            const std::uintptr_t page = address & ~(static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE)) - 1);
            s.shrunk.store(true);
            void* const zeros = ::mmap(reinterpret_cast<void*>(page), end - page, PROT_READ,
                                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
            if (zeros != MAP_FAILED) return;
        }
        pass_on(signal, info, context);
    }

    static void pass_on(int signal, siginfo_t* info, void* context) noexcept {
        const struct sigaction& previous = before();
        if ((previous.sa_flags & SA_SIGINFO) != 0) previous.sa_sigaction(signal, info, context);
        else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) previous.sa_handler(signal);
        else
            ::sigaction(SIGBUS, &previous,
                        nullptr);  // the access is tried again, and ends the program as it would without this handler
    }
};

}  // namespace pcapframe::detail
