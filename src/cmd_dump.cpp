// pcapframe dump: the packets of an interface into capture files.

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <grp.h>
#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/decode/row_test.hpp>
#include <pcapframe/live.hpp>
#include <pcapframe/packets/packet_file.hpp>
#include <pcapframe/packets/rotation.hpp>

#include "command.hpp"
#include "expressions.hpp"
#include "habits.hpp"
#include "live_command.hpp"
#include "progress.hpp"
#include "row_output.hpp"

namespace cmd_dump {
namespace {

using pcapframe::packet_file;

constexpr auto all_dump_habits = all_habits(dump_habits, common_habits);

constexpr std::array options{
    option_spec{"-i", "INTERFACE", "capture on this interface, as tcpdump says it"},
    option_spec{"-w", "PATH", "write to this file, as tcpdump says it; '-' is standard output"},
    option_spec{"-c", "N", "stop after N packets"},
    option_spec{"--snaplen", "BYTES", "take at most so many bytes of a packet (262144, which is the most)"},
    option_spec{"--format", "F", "pcap or pcapng; if not given, as the extension of PATH says, or pcap without one",
                "pcap pcapng"},
    option_spec{"--nano", "", "times to the nanosecond in a pcap; pcapng has them always"},
    option_spec{"--protocol", "P", "only packets of this IP protocol: tcp, udp, icmp, ... or a number"},
    option_spec{"--filter", "EXPR",
                "only packets that match this expression, as tcpdump has them; or '-- EXPR' at the end"},
    filter_file_flag,
    option_spec{"-Q", "WAY", "in, out or inout: packets that came in, that went out, or both", "in out inout"},
    option_spec{"--timeout", "S", "stop after S seconds"},
    option_spec{"-C", "MEGABYTES", "begin a new file after so many million bytes: PATH, PATH1, PATH2, ..."},
    option_spec{"-G", "SECONDS", "begin a new file every so many seconds; PATH is a pattern of strftime(3)"},
    option_spec{"-W", "FILES", "with -C: so many files, then over the first again; with -G: so many, then end"},
    option_spec{"-U", "", "write packets out as they come, not second by second"},
    option_spec{"-Z", "USER", "become this user once the interface is open"},
    option_spec{"-p", "", "do not make the interface promiscuous"},
    option_spec{"--hardware-time", "", "times of the network card's clock"},
    option_spec{"-v", "", "show how many packets there are although this is no terminal, second by second"},
    option_spec{"--no-progress", "", "do not show how many packets there are"},
    option_spec{"-D", "", "list the interfaces, as 'pcapframe interfaces' does"},
};

struct dump_words {
    std::string path;
    pcapframe::capture_options capture;
    pcapframe::packet_file_options file;
    pcapframe::rotation_options rotation;
    pcapframe::deadline until;
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

/// Takes the number that is an option's value; false where the value is no number.
bool take_count(const arguments& given, std::string_view option, std::uint64_t& to, std::string& problem) {
    if (!given.has(option)) return true;
    const auto count = parse_count(given.value(option), 1);
    if (count)
        to = *count;
    else
        problem = "'" + given.value(option) + "' is not a number for " + std::string(option) + " (1 or more)";
    return count.has_value();
}

/// PATH INTERFACE [LIMIT], of which -w, -i and -c may be said as options instead; what follows was taken as a filter.
std::string parse_operands(const arguments& given, dump_words& words) {
    const std::vector<std::string>& operands = given.operands();
    std::size_t next = 0;
    const auto take = [&](std::string_view option) {
        if (given.has(option)) return given.value(option);
        return next < operands.size() ? operands[next++] : std::string();
    };
    words.path = take("-w");
    words.capture.interface = take("-i");
    if (words.path.empty() || words.capture.interface.empty())
        return "name the file and the interface: PATH INTERFACE [LIMIT], or -w PATH -i INTERFACE [-c LIMIT]";
    const std::string most = take("-c");
    if (most.empty() && !given.has("-c")) return {};
    const auto limit = parse_count(most, 1);
    if (!limit) return "'" + most + "' is not a number of packets (1 or more)";
    words.limit = *limit;
    return {};
}

/// What is wrong with the words; empty for nothing.
std::string parse_words(const arguments& given, dump_words& words) {
    std::string problem = parse_operands(given, words);
    std::uint64_t snaplen = words.capture.snaplen;
    std::uint64_t megabytes = 0;
    if (!problem.empty() || !take_count(given, "--snaplen", snaplen, problem) ||
        !take_count(given, "-C", megabytes, problem) || !take_count(given, "-G", words.rotation.seconds, problem) ||
        !take_count(given, "-W", words.rotation.files, problem))
        return problem;
    if (given.has("--protocol") && given.has(filter_option))
        return "say the protocol in the filter, not with --protocol";
    if (given.has(filter_option) && given.value(filter_option).empty()) return "--filter needs a value";
    if (snaplen > pcapframe::snaplen_max) return "--snaplen takes at most 262144 bytes";
    if (words.rotation.files != 0 && megabytes == 0 && words.rotation.seconds == 0) return "-W goes with -C or -G";
    words.capture.snaplen = static_cast<std::uint32_t>(snaplen);
    if (__builtin_mul_overflow(megabytes, std::uint64_t{1'000'000}, &words.rotation.bytes))
        words.rotation.bytes = ~std::uint64_t{0};  // more than any file has
    words.capture.promiscuous = !given.has("-p");
    words.capture.hardware_time = given.has("--hardware-time");
    words.file.nanoseconds = given.has("--nano");
    if (!given.has("--timeout")) return {};
    const auto time = parse_seconds(given.value("--timeout"));
    if (!time) return "'" + given.value("--timeout") + "' is not a number of seconds (more than 0)";
    words.until = pcapframe::deadline::in(*time);
    return {};
}

pcapframe::result<void> choose_format(const arguments& given, dump_words& words) {
    if (given.has("--format") || pcapframe::has_extension(pcapframe::without_packing(words.path))) {
        const auto format = given.has("--format") ? pcapframe::find_packet_format(given.value("--format"))
                                                  : pcapframe::packet_format_of_path(words.path);
        if (!format) return format.error();
        words.file.format = *format;
    }
    if (given.has("--protocol")) {
        const auto protocol = pcapframe::find_ip_protocol(given.value("--protocol"));
        if (!protocol) return protocol.error();
        words.capture.protocol = *protocol;
    }
    return {};
}

/// The packets that are wanted, as a filter in words; empty for all packets.
std::string filter_text(const arguments& given) {
    return given.has("--protocol") ? "ip proto " + given.value("--protocol") : given.value(filter_option);
}

std::string os_name() {
    utsname name{};
    return ::uname(&name) == 0 ? std::string(name.sysname) + " " + name.release : pcapframe::capture_os;
}

/// Gives up the rights of root for good; an error where the system refuses.
std::string become(const std::string& user) {
    const passwd* const entry = ::getpwnam(user.c_str());
    if (entry == nullptr) return "there is no user '" + user + "'";
    const bool became = ::initgroups(entry->pw_name, entry->pw_gid) == 0 && ::setgid(entry->pw_gid) == 0 &&
                        ::setuid(entry->pw_uid) == 0;
    const bool has_root_back = entry->pw_uid != 0 && ::setuid(0) == 0;
    return became && !has_root_back ? "" : "cannot become user '" + user + "'";
}

/// Writes packets from the kernel into one file after the other.
class dump {
public:
    /// `selector` is what the kernel does not do of the filter, or null.
    dump(pcapframe::capture_device& device, const dump_words& words, const arguments& given,
         pcapframe::record_selector* selector)
        : device_(device),
          words_(words),
          selector_(selector),
          flushes_at_once_(given.has("-U")),
          rotation_(words.path, words.rotation, std::time(nullptr)),
          begun_(now_ns()) {
        // The kernel's filter leaves open what only a decoder can tell.
        if (words.capture.protocol) is_row_.emplace(pcapframe::row_filter{false, words.capture.protocol});
        device_.describe(filter_text(given), os_name());
    }

    /// How many packets are written is shown here, now and then.
    void show_on(progress& shown) { shown_ = &shown; }

    pcapframe::result<void> run(const pcapframe::wake_event& wake) {
        pcapframe::result<void> outcome = open_file();
        while (outcome && !is_done_) outcome = step(wake);
        if (!file_) return outcome;
        const pcapframe::result<void> closed = close_file();
        return outcome ? closed : outcome;
    }

    [[nodiscard]] std::uint64_t packets() const noexcept { return packets_; }

private:
    static std::int64_t now_ns() noexcept {
        timespec now{};
        ::clock_gettime(CLOCK_REALTIME, &now);
        return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
    }

    pcapframe::result<void> open_file() {
        pcapframe::result<packet_file> made = packet_file::create(rotation_.name(), words_.file);
        if (!made) return made.error();
        file_.emplace(std::move(*made));
        const pcapframe::result<void> described = file_->describe(0, (*device_.interfaces())[0]);
        if (!described) return described.error();
        return file_->flush();
    }

    pcapframe::result<void> close_file() {
        const pcapframe::capture_counters counters = device_.counters();
        pcapframe::interface_statistics said{.time = now_ns(), .begin = begun_, .end = now_ns()};
        said.received = counters.received;
        said.os_dropped = counters.dropped;
        said.dropped = counters.interface_dropped;
        said.delivered = packets_;
        file_->statistics(0, said);
        return file_->flush();
    }

    /// Waits for a block and writes its packets, or finds out that the capture is over.
    pcapframe::result<void> step(const pcapframe::wake_event& wake) {
        const auto idle = pcapframe::deadline::in(std::chrono::seconds(1));
        auto waited = device_.wait(is_ending_ ? pcapframe::deadline() : words_.until.or_earlier(idle),
                                   is_ending_ ? nullptr : &wake);
        if (!waited) return waited.error();
        if (waited->packets) {
            const pcapframe::result<void> written = write_block(*waited->packets);
            if (!written) return written.error();
        }
        if (shown_ != nullptr)
            shown_->show(std::to_string(packets_) + " packets, " + human_bytes(static_cast<double>(bytes_)));
        if (waited->state == pcapframe::wait_state::finished || packets_ >= words_.limit) is_done_ = true;
        if (!is_ending_ && (waited->state == pcapframe::wait_state::cancelled || words_.until.has_passed())) {
            is_ending_ = true;
            return device_.finish();
        }
        return flush();
    }

    pcapframe::result<void> write_block(pcapframe::capture_device::block& packets) {
        const auto now_s = pcapframe::narrowed<std::int64_t>(std::time(nullptr));
        for (auto run = packets.next(); !run.empty() && !is_done_; run = packets.next()) {
            kept_.assign(run.size(), 1);
            if (selector_ != nullptr) {
                const pcapframe::result<void> marked = selector_->mark(run, kept_);
                if (!marked) return marked.error();
            }
            for (std::size_t i = 0; i < run.size(); ++i) {
                if (packets_ >= words_.limit || is_done_) break;
                if (kept_[i] == 0 || (is_row_ && !(*is_row_)(run.records[i]))) continue;
                const pcapframe::result<void> written = write_packet(run.records[i], now_s);
                if (!written) return written.error();
            }
        }
        return {};
    }

    pcapframe::result<void> write_packet(const pcapframe::record& r, std::int64_t now_s) {
        const auto decision = rotation_.decide(file_->bytes(), now_s);
        if (decision == pcapframe::rotation::decision::end) {
            is_done_ = true;
            return {};
        }
        if (decision == pcapframe::rotation::decision::next_file) {
            const pcapframe::result<void> closed = close_file();
            if (!closed) return closed.error();
            const pcapframe::result<void> opened = open_file();
            if (!opened) return opened.error();
        }
        ++packets_;
        bytes_ += r.caplen;
        return file_->write(r, *device_.interfaces());
    }

    /// Second by second, or at once: the file that a killed program leaves behind is as old as that.
    pcapframe::result<void> flush() {
        if (!flushes_at_once_ && !next_flush_.has_passed()) return {};
        next_flush_ = pcapframe::deadline::in(std::chrono::seconds(1));
        return file_->flush();
    }

    pcapframe::capture_device& device_;
    const dump_words& words_;
    pcapframe::record_selector* selector_;
    std::vector<std::uint8_t> kept_;  ///< packets that the selector wants, for reuse
    std::optional<pcapframe::row_test> is_row_;  ///< of --protocol
    bool flushes_at_once_;
    pcapframe::rotation rotation_;
    std::int64_t begun_;
    std::optional<packet_file> file_;
    pcapframe::deadline next_flush_ = pcapframe::deadline::in(std::chrono::seconds(1));
    std::uint64_t packets_ = 0;
    std::uint64_t bytes_ = 0;
    progress* shown_ = nullptr;
    bool is_ending_ = false;
    bool is_done_ = false;
};

int run(const arguments& given) {
    if (given.has("-D")) return interfaces_command.run({});
    dump_words words;
    const std::string problem = parse_words(given, words);
    if (!problem.empty()) return complain_usage("dump", problem);
    if (const auto fits = check_terminal(words.path); !fits) return complain_error("dump", fits.error());
    const pcapframe::result<void> chosen = choose_format(given, words);
    if (!chosen) return complain_error("dump", chosen.error());
    words.file.application = "pcapframe " + std::string(pcapframe::version);
    words.file.os = os_name();
    const auto wake = pcapframe::wake_event::create();
    if (!wake) return complain_error("dump", wake.error());
    const std::string expression = given.value(filter_option);
    const std::string refused_filter = live_filter_problem(expression, words.capture.interface);
    if (!refused_filter.empty()) return complain_usage("dump", refused_filter);
    std::unique_ptr<pcapframe::record_selector> rest;
    if (!expression.empty()) {
        const auto filter = command_filters()(expression);
        if (!filter) return complain_error("dump", filter.error());
        words.capture.make_filter = pcapframe::filter_maker(*filter, rest);
    }
    auto device = pcapframe::capture_device::open(words.capture);
    if (!device) return complain_capture("dump", device.error());
    if (given.has("-Z")) {
        const std::string refused = become(given.value("-Z"));
        if (!refused.empty()) {
            complain(refused);
            return exit_status::failed;
        }
    }
    const interrupt_guard guard(*wake);
    complain(listening_text(words.capture.interface, *device));
    dump packets(*device, words, given, rest.get());
    progress bar(!given.has("--no-progress"), given.has("-v"));
    packets.show_on(bar);
    const pcapframe::result<void> outcome = packets.run(*wake);
    bar.clear();
    complain(words.capture.interface + ": " + counters_text(packets.packets(), device->counters()));
    if (outcome || outcome.error().system == EPIPE) return exit_status::good;
    complain(outcome.error().message());
    return outcome.error().code == pcapframe::errc::cannot_read ? exit_status::damaged : exit_status::failed;
}

}  // namespace
}  // namespace cmd_dump

const command_spec dump_command{
    "dump",
    "PATH INTERFACE [LIMIT] [FILTER] [OPTIONS]",
    "write the packets of a network interface to a capture file",
    "As with tcpdump: 'dump -i INTERFACE -w PATH tcp port 80'.\n"
    "LIMIT is the number of packets; without it, and without --timeout, Ctrl-C ends the capture. '-' is standard\n"
    "output. At any time the file has all packets up to the last second (-U: to the last one), each of them whole;\n"
    "this holds for compressed files as well, whose PATH ends in .gz or .lz4 (-C counts before compression).\n",
    cmd_dump::options,
    cmd_dump::run,
    cmd_dump::all_dump_habits,
    operand_kind::dump,
};
