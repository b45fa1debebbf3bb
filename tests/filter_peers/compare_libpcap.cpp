// Compares the filter compiler with libpcap's: which expressions are refused, how long programs are, and what they say
// of packets of captures, cut and changed at random.
//
//   compare_libpcap FILE...                    packets of these captures
//   compare_libpcap --list LIST FILE...        and the expressions of a list: STATUS, DLT name, expression
//   compare_libpcap --random SEED COUNT FILE...   and that many random expressions
//   compare_libpcap --qualifiers FILE...          and every protocol, direction and kind before every form of a value
//
// Prints each difference in a line, then the counts; exit status 1 where there are differences.
#include <dlfcn.h>
#include <netdb.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <pcapframe/filter/compile/compile.hpp>

#include "expressions.hpp"

/// libpcap's way to addresses, in front of the system's: nothing is asked for over the network, which takes seconds a
/// name where nobody answers, and no word of an expression means another thing on another day.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints, addrinfo** found) {
    static const auto system = reinterpret_cast<decltype(&getaddrinfo)>(dlsym(RTLD_NEXT, "getaddrinfo"));
    addrinfo local{};
    if (hints != nullptr) local = *hints;
    local.ai_flags |= AI_NUMERICHOST;
    return system(node, service, &local, found);
}

namespace {

namespace filter = pcapframe::filter;

struct packet {
    std::vector<std::uint8_t> bytes;
    std::uint32_t wire_bytes;
};

constexpr std::uint32_t snaplen = 262144;

/// Link types that random expressions are made for, more of the common ones.
constexpr std::array<std::uint16_t, 66> link_types{
    1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   1,   101, 0,   113, 276, 105, 127, 9,   104, 8,   6,
    7,   10,  50,  51,  99,  100, 102, 103, 106, 107, 108, 109, 112, 114, 117, 119, 122, 123, 129, 130, 132, 133,
    137, 138, 139, 140, 163, 164, 165, 166, 178, 182, 192, 197, 202, 226, 228, 229, 240, 241, 168, 200, 147, 246};

/// A handle for packets of a link type, as of a file: some terms are compiled otherwise for files.
pcap_t* handle_of(std::uint16_t link_type) {
    static std::map<std::uint16_t, pcap_t*> handles;
    pcap_t*& handle = handles[link_type];
    if (handle != nullptr) return handle;
    std::array<std::uint32_t, 6> header{0xa1b2c3d4, 0x00040002, 0, 0, snaplen, link_type};
    std::FILE* const file = std::tmpfile();
    std::fwrite(header.data(), sizeof header, 1, file);
    std::rewind(file);
    char why[PCAP_ERRBUF_SIZE] = "";
    handle = pcap_fopen_offline(file, why);
    if (handle == nullptr) std::fprintf(stderr, "link type %u: %s\n", link_type, why);
    return handle;
}

struct theirs {
    bool made = false;
    std::string why;
    bpf_program code{};

    theirs(pcap_t* handle, const std::string& expression, bool optimize) {
        made = pcap_compile(handle, &code, expression.c_str(), optimize ? 1 : 0, PCAP_NETMASK_UNKNOWN) == 0;
        if (!made) why = pcap_geterr(handle);
    }
    ~theirs() {
        if (made) pcap_freecode(&code);
    }
    theirs(const theirs&) = delete;
    theirs& operator=(const theirs&) = delete;

    std::uint32_t run(const packet& p) const {
        pcap_pkthdr header{};
        header.caplen = static_cast<bpf_u_int32>(p.bytes.size());
        header.len = p.wire_bytes;
        return static_cast<std::uint32_t>(pcap_offline_filter(&code, &header, p.bytes.data()));
    }
    /// Whether it reads memory that it may not have written: then libpcap's verdict is chance.
    bool reads_chance() const {
        std::vector<filter::instruction> copy(code.bf_len);
        for (std::size_t i = 0; i < copy.size(); ++i)
            copy[i] = {code.bf_insns[i].code, code.bf_insns[i].jt, code.bf_insns[i].jf, code.bf_insns[i].k};
        for (const filter::instruction& i : copy)
            if (i.code == (filter::bpf::jmp | filter::bpf::ja) && i.k > copy.size()) return false;
        return filter::detail::memory_problem(copy) != nullptr;
    }
};

bool holds_any(const std::string& expression, std::initializer_list<const char*> words) {
    return std::any_of(words.begin(), words.end(),
                       [&](const char* word) { return expression.find(word) != std::string::npos; });
}

/// Where libpcap 1.10.3 itself is wrong, and we are not as it is. Its verdicts are not compared then.
const char* their_mistake(std::uint16_t link_type, const std::string& expression) {
    const bool variable = link_type == 105 || link_type == 117 || link_type == 119 || link_type == 127 ||
                          link_type == 163 || link_type == 192;
    // The words of memory that comparisons have used are free again for header lengths, which are computed before
    // everything else and then overwritten by the comparison.
    if (variable && holds_any(expression, {"=", "<", ">"})) return "comparisons overwrite header lengths";
    // The lengths of the outer headers are stored where those of the inner ones are kept.
    if (variable && holds_any(expression, {"pppoes", "geneve"})) return "tunnels overwrite header lengths";
    // The test is not turned round for '!='.
    if (holds_any(expression, {"vci !=", "vpi !=", "sls !=", "sio !=", "opc !=", "dpc !="})) return "!= means =";
    // No byte is loaded before the operation.
    if (holds_any(expression, {" & ", " | "}) && holds_any(expression, {"byte"})) return "byte & tests nothing";
    // The '$' is taken for a digit.
    if (holds_any(expression, {"$"})) return "ARCnet addresses are read wrongly";
    return nullptr;
}

struct counts {
    std::size_t expressions = 0, accepted = 0, verdicts = 0, differences = 0, their_optimizer = 0, by_chance = 0;
    std::size_t not_as_optimized = 0, their_mistakes = 0, they_found_empty = 0;
    std::size_t found_empty = 0, ours_longer = 0, our_instructions = 0, their_instructions = 0;
};

class comparison {
public:
    explicit comparison(bool verbose) : verbose_(verbose) {}

    void add_capture(const char* path);
    void compare(std::uint16_t link_type, const std::string& expression, std::size_t packets_wanted);
    const counts& totals() const { return counts_; }
    std::uint64_t random(std::uint64_t n) { return maker_.below(n); }

private:
    void difference(std::uint16_t link_type, const std::string& expression, const std::string& what) {
        ++counts_.differences;
        std::printf("%u\t%s\t%s\n", link_type, expression.c_str(), what.c_str());
    }
    void compare_size(std::uint16_t link_type, const std::string& expression, std::size_t ours, std::size_t theirs);
    packet some_packet(std::uint16_t link_type);
    void change(packet& p);

    std::map<std::uint16_t, std::vector<packet>> packets_;
    peers::expression_maker maker_{4711};
    counts counts_;
    bool verbose_;
};

void comparison::add_capture(const char* path) {
    char why[PCAP_ERRBUF_SIZE];
    pcap_t* const file = pcap_open_offline(path, why);
    if (file == nullptr) return;
    std::uint16_t link_type = 0;
    std::ifstream stream(path, std::ios::binary);
    std::array<unsigned char, 24> head{};
    stream.read(reinterpret_cast<char*>(head.data()), head.size());
    if (head[0] == 0xd4 && head[1] == 0xc3)
        link_type = static_cast<std::uint16_t>(head[20] | head[21] << 8);
    else if (head[0] == 0xa1 && head[1] == 0xb2)
        link_type = static_cast<std::uint16_t>(head[22] << 8 | head[23]);
    else if (pcap_datalink(file) == DLT_RAW)
        link_type = 101;
    else
        link_type = static_cast<std::uint16_t>(pcap_datalink(file));
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    auto& there = packets_[link_type];
    while (pcap_next_ex(file, &header, &data) == 1 && there.size() < 20000)
        there.push_back({{data, data + header->caplen}, header->len});
    pcap_close(file);
}

/// Cuts the packet, writes over some of its first bytes, or makes headers that filters ask for likelier.
void comparison::change(packet& p) {
    constexpr std::array<std::uint8_t, 16> likely{0,    1,    4,    6,    8,    17, 0x45, 0x60,
                                                  0x81, 0x86, 0xdd, 0x88, 0xaa, 44, 51,   0xff};
    if (maker_.below(3) == 0 && !p.bytes.empty()) p.bytes.resize(maker_.below(p.bytes.size()) % 100);
    for (auto n = maker_.below(6); n > 0 && !p.bytes.empty(); --n) {
        std::uint8_t& byte = p.bytes[maker_.below(std::min<std::size_t>(p.bytes.size(), 80))];
        byte =
            maker_.below(2) == 0 ? likely[maker_.below(likely.size())] : static_cast<std::uint8_t>(maker_.next() >> 20);
    }
    if (maker_.below(4) == 0) p.wire_bytes = static_cast<std::uint32_t>(maker_.below(2000));
    p.bytes.shrink_to_fit();
}

packet comparison::some_packet(std::uint16_t link_type) {
    const auto found = packets_.find(link_type);
    const bool others = found == packets_.end() || found->second.empty() || maker_.below(10) == 0;
    packet p;
    if (!others) {
        p = found->second[maker_.below(found->second.size())];
    } else if (maker_.below(2) == 0 && packets_.contains(1) && !packets_[1].empty()) {
        p = packets_[1][maker_.below(packets_[1].size())];
        if (maker_.below(2) == 0)
            p.bytes.erase(p.bytes.begin(), p.bytes.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                                 p.bytes.size(), maker_.below(20))));
    } else {
        p.bytes.resize(maker_.below(120));
        for (std::uint8_t& byte : p.bytes) byte = static_cast<std::uint8_t>(maker_.next() >> 13);
        p.wire_bytes = static_cast<std::uint32_t>(p.bytes.size());
    }
    if (p.bytes.size() > 400) p.bytes.resize(400);
    if (others || maker_.below(2) == 0) change(p);
    return p;
}

void comparison::compare_size(std::uint16_t link_type, const std::string& expression, std::size_t ours,
                              std::size_t theirs) {
    counts_.our_instructions += ours;
    counts_.their_instructions += theirs;
    if (ours <= theirs) return;
    ++counts_.ours_longer;
    if (verbose_) std::printf("%u\t%s\tlonger: %zu, theirs %zu\n", link_type, expression.c_str(), ours, theirs);
}

void comparison::compare(std::uint16_t link_type, const std::string& expression, std::size_t packets_wanted) {
    pcap_t* const handle = handle_of(link_type);
    if (handle == nullptr) return;
    ++counts_.expressions;
    const theirs optimized(handle, expression, true);
    filter::compile_options options;
    const auto ours = filter::compile(expression, link_type, options);
    const bool finds_nothing = !ours && ours.problems()[0].kind == pcapframe::problem_kind::no_match;
    const bool they_found_empty = optimized.why == "expression rejects all packets";
    if (finds_nothing && (optimized.made || they_found_empty)) {
        if (optimized.made) ++counts_.found_empty;
        if (optimized.made && verbose_)
            std::printf("%u\t%s\tonly we find that it matches nothing\n", link_type, expression.c_str());
    } else if (ours && they_found_empty) {
        ++counts_.they_found_empty;
        if (verbose_) std::printf("%u\t%s\tonly they find that it matches nothing\n", link_type, expression.c_str());
    } else if (ours.has_value() != optimized.made) {
        const std::string why = ours ? "they refuse: " + optimized.why : "we refuse: " + ours.problems()[0].reason;
        difference(link_type, expression, why);
        return;
    }
    options.exact = true;
    const auto exact = filter::compile(expression, link_type, options);
    options.optimize = false;
    const theirs plain(handle, expression, false);
    const auto ours_plain = filter::compile(expression, link_type, options);
    if (!plain.made || !ours_plain) {
        if (plain.made != ours_plain.has_value()) difference(link_type, expression, "unoptimized, only one is refused");
        return;
    }
    ++counts_.accepted;
    if (ours && optimized.made) compare_size(link_type, expression, ours->code().size(), optimized.code.bf_len);
    if (their_mistake(link_type, expression) != nullptr) {
        ++counts_.their_mistakes;
        return;
    }
    if (plain.reads_chance()) {
        ++counts_.by_chance;
        return;
    }
    for (std::size_t i = 0; i < packets_wanted; ++i) {
        const packet p = some_packet(link_type);
        const std::uint32_t verdict = plain.run(p);
        ++counts_.verdicts;
        const bool they_differ = optimized.made && optimized.run(p) != verdict;
        if (they_differ) ++counts_.their_optimizer;
        const std::uint32_t mine_plain = ours_plain->run(p.bytes, p.wire_bytes);
        const std::uint32_t mine_exact = exact ? exact->run(p.bytes, p.wire_bytes) : finds_nothing ? 0 : verdict;
        const std::uint32_t mine = ours ? ours->run(p.bytes, p.wire_bytes) : finds_nothing ? 0 : verdict;
        if (they_differ && mine == verdict) ++counts_.not_as_optimized;
        if (mine_exact == verdict && mine_plain == verdict && (mine == verdict || they_differ)) continue;
        std::string bytes = " of " + std::to_string(p.wire_bytes) + " bytes: ";
        for (const std::uint8_t byte : p.bytes) {
            char digits[4];
            std::snprintf(digits, sizeof digits, "%02x", byte);
            bytes += digits;
        }
        difference(link_type, expression,
                   "verdict " + std::to_string(mine) + ", exact " + std::to_string(mine_exact) + ", unoptimized " +
                       std::to_string(mine_plain) + ", theirs " + std::to_string(verdict) + bytes);
        return;
    }
}

void compare_list(comparison& all, const char* path, std::size_t packets) {
    std::ifstream list(path);
    for (std::string line; std::getline(list, line);) {
        const std::size_t first = line.find('\t');
        const std::size_t second = line.find('\t', first + 1);
        if (line.empty() || line[0] == '#' || second == std::string::npos) continue;
        const std::string status = line.substr(0, first);
        if (status == "newer") continue;
        std::string name = line.substr(first + 1, second - first - 1);
        const int dlt = pcap_datalink_name_to_val(name.c_str());
        int link_type = dlt;
        if (dlt == DLT_RAW) link_type = 101;
        if (dlt == DLT_ATM_RFC1483) link_type = 100;
        if (dlt < 0)
            std::printf("%s: unknown link type\n", name.c_str());
        else
            all.compare(static_cast<std::uint16_t>(link_type), line.substr(second + 1), packets);
    }
}

/// Every combination of the words before an address, port or protocol, with values of every form.
void compare_qualifiers(comparison& all, std::size_t packets) {
    std::vector<std::string> protocols{""};
    for (const auto& row : filter::detail::words)
        if (row.kind == filter::token_kind::protocol) protocols.push_back(std::string(row.text) + " ");
    constexpr std::array directions{"", "src ", "src and dst ", "addr1 "};
    constexpr std::array kinds{"", "host ", "net ", "port ", "portrange ", "gateway ", "proto ", "protochain "};
    constexpr std::array values{"1.2",         "10.0.0.1", "10.0.0.0/8", "10.0.0.0 mask 255.0.0.0",
                                "80",          "80-90",    "::1",        "2001:db8::/32",
                                "2:0:0:0:0:1", "64.1"};
    constexpr std::array<std::uint16_t, 2> types{1, 105};
    for (const std::uint16_t link_type : types)
        for (const std::string& protocol : protocols)
            for (const char* direction : directions)
                for (const char* kind : kinds)
                    for (const char* value : values)
                        all.compare(link_type, protocol + direction + kind + value, packets);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    std::size_t at = 0;
    std::string list;
    std::uint64_t seed = 1;
    std::size_t random = 0;
    std::size_t packets = 200;
    bool verbose = false, qualifiers = false;
    for (; at < words.size() && words[at].starts_with("--"); ++at) {
        if (words[at] == "--verbose") verbose = true;
        if (words[at] == "--qualifiers") qualifiers = true;
        if (words[at] == "--list" && at + 1 < words.size()) list = words[++at];
        if (words[at] == "--packets" && at + 1 < words.size()) packets = std::strtoul(words[++at].c_str(), nullptr, 10);
        if (words[at] == "--random" && at + 2 < words.size()) {
            seed = std::strtoull(words[at + 1].c_str(), nullptr, 10);
            random = std::strtoul(words[at + 2].c_str(), nullptr, 10);
            at += 2;
        }
    }
    comparison all(verbose);
    for (; at < words.size(); ++at) all.add_capture(words[at].c_str());
    if (!list.empty()) compare_list(all, list.c_str(), packets);
    if (qualifiers) compare_qualifiers(all, packets);
    for (std::uint64_t i = 0; i < random; ++i) {
        peers::expression_maker maker(seed + i);
        const std::uint16_t link_type = link_types[maker.below(link_types.size())];
        all.compare(link_type, maker.make(link_type), packets);
    }
    const counts& c = all.totals();
    std::printf("%zu expressions, %zu accepted by both, %zu verdicts, %zu differences\n", c.expressions, c.accepted,
                c.verdicts, c.differences);
    std::printf("instructions %zu, theirs %zu; longer than theirs %zu times\n", c.our_instructions,
                c.their_instructions, c.ours_longer);
    std::printf(
        "found to match nothing only by us %zu, only by libpcap %zu; verdicts that libpcap's optimizer changes %zu, "
        "and we "
        "do not %zu; programs of libpcap that read unwritten memory %zu, that are "
        "wrong for a known reason %zu\n",
        c.found_empty, c.they_found_empty, c.their_optimizer, c.not_as_optimized, c.by_chance, c.their_mistakes);
    return c.differences == 0 ? 0 : 1;
}
