// The protocol filter as a program: what the kernel takes of it, next to what the decoder keeps.
#include <array>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/capture/protocol_filter.hpp>
#include <pcapframe/decode/run_decoder.hpp>

#include "../bytes/hex.hpp"

#if defined(__linux__)
#include <linux/filter.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

using namespace pcapframe;
using testing::operator+;

TEST_CASE("the shortest programs, and cutting packets") {
    CHECK(reject_all() == kernel_program{{6, 0, 0, 0}});
    CHECK(accept_all(96) == kernel_program{{6, 0, 0, 96}});
    const kernel_program given{{0x28, 0, 0, 12}, {0x15, 0, 1, 0x800}, {6, 0, 0, 65536}, {6, 0, 0, 0}};
    kernel_program wanted = given;
    wanted[2].k = 128;
    CHECK(limited_to(given, 128) == wanted);
    CHECK(limited_to(given, 262144) == given);
}

TEST_CASE("a program for packets that begin with IP") {
    const kernel_program program = protocol_filter(6, filter_view::ip, 1000);
    const kernel_program begin(program.begin(), program.begin() + 7);
    CHECK(begin ==
          kernel_program{
              {0x30, 0, 0, 0}, {0x74, 0, 0, 4}, {0x15, 1, 0, 4}, {0x15, 3, 14, 6}, {0x30, 0, 0, 9}, {0x15, 12, 0, 6},
              {0x15, 11, 12, 51}});
    CHECK(program[program.size() - 2] == bpf_instruction{6, 0, 0, 1000});
    CHECK(program.back() == bpf_instruction{6, 0, 0, 0});
    CHECK(protocol_filter(6, filter_view::opaque, 7) == kernel_program{{6, 0, 0, 7}, {6, 0, 0, 0}});
}

#if defined(__linux__)

namespace {

/// The kernel's own machine: a datagram socket takes what its filter takes. No privileges are needed for it.
class kernel_filter {
public:
    explicit kernel_filter(const kernel_program& program) {
        REQUIRE(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends_) == 0);
        std::vector<sock_filter> code;
        for (const bpf_instruction& i : program) code.push_back({i.code, i.jt, i.jf, i.k});
        const sock_fprog attached{static_cast<unsigned short>(code.size()), code.data()};
        REQUIRE(::setsockopt(ends_[1], SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof attached) == 0);
    }
    kernel_filter(const kernel_filter&) = delete;
    kernel_filter& operator=(const kernel_filter&) = delete;
    ~kernel_filter() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }

    /// Bytes taken of a packet; -1 where it is not taken.
    [[nodiscard]] ssize_t take(const testing::byte_string& packet) const {
        // A sender is told that a filter took nothing; that is no mistake here.
        (void)::send(ends_[0], packet.data(), packet.size(), 0);
        std::array<std::uint8_t, 65536> buffer;
        return ::recv(ends_[1], buffer.data(), buffer.size(), 0);
    }

private:
    int ends_[2] = {-1, -1};
};

bool keeps(const testing::byte_string& packet, std::uint16_t type, std::uint8_t protocol) {
    row values;
    const packet_pointers to = values.pointers<column::protocol>();
    packet_decoder decoder(row_place(to, 0), constant_columns<column::protocol>{});
    decoder.decode(packet, type);
    return row_filter{.all_frames = false, .protocol = protocol}.keeps(decoder.decoded());
}

}  // namespace

TEST_CASE("the kernel takes what the decoder keeps, and rejects the rest of plain IP") {
    const testing::byte_string macs = testing::counting(12);
    for (const std::uint8_t carried : std::initializer_list<std::uint8_t>{1, 2, 6, 17, 41, 47, 50, 58, 89, 132, 255}) {
        const testing::byte_string v4 = testing::from_hex("4500003000000000 40") +
                                        testing::number(carried, 1, byte_order::big) +
                                        testing::from_hex("0000 c0000201 c6336402") + testing::zeros(28);
        const testing::byte_string v6 = testing::from_hex("60000000 001c") +
                                        testing::number(carried, 1, byte_order::big) + testing::from_hex("40") +
                                        testing::zeros(32) + testing::zeros(28);
        for (const std::uint8_t wanted : std::initializer_list<std::uint8_t>{1, 6, 17, 50, 58, 132}) {
            CAPTURE(carried);
            CAPTURE(wanted);
            const kernel_filter raw(protocol_filter(wanted, filter_view::ip, 30));
            const kernel_filter ethernet(protocol_filter(wanted, filter_view::ethernet, 65536));
            for (const testing::byte_string& ip : {v4, v6}) {
                const bool kept = keeps(ip, link_type::raw, wanted);
                CHECK(kept == (carried == wanted));
                CHECK(raw.take(ip) == (kept ? 30 : -1));
                const auto type = testing::from_hex(ip == v4 ? "0800" : "86dd");
                for (const std::string_view tags :
                     {"", "81000005", "88a80005 81000006", "9100ffff", "8100000188a8000281000003"}) {
                    const testing::byte_string frame = macs + testing::from_hex(tags) + type + ip;
                    CHECK(keeps(frame, link_type::ethernet, wanted) == kept);
                    const bool many_tags = tags.size() == 24;
                    CHECK(ethernet.take(frame) ==
                          (kept || many_tags ? static_cast<ssize_t>(frame.size()) : ssize_t{-1}));
                }
            }
        }
    }
}

TEST_CASE("what only the decoder can tell is taken") {
    const kernel_filter udp(protocol_filter(17, filter_view::ethernet, 65536));
    const testing::byte_string macs = testing::counting(12);
    for (const std::string_view rest :
         {"86dd 60000000 0010 00 40 00000000000000000000000000000000 00000000000000000000000000000000 1100000000000000"
          "0035c00200080000",
          "8864 1100 0001 0016 0021 4500001400000000 4011 0000 c0000201 c6336402", "8847 00064140 45000014",
          "8100 0001 8100 0002 8100 0003 8100 0004 0800 45"}) {
        const testing::byte_string frame = macs + testing::from_hex(rest);
        CHECK(udp.take(frame) == static_cast<ssize_t>(frame.size()));
    }
    // Too short for its protocol to be read.
    CHECK(udp.take(macs + testing::from_hex("0800 4500001400000000 40")) == -1);
}

#endif
