// What is packed here is unpacked to the same bytes, piece by piece, in the forms that the formats ask for.
#include <array>
#include <cstdint>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/codec/packers.hpp>
#include <pcapframe/codec/unpackers.hpp>

#include "../bytes/random.hpp"
#include "packed.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

bytes_view bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string plain_of(const std::string& packed) {
    const unpacked all = unpack_all(bytes_of(packed));
    REQUIRE(all.damage == nullptr);
    REQUIRE(all.consumed == packed.size());
    return all.bytes;
}

/// Bytes of a kind: random, few different ones, runs, and repetitions at all distances.
std::string sample(random_numbers& random, std::size_t bytes) {
    std::string text;
    const auto kind = random.below(4);
    while (text.size() < bytes) {
        if (kind == 0) {
            text += static_cast<char>(random.below(256));
        } else if (kind == 1) {
            text += static_cast<char>('a' + random.below(3) * random.below(3));
        } else if (kind == 2) {
            text.append(1 + random.below(600), static_cast<char>(random.below(4)));
        } else if (text.empty() || random.one_in(8)) {
            for (auto i = random.below(40); i > 0; --i) text += static_cast<char>(random.below(256));
        } else {
            const std::size_t distance = 1 + random.below(std::min<std::size_t>(text.size(), 70'000));
            for (auto i = random.below(400); i > 0; --i) text += text[text.size() - distance];
        }
    }
    text.resize(bytes);
    return text;
}

constexpr std::array<std::string_view, 2> names{"a.gz", "a.lz4"};

std::size_t value_of(std::uint32_t meaning) { return deflate::code_entry::value(meaning); }

}  // namespace

TEST_CASE("the packer is chosen by the last extension, in either case") {
    CHECK(packer_for("a.pcap.gz") != nullptr);
    CHECK(packer_for("a.csv.GZ") != nullptr);
    CHECK(packer_for("a.lz4") != nullptr);
    CHECK(packer_for("a.pcap") == nullptr);
    CHECK(packer_for("gz") == nullptr);
    CHECK(packer_for("-") == nullptr);
}

TEST_CASE("any bytes come back, from any number of pieces") {
    random_numbers random(7);
    for (const std::string_view name : names) {
        for (int round = 0; round < 150; ++round) {
            const auto codec = packer_for(name);
            std::string plain;
            std::string packed;
            for (auto pieces = 1 + random.below(3); pieces > 0; --pieces) {
                const std::size_t sizes[] = {0, random.below(40), random.below(5'000), random.below(90'000)};
                const std::string piece = sample(random, sizes[random.below(4)]);
                codec->pack(bytes_of(piece), packed);
                plain += piece;
            }
            REQUIRE(plain_of(packed) == plain);
        }
    }
}

TEST_CASE("pieces larger than a stored block, a window or a block of LZ4") {
    random_numbers random(8);
    for (const std::string_view name : names) {
        for (const std::size_t bytes : {65'535U, 65'536U, 262'144U, 262'145U, 700'000U}) {
            for (int kind = 0; kind < 4; ++kind) {
                const std::string piece = sample(random, bytes);
                std::string packed;
                packer_for(name)->pack(bytes_of(piece), packed);
                REQUIRE(plain_of(packed) == piece);
                // What cannot be packed grows by little.
                CHECK(packed.size() <= bytes + bytes / 1000 + 64);
            }
        }
    }
}

TEST_CASE("a packed text that is cut or changed is damaged, and never another text") {
    const std::string plain = packed_text().substr(0, 300);
    for (const std::string_view name : names) {
        std::string packed;
        packer_for(name)->pack(bytes_of(plain), packed);
        check_packed({packed.begin(), packed.end()}, plain, true);
    }
}

TEST_CASE("text becomes smaller, and equal bytes are packed to equal bytes") {
    const std::string plain = packed_text();
    for (const std::string_view name : names) {
        std::string first;
        std::string second;
        const auto codec = packer_for(name);
        codec->pack(bytes_of(plain), first);
        codec->pack(bytes_of(plain), second);
        CHECK(first == second);
        CHECK(first.size() < plain.size() / 2);
        const std::string long_run(100'000, 'x');
        std::string packed;
        codec->pack(bytes_of(long_run), packed);
        CHECK(packed.size() < 1'000);
    }
}

TEST_CASE("lengths and distances have the codes that unpacking knows") {
    for (std::size_t length = 3; length <= 258; ++length) {
        const deflate::coded coded = deflate::code_length(length);
        const std::uint32_t meaning = deflate::length_meanings[coded.symbol];
        CHECK(value_of(meaning) + coded.extra == length);
        CHECK(coded.extra < 1U << coded.extra_bits);
    }
    for (std::size_t distance = 1; distance <= 32'768; ++distance) {
        const deflate::coded coded = deflate::code_distance(distance);
        REQUIRE(value_of(deflate::distance_meanings[coded.symbol]) + coded.extra == distance);
        REQUIRE(coded.extra < 1U << coded.extra_bits);
    }
}

TEST_CASE("codes are as short as a slow method's, leave no pattern over, and obey the limit") {
    random_numbers random(9);
    for (int round = 0; round < 400; ++round) {
        std::vector<std::uint32_t> counts(2 + random.below(40));
        // Counts that grow fast want codes longer than any limit.
        for (std::size_t i = 0; i < counts.size(); ++i)
            counts[i] = random.one_in(4) ? 0 : random.one_in(2) ? 1 + random.below(50) : 1U << random.below(20);
        std::vector<prefix_code> codes(counts.size());
        for (const unsigned most : {7U, 15U}) {
            make_codes(counts, most, codes);
            std::uint64_t patterns = 0;
            std::uint64_t bits = 0;
            for (std::size_t i = 0; i < counts.size(); ++i) {
                REQUIRE(codes[i].length <= most);
                REQUIRE((counts[i] == 0 || codes[i].length != 0));
                if (codes[i].length != 0) patterns += std::uint64_t{1} << (most - codes[i].length);
                bits += std::uint64_t{counts[i]} * codes[i].length;
            }
            REQUIRE(patterns == std::uint64_t{1} << most);
            // Huffman's cost: the sum of all sums, taken smallest first.
            std::multimap<std::uint64_t, int> heap;
            for (const std::uint32_t count : counts)
                if (count != 0) heap.emplace(count, 0);
            if (heap.size() < 2) continue;
            std::uint64_t best = 0;
            while (heap.size() > 1) {
                const std::uint64_t sum = heap.begin()->first + std::next(heap.begin())->first;
                heap.erase(heap.begin());
                heap.erase(heap.begin());
                best += sum;
                heap.emplace(sum, 0);
            }
            CHECK(bits >= best);
            if (most == 15) CHECK(bits <= best + best / 100);
        }
    }
}
