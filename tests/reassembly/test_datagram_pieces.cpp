// Fragments that overlap: all orders and overlaps of up to three pieces, by every policy, against models that hold one
// byte at a time.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/reassembly/datagram_pieces.hpp>

using namespace pcapframe;

namespace {

// Pieces begin and end at multiples of 8 bytes, five of which are the longest datagram here.
constexpr std::uint32_t unit = 8, units = 5;

/// A fragment of whole units, each of whose bytes is `mark`, or the number of its unit where that is 0.
struct piece_case {
    std::uint32_t begin, end;
    bool more;
    std::uint8_t mark;

    [[nodiscard]] std::uint8_t value_at(std::uint32_t at) const {
        return mark != 0 ? mark : static_cast<std::uint8_t>(0x80 + at);
    }
    [[nodiscard]] std::vector<std::uint8_t> bytes() const {
        std::vector<std::uint8_t> made;
        for (std::uint32_t at = begin; at < end; ++at) made.insert(made.end(), unit, value_at(at));
        return made;
    }
};

/// What became of pieces: the datagram's units once it is complete, whether it was discarded, whether bytes differed.
struct outcome {
    std::string datagram;  ///< a byte for each unit; empty where it is not complete
    bool is_discarded = false;
    bool has_conflict = false;

    friend bool operator==(const outcome&, const outcome&) = default;
};

std::string shown(const outcome& o) {
    std::string text = o.is_discarded ? "discarded" : o.has_conflict ? "conflict" : "";
    for (const char c : o.datagram) text += " " + std::to_string(static_cast<unsigned char>(c));
    return text;
}

outcome put_together(const std::vector<piece_case>& cases, overlap_policy policy, bool is_ipv6 = false) {
    datagram_pieces pieces;
    outcome made;
    for (const piece_case& one : cases) {
        const std::vector<std::uint8_t> bytes = one.bytes();
        const auto fate = pieces.add({one.begin * unit, bytes, one.more, is_ipv6}, policy);
        REQUIRE(fate != fragment_fate::unusable);
        made.has_conflict = pieces.has_conflict();
        made.is_discarded = fate == fragment_fate::discarded;
        if (made.is_discarded) return made;
        if (!pieces.is_complete()) continue;
        std::vector<std::uint8_t> whole;
        pieces.append_to(whole);
        CHECK(whole.size() == pieces.size());
        for (std::size_t i = 0; i < whole.size(); i += unit) made.datagram += static_cast<char>(whole[i]);
        return made;
    }
    return made;
}

/// A unit of a datagram: who put it there.
struct cell {
    std::uint8_t value = 0;
    std::uint32_t group = 0;  ///< where the piece begins that it belongs to, once pieces are trimmed
    bool is_end = false;
};
using cells = std::array<std::optional<cell>, units>;

/// Whether a piece takes the place of a unit that is there, as the policies say in words.
bool replaces(const piece_case& piece, const cells& all, std::uint32_t at, overlap_policy policy) {
    const std::uint32_t group = all[at]->group;
    std::uint32_t group_end = at;
    while (group_end < units && all[group_end] && all[group_end]->group == group) ++group_end;
    switch (policy) {
        case overlap_policy::last: return true;
        case overlap_policy::bsd: return piece.begin < group;
        case overlap_policy::windows: return piece.begin < group && piece.end > group_end;
        default: return false;
    }
}

outcome model_of_trimming(const std::vector<piece_case>& cases, overlap_policy policy) {
    cells all{};
    outcome made;
    for (const piece_case& one : cases) {
        const cells before = all;
        std::optional<std::uint32_t> group;
        for (std::uint32_t at = one.begin; at < one.end; ++at) {
            const bool is_there = before[at].has_value();
            if (is_there && before[at]->value != one.value_at(at)) made.has_conflict = true;
            if (is_there && !replaces(one, before, at, policy)) {
                group.reset();
                continue;
            }
            if (!group) group = at;
            all[at] = cell{one.value_at(at), *group, at + 1 == one.end && !one.more};
        }
        // What is left of a piece behind the new one begins there.
        for (std::uint32_t at = one.end; at < units && all[at] && before[at]; ++at) {
            const bool keeps_front = all[one.end - 1] && all[one.end - 1]->group == before[at]->group;
            const bool was_cut = before[at]->group < one.end && all[one.end - 1] && !keeps_front;
            if (!was_cut || before[at]->group != before[one.end]->group) break;
            all[at]->group = one.end;
        }
        std::uint32_t length = 0;
        while (length < units && all[length]) ++length;
        bool is_last = true;
        for (std::uint32_t at = length; at < units; ++at) is_last = is_last && !all[at];
        if (length == 0 || !is_last || !all[length - 1]->is_end) continue;
        for (std::uint32_t at = 0; at < length; ++at) made.datagram += static_cast<char>(all[at]->value);
        return made;
    }
    return made;
}

/// Linux and RFC 5722, by a list of the fragments that were taken and of the runs that they came in.
outcome model_of_discarding(const std::vector<piece_case>& cases, overlap_policy policy) {
    std::vector<piece_case> taken;
    std::vector<piece_case> runs;
    std::uint32_t known_end = 0;
    bool has_end = false;
    outcome made;
    for (const piece_case& one : cases) {
        bool overlaps = false, repeats = false, differs = false;
        for (const piece_case& other : taken) {
            for (std::uint32_t at = std::max(one.begin, other.begin); at < std::min(one.end, other.end); ++at) {
                overlaps = true;
                differs = differs || one.value_at(at) != other.value_at(at);
            }
        }
        made.has_conflict = made.has_conflict || differs;
        const bool contradicts = one.more ? has_end && one.end > known_end
                                          : one.end < known_end || (has_end && one.end != known_end);
        if (policy == overlap_policy::kernel)
            for (const piece_case& run : runs) repeats = repeats || (one.begin >= run.begin && one.end <= run.end);
        else
            for (const piece_case& other : taken)
                repeats = repeats || (one.begin == other.begin && one.end == other.end && !differs);
        if (contradicts || (overlaps && !repeats)) {
            made.is_discarded = true;
            return made;
        }
        known_end = std::max(known_end, one.end);
        has_end = has_end || !one.more;
        if (overlaps) continue;
        taken.push_back(one);
        piece_case* tail = nullptr;
        for (piece_case& run : runs)
            if (tail == nullptr || run.end > tail->end) tail = &run;
        if (tail != nullptr && tail->end == one.begin) tail->end = one.end;
        else runs.push_back(one);
        std::uint32_t bytes = 0;
        for (const piece_case& other : taken) bytes += other.end - other.begin;
        if (!has_end || bytes != known_end) continue;
        for (std::uint32_t at = 0; at < known_end; ++at)
            for (const piece_case& other : taken)
                if (at >= other.begin && at < other.end) made.datagram += static_cast<char>(other.value_at(at));
        return made;
    }
    return made;
}

outcome model(const std::vector<piece_case>& cases, overlap_policy policy) {
    const bool discards = policy == overlap_policy::kernel || policy == overlap_policy::rfc5722;
    return discards ? model_of_discarding(cases, policy) : model_of_trimming(cases, policy);
}

/// Every fragment of up to `units` units.
std::vector<piece_case> every_piece(std::uint8_t mark) {
    std::vector<piece_case> all;
    for (std::uint32_t begin = 0; begin < units; ++begin)
        for (std::uint32_t end = begin + 1; end <= units; ++end)
            for (const bool more : {true, false}) all.push_back({begin, end, more, mark});
    return all;
}

void compare(const std::vector<piece_case>& cases, std::size_t& complete, std::size_t& discarded) {
    for (const named_policy& policy : overlap_policies) {
        const outcome wanted = model(cases, policy.policy);
        const outcome made = put_together(cases, policy.policy);
        if (!made.datagram.empty()) ++complete;
        if (made.is_discarded) ++discarded;
        if (made == wanted) continue;
        std::string text(policy.name);
        for (const piece_case& one : cases)
            text += " [" + std::to_string(one.begin) + "," + std::to_string(one.end) + (one.more ? ",more" : "") + ")";
        FAIL_CHECK(text << ": " << shown(made) << ", not " << shown(wanted));
        return;
    }
}

}  // namespace

TEST_CASE("all orders and overlaps of up to three pieces") {
    std::size_t complete = 0, discarded = 0;
    // Pieces whose bytes are the same where they overlap, and pieces of which each has bytes of its own.
    for (const bool agree : {true, false}) {
        const auto of = [&](unsigned number) { return every_piece(static_cast<std::uint8_t>(agree ? 0 : number)); };
        for (const piece_case& a : of(1)) {
            compare({a}, complete, discarded);
            for (const piece_case& b : of(2)) {
                compare({a, b}, complete, discarded);
                for (const piece_case& c : of(3)) compare({a, b, c}, complete, discarded);
            }
        }
    }
    CHECK(complete > 40'000);
    CHECK(discarded > 40'000);
}

TEST_CASE("the examples of the policies") {
    // Units 1 and 2, then 0 to 3 with the end: who has the units in the middle?
    const std::vector<piece_case> cases{{1, 3, true, 1}, {0, 4, false, 2}};
    CHECK(shown(put_together(cases, overlap_policy::first)) == "conflict 2 1 1 2");
    CHECK(shown(put_together(cases, overlap_policy::last)) == "conflict 2 2 2 2");
    CHECK(shown(put_together(cases, overlap_policy::bsd)) == "conflict 2 2 2 2");
    CHECK(shown(put_together(cases, overlap_policy::windows)) == "conflict 2 2 2 2");
    CHECK(shown(put_together(cases, overlap_policy::kernel)) == "discarded");
    CHECK(shown(put_together(cases, overlap_policy::rfc5722)) == "discarded");
    // A fragment that begins behind another and ends behind it.
    const std::vector<piece_case> behind{{0, 2, true, 1}, {1, 3, false, 2}};
    CHECK(shown(put_together(behind, overlap_policy::first)) == "conflict 1 1 2");
    CHECK(shown(put_together(behind, overlap_policy::last)) == "conflict 1 2 2");
    CHECK(shown(put_together(behind, overlap_policy::bsd)) == "conflict 1 1 2");
    CHECK(shown(put_together(behind, overlap_policy::windows)) == "conflict 1 1 2");
    // The same the other way round.
    const std::vector<piece_case> before{{1, 3, false, 2}, {0, 2, true, 1}};
    CHECK(shown(put_together(before, overlap_policy::first)) == "conflict 1 2 2");
    CHECK(shown(put_together(before, overlap_policy::bsd)) == "conflict 1 1 2");
    CHECK(shown(put_together(before, overlap_policy::windows)) == "conflict 1 2 2");
}

TEST_CASE("fragments that come twice") {
    const std::vector<piece_case> twice{{0, 1, true, 0}, {0, 1, true, 0}, {1, 2, false, 0}};
    for (const named_policy& policy : overlap_policies) {
        CAPTURE(policy.name);
        CHECK(put_together(twice, policy.policy).datagram == "\x80\x81");
        CHECK_FALSE(put_together(twice, policy.policy).has_conflict);
    }
}

TEST_CASE("fragments that can be part of no datagram") {
    const std::vector<std::uint8_t> bytes(65'528);
    const bytes_view all(bytes);
    for (const named_policy& policy : overlap_policies) {
        CAPTURE(policy.name);
        const auto fate = [&](const datagram_fragment& f) { return datagram_pieces().add(f, policy.policy); };
        const bool discards = policy.policy == overlap_policy::kernel || policy.policy == overlap_policy::rfc5722;
        CHECK(fate({0, all.first(0), true, true}) ==
              (discards ? fragment_fate::discarded : fragment_fate::unusable));
        CHECK(fate({8, all.first(7), true, true}) == fragment_fate::unusable);
        CHECK(fate({8, all.first(7), false, true}) == fragment_fate::taken);
        CHECK(fate({65'528, all.first(7), false, true}) == fragment_fate::taken);
        CHECK(fate({65'528, all.first(8), false, true}) == fragment_fate::unusable);
    }
    // Linux takes the whole units of an odd length in IPv4.
    datagram_pieces pieces;
    CHECK(pieces.add({0, all.first(15), true, false}, overlap_policy::kernel) == fragment_fate::taken);
    CHECK(pieces.size() == 8);
}

TEST_CASE("names of policies") {
    CHECK_FALSE(parse_defragment("off")->has_value());
    CHECK(**parse_defragment("on") == overlap_policy::kernel);
    CHECK(**parse_defragment("windows") == overlap_policy::windows);
    CHECK(parse_defragment("widows").error().hint.view() == "windows");
    CHECK_FALSE(parse_defragment(""));
}
