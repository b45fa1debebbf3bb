#define NDEBUG 1  // a unit of its own; the library's assertions are the same in every unit

#include <csignal>
#include <cstdio>

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/checked.hpp>

using namespace pcapframe;

namespace {

/// The signal that ends a process which does this; 0 where it comes to its end.
template <class Mistake>
int signal_of(Mistake make) {
    const pid_t child = ::fork();
    if (child == 0) {
        (void)std::freopen("/dev/null", "w", stderr);
        std::signal(SIGABRT, SIG_DFL);
        make();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("asking for what is not there ends the program, with NDEBUG too") {
    const error why{.code = errc::empty_input};
    const result<int> failed(why);
    const result<int> good(1);
    const result<void> done;
    const text_result<int> refused(problem{.reason = "no"});
    const checked<int> nothing(no_view);
    CHECK(signal_of([&] { (void)*failed; }) == SIGABRT);
    CHECK(signal_of([&] { (void)good.error(); }) == SIGABRT);
    CHECK(signal_of([&] { (void)done.error(); }) == SIGABRT);
    CHECK(signal_of([&] { (void)*refused; }) == SIGABRT);
    CHECK(signal_of([&] { (void)*nothing; }) == SIGABRT);
    CHECK(signal_of([&] { (void)*good; }) == 0);
}
