// Packets in the order of time, and the map that forgets.
#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/flow/packet_order.hpp>
#include <pcapframe/flow/recent_map.hpp>

#include "../bytes/random.hpp"

using namespace pcapframe;

TEST_CASE("what is at most so many packets too late comes out in its place, of equal times the first first") {
    testing::random_numbers random(5);
    for (const std::size_t size : {0U, 1U, 7U, 64U}) {
        std::vector<std::pair<std::int64_t, std::uint64_t>> wanted;
        for (std::uint64_t i = 0; i < 2000; ++i) wanted.push_back({static_cast<std::int64_t>(i / 3), i});
        auto read = wanted;
        for (std::size_t begin = 0; begin < read.size(); begin += size + 1)
            for (std::size_t i = begin; i < std::min(begin + size + 1, read.size()); ++i)
                if (read[begin].first != read[i].first && random.below(2) == 0) std::swap(read[begin], read[i]);
        packet_order order(size);
        std::vector<std::int64_t> times;
        const auto take = [&] { times.push_back(order.take().time); };
        for (const auto& [time, number] : read) {
            order.next() = flow_packet{.time = time, .frame = number};
            order.add();
            if (order.is_over()) take();
        }
        CHECK(order.count() == size);
        while (!order.empty()) take();
        CHECK(std::is_sorted(times.begin(), times.end()));
        CHECK(times.size() == wanted.size());
    }
}

TEST_CASE("of equal times the packet that came first comes out first") {
    packet_order order(8);
    for (const std::uint64_t number : {1U, 2U, 3U}) {
        order.next() = flow_packet{.time = 5, .frame = number};
        order.add();
    }
    order.next() = flow_packet{.time = 4, .frame = 4};
    order.add();
    std::vector<std::uint64_t> frames;
    while (!order.empty()) frames.push_back(order.take().frame);
    CHECK(frames == std::vector<std::uint64_t>{4, 1, 2, 3});
}

TEST_CASE("a recent_map keeps what was new last, whatever the hashes") {
    for (const std::uint64_t mask : {~std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{3}}) {
        recent_map<int, int> map(10);
        CHECK(map.find(1, 1 & mask) == nullptr);
        for (int i = 0; i < 100; ++i) map.put(i, static_cast<std::uint64_t>(i) & mask, i * i);
        map.put(95, 95 & mask, 7);
        for (int i = 0; i < 100; ++i) {
            const int* const found = map.find(i, static_cast<std::uint64_t>(i) & mask);
            CHECK((found != nullptr) == (i >= 90));
            if (found != nullptr) CHECK(*found == (i == 95 ? 7 : i * i));
        }
        CHECK(map.size() == 10);
    }
}
