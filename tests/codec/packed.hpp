// What the codecs' tests share: a text, what the codecs' own tools made of it, and ways of unpacking.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/codec/unpackers.hpp>

#include "../bytes/hex.hpp"

namespace testing {

/// Rows of a table, the same as what the packed texts below hold.
inline std::string packed_text() {
    std::string text = "time,src_host,src_port,dst_host,dst_port,protocol\n";
    for (int i = 0; i < 30; ++i)
        text += "192.0.2." + std::to_string(i * 7 % 250) + "," + std::to_string(40000 + i * 13) + ",198.51.100." +
                std::to_string(i % 5) + ",443,tcp\n";
    return text;
}

/// gzip -n -9: one block with codes of its own.
inline constexpr std::string_view gzip_text =
    "1f8b080000000000020385924b6ac4301005f7398b307addaddf69b2700233902063ebfec46f02c160a2160844538ba64ae3f9fd198e"
    "7d7d7ff463bc1e5bdf47f838c6ef848fd764dbfbe86bff7a4393252ee70d16cf13d0ea92b020468e4cc358b73fa810825e21dc201829"
    "c9574a6e948094b62ba577aa924a72a5ec46692295d37c791352a5ceb7b746aa61be7dca278568f3edb39242996f5fa81eeaa9a77b98"
    "e3bed23d92e3bed13db2e3bed13daae31e91f2d11cf900ed4b74ec03d42fe2e887d0bfa8e31fca00624e00180b48760ac098408af7fd"
    "131b48751a203382342702322b28bc0a851554bc0a951554bd0a95153479151a2b68762a4864052dff54f80174063357b3040000";

/// zstd -19: literals by Huffman codes, sequences by tables that the block describes.
inline constexpr std::string_view zstd_text =
    "28b52ffd0468a50600328b1c1490abc5a8e954ba79777d4922422b773ffe8f021c09ed1477846a44f5617ad4f77475e874b95e9e87e3"
    "dd776ff7bb7d4aedeaabe85498a764b8a5f4a8692b7a77952e9122cc430a17bfd3cbc7d332ac836976300ad47e2c4f60c1ed00a20cca"
    "52986535c4598cb2ac46318481694e911c2b47a820ca6552a80c6360254941077164438444a8c4908991d87c41204020602208629087"
    "3886300b2308410e0611c4190803987e9cbe4bec6cd0b9026f9037ea10c380602cf421571f549e5e8aa607477f33d445331a90001002"
    "850ea11265ffd3a939";

/// lz4 -9.
inline constexpr std::string_view lz4_text =
    "04224d186440a795010000d174696d652c7372635f686f7374090082706f72742c6473741200000900011200f01470726f746f636f6c"
    "0a3139322e302e322e302c34303030302c3139382e35312e31303013006534332c74637025001037250028313325001d312500203134"
    "260028323626001d322600203231260028333926001e3326001038260028353226001d34260020333526002f3635bd000b2034322600"
    "2f3738be000b20343926002f3931be000b8f35362c3430313034be000b20363326002f3137be000b10377b012f31337b010d007c012f"
    "31347c010c10387c012f31357c010c10397c012f31367c010c10397c012f31387c010c2031307d012f31397d010c2031317e012f3230"
    "7e010c2031317f012f32327f010c20313280012f323380010c20313381012f323481010c20313482012f323682010c20313483012f32"
    "37ff020d103584012f323884010c20313685012f323985010c20313686012f333186010d103786012f333286010d103886012f333386"
    "010d103886012f333586010d103986012f333686010c20323086012e33378601502c7463700a00000000637f0557";

/// lz4 -9 -l.
inline constexpr std::string_view lz4_legacy_text =
    "02214c1895010000d174696d652c7372635f686f7374090082706f72742c6473741200000900011200f01470726f746f636f6c0a3139"
    "322e302e322e302c34303030302c3139382e35312e31303013006534332c74637025001037250028313325001d312500203134260028"
    "323626001d322600203231260028333926001e3326001038260028353226001d34260020333526002f3635bd000b20343226002f3738"
    "be000b20343926002f3931be000b8f35362c3430313034be000b20363326002f3137be000b10377b012f31337b010d007c012f31347c"
    "010c10387c012f31357c010c10397c012f31367c010c10397c012f31387c010c2031307d012f31397d010c2031317e012f32307e010c"
    "2031317f012f32327f010c20313280012f323380010c20313381012f323481010c20313482012f323682010c20313483012f3237ff02"
    "0d103584012f323884010c20313685012f323985010c20313686012f333186010d103786012f333286010d103886012f333386010d10"
    "3886012f333586010d103986012f333686010c20323086012e33378601502c7463700a";

/// The lower `bytes` bytes of a number, the lowest first.
inline byte_string little(std::uint64_t value, std::size_t bytes) {
    byte_string out;
    for (std::size_t i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return out;
}

/// A gzip member of stored blocks (RFC 1951, section 3.2.4; RFC 1952, section 2.3).
inline byte_string gzip_stored(bytes_view plain, std::size_t block = 0xffff, const byte_string& head = {}) {
    byte_string out = head.empty() ? from_hex("1f8b 08 00 00000000 00 03") : head;
    bytes_view rest = plain;
    do {
        const bytes_view part = rest.first(std::min(block, rest.size()));
        rest = rest.subspan(part.size());
        out = out + little(rest.empty() ? 1 : 0, 1) + little(part.size(), 2) + little(~part.size(), 2) +
              byte_string(part.begin(), part.end());
    } while (!rest.empty());
    return out + little(pcapframe::crc32(plain), 4) + little(plain.size(), 4);
}

/// A Zstandard frame of raw blocks, with a window of 128 KiB and without a checksum (RFC 8878, section 3.1.1).
inline byte_string zstd_stored(bytes_view plain, std::size_t block = 100'000) {
    byte_string out = from_hex("28b52ffd 00 38");
    do {
        const bytes_view part = plain.first(std::min(block, plain.size()));
        plain = plain.subspan(part.size());
        out = out + little(part.size() << 3 | (plain.empty() ? 1U : 0U), 3) + byte_string(part.begin(), part.end());
    } while (!plain.empty());
    return out;
}

/// An LZ4 frame of blocks that are not packed, 64 KiB each.
inline byte_string lz4_stored(bytes_view plain) {
    byte_string out = from_hex("04224d18 60 40 82");
    while (!plain.empty()) {
        const bytes_view part = plain.first(std::min<std::size_t>(65'536, plain.size()));
        plain = plain.subspan(part.size());
        out = out + little(part.size() | 0x8000'0000U, 4) + byte_string(part.begin(), part.end());
    }
    return out + little(0, 4);
}

/// What came of unpacking something.
struct unpacked {
    std::string bytes;
    const char* damage = nullptr;
    std::size_t consumed = 0;
};

/// Unpacks all of it, given at most `chunk` more packed bytes at a time, in memory that ends where they end.
inline unpacked unpack_all(pcapframe::unpacker& codec, bytes_view packed, std::size_t chunk) {
    unpacked out;
    std::size_t given = std::min(chunk, packed.size());
    while (true) {
        const byte_string here(packed.begin() + static_cast<std::ptrdiff_t>(out.consumed),
                               packed.begin() + static_cast<std::ptrdiff_t>(given));
        const bool last = given == packed.size();
        const pcapframe::unpack_step step = codec.unpack(here, last);
        REQUIRE(step.consumed <= here.size());
        out.bytes.append(step.produced.begin(), step.produced.end());
        out.consumed += step.consumed;
        if (step.damage != nullptr) {
            out.damage = step.damage;
            return out;
        }
        if (step.consumed != 0 || !step.produced.empty()) continue;
        if (last) return out;
        given = std::min(packed.size(), given + chunk);
    }
}

/// By the codec that the first bytes say.
inline unpacked unpack_all(bytes_view packed, std::size_t chunk = ~std::size_t{0} >> 1) {
    const pcapframe::compression* const how = pcapframe::find_compression(packed);
    REQUIRE(how != nullptr);
    return unpack_all(*how->make(), packed, chunk);
}

/// Everything that must hold of one packed text: it comes out the same however it is given; every beginning of it gives
/// a beginning of the text and damage; with a checksum, no changed bit gives another text. `is_checked`: the format has
/// a checksum of all of it.
inline void check_packed(const byte_string& packed, const std::string& text, bool is_checked) {
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{100}, packed.size()}) {
        const unpacked whole = unpack_all(packed, chunk);
        CHECK(whole.damage == nullptr);
        CHECK(whole.bytes == text);
        CHECK(whole.consumed == packed.size());
    }
    for (std::size_t size = 4; size < packed.size(); ++size) {
        const unpacked part = unpack_all(bytes_view(packed).first(size));
        CHECK(text.starts_with(part.bytes));
        // Without a mark at its end a file that is cut between two blocks looks whole.
        if (is_checked) CHECK(part.damage != nullptr);
    }
    for (std::size_t bit = 0; bit < 8 * packed.size(); ++bit) {
        byte_string changed = packed;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        if (pcapframe::find_compression(changed) == nullptr) continue;
        const unpacked one = unpack_all(changed);
        const unpacked other = unpack_all(changed, 3);
        CHECK(one.bytes == other.bytes);
        CHECK((one.damage == nullptr) == (other.damage == nullptr));
        if (is_checked && one.damage == nullptr) CHECK(one.bytes == text);
    }
}

}  // namespace testing
