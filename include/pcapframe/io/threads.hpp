// Threads that all run one function, and never outlive the data that they work on.
#pragma once

#include <csignal>
#include <cstddef>
#include <vector>

#include <pthread.h>
#include <unistd.h>

namespace pcapframe::inline v0_2 {

/// Processors that threads can run on; 1 where the system does not say.
[[nodiscard]] inline std::size_t processor_count() noexcept {
    const long count = ::sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? static_cast<std::size_t>(count) : 1;
}

/// Joins its threads when it is destroyed. (The standard's own header takes twice as long to compile as this library's
/// largest room.)
class thread_group {
public:
    thread_group() = default;
    thread_group(const thread_group&) = delete;
    thread_group& operator=(const thread_group&) = delete;
    ~thread_group() { join(); }

    /// Starts a thread that calls `function(argument)`, which must not throw. False where the system has no thread
    /// left. Signals that are meant for the process go to the threads that the process had before.
    [[nodiscard]] bool start(void* (*function)(void*), void* argument) {
        threads_.reserve(threads_.size() + 1);
        sigset_t kept{};
        sigset_t blocked{};
        sigfillset(&blocked);
        for (const int own : {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGABRT}) sigdelset(&blocked, own);
        ::pthread_sigmask(SIG_SETMASK, &blocked, &kept);
        pthread_t thread{};
        const int failed = ::pthread_create(&thread, nullptr, function, argument);
        ::pthread_sigmask(SIG_SETMASK, &kept, nullptr);
        if (failed != 0) return false;
        threads_.push_back(thread);
        return true;
    }

    void join() noexcept {
        for (const pthread_t thread : threads_) ::pthread_join(thread, nullptr);
        threads_.clear();
    }

private:
    std::vector<pthread_t> threads_;
};

}  // namespace pcapframe
