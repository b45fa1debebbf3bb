// Parquet's encodings and Snappy against decoders written from their descriptions, and against bytes worked out by
// hand.
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/codec/snappy.hpp>
#include <pcapframe/export/parquet_decoding.hpp>
#include <pcapframe/export/parquet_encoding.hpp>

#include "../bytes/random.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// Reads what the encoders wrote; running out of bytes fails the test.
class byte_reader {
public:
    explicit byte_reader(const std::string& bytes) : bytes_(bytes) {}

    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }
    std::uint8_t byte() {
        REQUIRE(at_ < bytes_.size());
        return static_cast<std::uint8_t>(bytes_[at_++]);
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            const std::uint8_t next = byte();
            value |= std::uint64_t{next & 0x7fU} << shift;
            if (next < 0x80) return value;
        }
    }
    std::int64_t zigzag() {
        const std::uint64_t value = varint();
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    std::vector<std::uint64_t> packed(std::size_t count, unsigned width) {
        std::vector<std::uint64_t> values(count);
        std::size_t bit = 0;
        std::uint8_t now = 0;
        for (std::uint64_t& value : values) {
            for (unsigned k = 0; k < width; ++k, ++bit) {
                if (bit % 8 == 0) now = byte();
                value |= std::uint64_t{(now >> (bit % 8)) & 1U} << k;
            }
        }
        return values;
    }

private:
    const std::string& bytes_;
    std::size_t at_ = 0;
};

std::vector<std::uint64_t> from_hybrid(const std::string& bytes, unsigned width, std::size_t count) {
    byte_reader in(bytes);
    std::vector<std::uint64_t> values;
    while (values.size() < count) {
        const std::uint64_t head = in.varint();
        if ((head & 1) != 0) {
            const auto more = in.packed((head >> 1) * 8, width);
            values.insert(values.end(), more.begin(), more.end());
        } else {
            std::uint64_t value = 0;
            for (unsigned shift = 0; shift < width; shift += 8) value |= std::uint64_t{in.byte()} << shift;
            values.insert(values.end(), head >> 1, value);
        }
    }
    CHECK(in.at_end());
    // Only the last group may have more than was asked for, and those are zeros.
    CHECK(values.size() - count < 8);
    values.resize(count);
    return values;
}

template <class Number>
std::vector<Number> from_deltas(const std::string& bytes) {
    byte_reader in(bytes);
    const std::uint64_t block = in.varint();
    const std::uint64_t parts = in.varint();
    const std::uint64_t count = in.varint();
    Number last = static_cast<Number>(in.zigzag());
    std::vector<Number> values;
    if (count != 0) values.push_back(last);
    while (values.size() < count) {
        const auto least = static_cast<Number>(in.zigzag());
        std::vector<std::uint8_t> widths;
        for (std::uint64_t p = 0; p < parts; ++p) widths.push_back(in.byte());
        for (std::uint64_t p = 0; p < parts && values.size() < count; ++p) {
            for (const std::uint64_t delta : in.packed(block / parts, widths[p])) {
                if (values.size() == count) break;
                last = static_cast<Number>(last + least + static_cast<Number>(delta));
                values.push_back(last);
            }
        }
    }
    CHECK(in.at_end());
    return values;
}

std::string from_snappy(const std::string& bytes) {
    byte_reader in(bytes);
    const std::uint64_t size = in.varint();
    std::string out;
    while (!in.at_end()) {
        const unsigned tag = in.byte();
        std::size_t length = tag >> 2;
        std::size_t offset = 0;
        if ((tag & 3) == 0) {
            if (length >= 60) {
                const std::size_t extra = length - 59;
                length = 0;
                for (std::size_t i = 0; i < extra; ++i) length |= std::size_t{in.byte()} << (8 * i);
            }
            for (std::size_t i = 0; i <= length; ++i) out += static_cast<char>(in.byte());
            continue;
        }
        if ((tag & 3) == 1) {
            offset = (tag >> 5) << 8 | in.byte();
            length = (length & 7) + 4;
        } else {
            REQUIRE((tag & 3) == 2);
            offset = in.byte();
            offset |= std::size_t{in.byte()} << 8;
            ++length;
        }
        REQUIRE(offset > 0);
        REQUIRE(offset <= out.size());
        for (std::size_t i = 0; i < length; ++i) out += out[out.size() - offset];
    }
    CHECK(out.size() == size);
    return out;
}

/// Nothing that is cut, and nothing with a byte too many, is taken for whole.
template <class Read>
void check_cut(const std::string& bytes, Read read) {
    for (std::size_t size = 0; size < bytes.size(); size += 1 + size / 8)
        CHECK_FALSE(read(text_bytes(bytes).first(size)));
}

std::string as_text(const std::vector<int>& bytes) {
    std::string text;
    for (const int byte : bytes) text += static_cast<char>(byte);
    return text;
}

template <class Number>
std::vector<Number> read_back_hybrid(const std::string& bytes, unsigned width, std::size_t count) {
    std::vector<Number> values(count);
    CHECK(parquet::read_hybrid(text_bytes(bytes), width, std::span(values)));
    return values;
}

template <class Number>
std::vector<Number> read_back_deltas(const std::string& bytes, std::size_t count) {
    std::vector<Number> values(count);
    const std::string followed = bytes + "behind";
    bytes_view left = text_bytes(followed);
    CHECK(parquet::read_deltas(left, std::span(values)));
    CHECK(left.size() == 6);
    std::vector<Number> one_more(count + 1);
    left = text_bytes(bytes);
    CHECK_FALSE(parquet::read_deltas(left, std::span(one_more)));
    check_cut(bytes, [&](bytes_view in) { return parquet::read_deltas(in, std::span(values)); });
    return values;
}

}  // namespace

TEST_CASE("packed bits, as the description of the format has them") {
    const std::vector<std::uint32_t> values{0, 1, 2, 3, 4, 5, 6, 7};
    std::string out;
    parquet::append_packed(out, values.data(), values.size(), 3);
    CHECK(out == as_text({0b10001000, 0b11000110, 0b11111010}));
}

TEST_CASE("packed differences, as the description of the format has them") {
    // 7, 5, 3, 1, 2, 3, 4, 5: the first value, then differences -2 -2 -2 1 1 1 1, of which -2 is the least.
    const std::vector<std::uint32_t> values{7, 5, 3, 1, 2, 3, 4, 5};
    std::string out;
    parquet::append_deltas<std::uint32_t>(out, values);
    const std::string expected = as_text({0x80, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0b11000000, 0b00111111});
    CHECK(out.substr(0, expected.size()) == expected);
    CHECK(out.size() == expected.size() + 6);
}

TEST_CASE("the hybrid gives back what it was given, runs and all") {
    random_numbers random(5);
    for (unsigned width = 0; width <= 32; ++width) {
        for (std::size_t size : {0U, 1U, 7U, 8U, 9U, 100U, 1000U}) {
            std::vector<std::uint32_t> values;
            while (values.size() < size) {
                const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
                const auto value = static_cast<std::uint32_t>(random.next() & mask);
                values.insert(values.end(), random.one_in(4) ? random.below(60) + 1 : 1, value);
            }
            values.resize(size);
            std::string out;
            parquet::append_hybrid(out, values, width);
            CHECK(from_hybrid(out, width, size) == std::vector<std::uint64_t>(values.begin(), values.end()));
            CHECK(read_back_hybrid<std::uint32_t>(out, width, size) == values);
            check_cut(out, [&](bytes_view in) {
                std::vector<std::uint32_t> again(size);
                return parquet::read_hybrid(in, width, std::span(again));
            });
        }
    }
}

TEST_CASE("definition levels are the bitmap") {
    random_numbers random(6);
    for (std::size_t size : {1U, 8U, 63U, 64U, 65U, 200U, 5000U}) {
        std::vector<std::uint8_t> bitmap((size + 7) / 8);
        std::vector<std::uint64_t> expected;
        bool there = true;
        for (std::size_t i = 0; i < size; ++i) {
            if (random.one_in(70)) there = !there;
            const bool now = random.one_in(200) ? !there : there;
            if (now) bitmap[i / 8] = static_cast<std::uint8_t>(bitmap[i / 8] | 1 << (i % 8));
            expected.push_back(now ? 1 : 0);
        }
        std::string out;
        parquet::append_levels(out, bitmap, size);
        CHECK(from_hybrid(out, 1, size) == expected);
        CHECK(read_back_hybrid<std::uint64_t>(out, 1, size) == expected);
    }
}

TEST_CASE("packed differences give back what they were given, at all widths and over the end of the range") {
    random_numbers random(7);
    for (unsigned width = 0; width <= 64; ++width) {
        for (std::size_t size : {0U, 1U, 2U, 32U, 33U, 128U, 129U, 130U, 500U}) {
            std::vector<std::uint64_t> wide(size);
            std::vector<std::uint32_t> narrow(size);
            for (std::size_t i = 0; i < size; ++i) {
                wide[i] = width == 0 ? 9 : random.next() >> (64 - width);
                narrow[i] = static_cast<std::uint32_t>(wide[i]);
            }
            std::string out;
            parquet::append_deltas<std::uint64_t>(out, wide);
            CHECK(from_deltas<std::uint64_t>(out) == wide);
            CHECK(read_back_deltas<std::uint64_t>(out, size) == wide);
            out.clear();
            parquet::append_deltas<std::uint32_t>(out, narrow);
            CHECK(from_deltas<std::uint32_t>(out) == narrow);
            CHECK(read_back_deltas<std::uint32_t>(out, size) == narrow);
        }
    }
}

TEST_CASE("Snappy gives back what it was given") {
    random_numbers random(8);
    std::string out;
    for (const std::size_t size :
         {0U, 1U, 3U, 4U, 5U, 59U, 60U, 61U, 62U, 255U, 256U, 257U, 300U, 65'535U, 65'536U, 65'537U, 200'000U}) {
        for (unsigned alphabet : {1U, 2U, 7U, 256U}) {
            std::string text;
            while (text.size() < size) {
                if (text.size() > 10 && random.one_in(9)) {
                    const std::size_t from = random.below(static_cast<unsigned>(text.size()));
                    text += text.substr(from, random.below(150));
                } else {
                    text += static_cast<char>(random.below(alphabet));
                }
            }
            text.resize(size);
            snappy::compress(out, text);
            const bool same = from_snappy(out) == text;
            CHECK(same);
            std::string again;
            CHECK(snappy::decompress(again, text_bytes(out), size));
            const bool same_again = again == text;
            CHECK(same_again);
            if (size != 0) CHECK_FALSE(snappy::decompress(again, text_bytes(out), size - 1));
            if (size < 1000)
                check_cut(out, [&](bytes_view in) { return snappy::decompress(again, in, size); });
            CHECK(out.size() <= size + size / 6 + 32);
        }
    }
}

TEST_CASE("Snappy that others write, and what is no Snappy") {
    std::string out;
    const auto expand = [&](const std::vector<int>& bytes) {
        const bool right = snappy::decompress(out, text_bytes(as_text(bytes)), 100);
        return right ? out : std::string("refused");
    };
    CHECK(expand({0}).empty());
    // "abcd" as a literal, then copies of one, two and four bytes of offset, the last of which repeats itself.
    CHECK(expand({4 + 4 + 3 + 5, 3 << 2, 'a', 'b', 'c', 'd', 1, 4, 2 << 2 | 2, 4, 0, 4 << 2 | 3, 1, 0, 0, 0}) ==
          "abcdabcdabcccccc");
    CHECK(expand({2, 60 << 2, 1, 'a', 'b'}) == "ab");
    CHECK(expand({2, 63 << 2, 1, 0, 0, 0, 'a', 'b'}) == "ab");
    for (const std::vector<int>& wrong : std::vector<std::vector<int>>{
             {}, {1}, {0x80}, {1, 0}, {1, 4, 'a', 'b'}, {2, 0, 'a'}, {0, 0, 'a'}, {1, 0, 'a', 'b'},
             {5, 0, 'a', 1, 0}, {5, 0, 'a', 1, 2}, {5, 1, 1}, {4, 0, 'a', 1, 1}, {9, 60 << 2}, {9, 61 << 2, 1},
             {5, 0, 'a', 2, 1}, {101, 0, 'a'}, {0xff, 0xff, 0xff, 0xff, 0x0f, 0, 'a'}})
        CHECK(expand(wrong) == "refused");
}
