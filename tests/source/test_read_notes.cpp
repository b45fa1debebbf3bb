// What a read says although nothing is damaged: nothing decoded, times that cannot be meant.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/source/source.hpp>

#include "../decode/packets.hpp"
#include "../format/captures.hpp"
#include "../io/files.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

const byte_string udp_packet = ipv4({}, udp(from_hex("6869")));

/// So many packets under a link type.
byte_string capture(std::uint32_t link_type, std::size_t packets, const byte_string& packet = udp_packet) {
    pcap_file file({.link = link_type});
    for (std::size_t i = 0; i < packets; ++i) file.add(packet);
    return file.bytes();
}

/// The notes of a read of these files, one a line, without the folder.
std::string notes_of(const std::vector<byte_string>& files, const read_options& options = {}) {
    const temporary_folder folder;
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < files.size(); ++i) {
        paths.push_back(folder.write(std::to_string(i) + ".pcap", files[i]));
    }
    auto source = open_pcap(paths, options);
    REQUIRE(source);
    REQUIRE(source->read());
    CHECK(source->warnings().empty());
    std::string lines;
    for (const read_note& note : source->notes()) {
        const std::string file = note.file.empty() ? "" : note.file.substr(note.file.rfind('/') + 1) + ": ";
        lines += file + note.text + '\n';
    }
    return lines;
}

}  // namespace

TEST_CASE("a file of a link type that is not known says so, and how many frames it has") {
    CHECK(notes_of({capture(147, 12)}) == "0.pcap: 12 frames, none decoded: link type 147 (USER0) is not known\n");
    CHECK(notes_of({capture(511, 1)}) == "0.pcap: 1 frame, not decoded: link type 511 is not known\n");
    CHECK(notes_of({capture(101, 3), capture(147, 2)}) ==
          "1.pcap: 2 frames, none decoded: link type 147 (USER0) is not known\n");
    CHECK(notes_of({capture(147, 0)}).empty());
    CHECK(notes_of({capture(101, 3)}).empty());
}

TEST_CASE("several link types in one file that are not known") {
    pcapng_file file;
    file.interface({.link_type = 147}).interface({.link_type = 148});
    file.enhanced(udp_packet, {.interface = 0}).enhanced(udp_packet, {.interface = 1});
    CHECK(notes_of({file.bytes()}) ==
          "0.pcap: 2 frames, none decoded: link types 147 (USER0), 148 (USER1) are not known\n");
    file.interface({.link_type = 101}).enhanced(udp_packet, {.interface = 2});
    CHECK(notes_of({file.bytes()}) ==
          "0.pcap: frames of some interfaces are not decoded: link types 147 (USER0), 148 (USER1) are not known\n");
    CHECK(notes_of({file.bytes()}, {.all_frames = true}).empty());
}

TEST_CASE("frames of known link types of which none carries IP") {
    const byte_string arp = ethernet(0x0806, zeros(28));
    const std::string wanted =
        "3 frames, none decoded to IP (link type 1 (ETHERNET)); all frames as rows: --all-frames, all_frames\n";
    CHECK(notes_of({capture(1, 3, arp)}) == wanted);
    CHECK(notes_of({capture(1, 3, arp)}, {.all_frames = true}).empty());
    CHECK(notes_of({capture(1, 3, arp), capture(101, 1)}).empty());
    CHECK(notes_of({capture(147, 3)}, {.all_frames = true}).empty());
}

TEST_CASE("rows that were not asked for are no reason for a word, frames that nothing decodes are") {
    CHECK(notes_of({capture(101, 3)}, {.protocol = "tcp"}).empty());
    CHECK(notes_of({capture(1, 3, ethernet(0x0806, zeros(28)))}, {.protocol = "tcp"}).empty());
    CHECK(notes_of({capture(147, 3)}, {.protocol = "udp"}) ==
          "0.pcap: 3 frames, none decoded: link type 147 (USER0) is not known\n");
}

TEST_CASE("batches, rows and merged files say the same") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", capture(147, 5));
    auto source = open_pcap(path);
    auto rows = source->make_batch();
    CHECK_FALSE(*source->next(rows));
    REQUIRE(source->notes().size() == 1);
    CHECK(source->notes()[0].kind == note_kind::nothing_decoded);
    CHECK(source->notes()[0].frames == 5);
    CHECK(source->notes()[0].message() == path + ": 5 frames, none decoded: link type 147 (USER0) is not known");

    auto each = open_pcap(path);
    REQUIRE(each->for_each_row<column::dst_port>([](auto) {}));
    CHECK(each->notes().size() == 1);

    auto merged = open_pcap(std::vector<std::string>{path, path}, {.merge = true});
    REQUIRE(merged->for_each_batch([](const batch&) { return true; }));
    CHECK(merged->notes().size() == 2);
}

TEST_CASE("large files, which several threads read") {
    const temporary_folder folder;
    for (const std::uint32_t link_type : {147U, 1U}) {
        const byte_string one = capture(link_type, 1, ethernet(0x0806, zeros(60'000)));
        byte_string file(one.begin(), one.begin() + pcap_header::bytes);
        for (std::size_t i = 0; i < 150; ++i) file.insert(file.end(), one.begin() + pcap_header::bytes, one.end());
        const std::string path = folder.write(std::to_string(link_type), file);
        auto source = open_pcap(path, {.threads = 3});
        REQUIRE(source->read());
        REQUIRE(source->notes().size() == 1);
        CHECK(source->notes()[0].frames == 150);
    }
}

TEST_CASE("nanoseconds under the magic number of microseconds, in both orders, and what to do") {
    for (const byte_order order : {byte_order::little, byte_order::big}) {
        pcap_file file({.order = order, .link = 101});
        for (std::uint32_t i = 0; i < 100; ++i) file.add(udp_packet, 1'500'000'000, i * 9'999'999);
        const std::string magic = order == byte_order::little ? "4d 3c b2 a1" : "a1 b2 3c 4d";
        const std::string text = notes_of({file.bytes()});
        CHECK(text.find("0.pcap: 31 of the first 32 sub-second fields are 1000000 or more: they seem to be nano") == 0);
        CHECK(text.find("first four bytes have to be " + magic + " instead") != std::string::npos);
    }
}

TEST_CASE("a fraction of a second or more here and there is carried over, and said") {
    const auto text_of = [](std::uint32_t magic, std::uint32_t fraction) {
        pcap_file file({.magic = magic, .link = 101});
        for (std::uint32_t i = 0; i < 9; ++i) file.add(udp_packet, 1'500'000'000, i == 4 ? fraction : i);
        return notes_of({file.bytes()});
    };
    const std::string carried =
        "0.pcap: 1 of the first 9 sub-second fields are a second or more; the seconds are carried over\n";
    CHECK(text_of(microseconds_magic, 1'000'000) == carried);
    CHECK(text_of(microseconds_magic, 0xffff'fffe) == carried);  // less than none
    CHECK(text_of(nanoseconds_magic, 1'000'000'000) == carried);
    CHECK(text_of(microseconds_magic, 999'999).empty());
    CHECK(text_of(nanoseconds_magic, 999'999'999).empty());
}
