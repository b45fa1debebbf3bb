// The fragments of one datagram while they come: what of its bytes is there, by a policy for overlaps.
//
// Offsets count from the start of the datagram's fragmentable part. Memory is that of the bytes that are there, and a
// few words for each piece; a datagram has 65,535 bytes at most, so that it has 8,192 pieces at most.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/reassembly/overlap_policy.hpp>

namespace pcapframe::inline v0_2 {

/// A fragment as its packet has it. The bytes are the packet's.
struct datagram_fragment {
    std::uint32_t begin = 0;  ///< where its bytes belong
    bytes_view bytes;
    bool more = false;     ///< others follow
    bool is_ipv6 = false;
};

/// What became of a fragment.
enum class fragment_fate : std::uint8_t {
    taken,      ///< it has its place, or all of its bytes were there already
    unusable,   ///< no fragment that could be part of a datagram: empty, of an odd length, or beyond 65,535 bytes
    discarded,  ///< and all of the datagram that has come with it: by the policy, or since ends contradict each other
};

/// The pieces of one datagram. A value; copied by nobody.
class datagram_pieces {
public:
    static constexpr std::uint32_t datagram_bytes_max = 0xffff;

    /// Adds a fragment. After `discarded` the pieces are of no use any more.
    [[nodiscard]] fragment_fate add(const datagram_fragment& fragment, overlap_policy policy) {
        const bool discards = policy == overlap_policy::kernel || policy == overlap_policy::rfc5722;
        return discards ? add_whole(fragment, policy) : add_trimmed(fragment, policy);
    }

    /// Whether all bytes are there, from the first to those of a fragment behind which no others follow.
    [[nodiscard]] bool is_complete() const noexcept {
        if (pieces_.empty() || has_all_) return has_all_;
        const auto& [begin, last] = *pieces_.rbegin();
        return last.is_end && covered_ == begin + last.bytes.size();
    }
    /// Bytes that are there; of a complete datagram, all.
    [[nodiscard]] std::size_t size() const noexcept { return covered_; }
    /// Whether a fragment had other bytes than one before it at the same place.
    [[nodiscard]] bool has_conflict() const noexcept { return has_conflict_; }
    /// Whether the fragment that was added last did.
    [[nodiscard]] bool conflicted_last() const noexcept { return conflicted_last_; }
    [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }
    /// Memory that the pieces take, about.
    [[nodiscard]] std::size_t memory() const noexcept {
        constexpr std::size_t of_piece = 96;
        return covered_ + (pieces_.size() + runs_.size()) * of_piece;
    }

    /// Appends the bytes of a complete datagram.
    void append_to(std::vector<std::uint8_t>& out) const {
        for (const auto& [begin, one] : pieces_) out.insert(out.end(), one.bytes.begin(), one.bytes.end());
    }

private:
    struct piece {
        std::vector<std::uint8_t> bytes;
        bool is_end = false;  ///< no bytes follow behind its last one
    };
    using piece_map = std::map<std::uint32_t, piece>;  ///< by where they begin; no two overlap

    static std::uint32_t end_of(piece_map::const_iterator at) noexcept {
        return at->first + static_cast<std::uint32_t>(at->second.bytes.size());
    }
    static std::uint32_t end_of(const datagram_fragment& f) noexcept {
        return f.begin + static_cast<std::uint32_t>(f.bytes.size());
    }

    /// The first piece that ends behind a place.
    [[nodiscard]] piece_map::iterator first_behind(std::uint32_t begin) {
        auto at = pieces_.upper_bound(begin);
        if (at != pieces_.begin() && end_of(std::prev(at)) > begin) --at;
        return at;
    }

    /// Whether pieces that overlap the fragment have other bytes there.
    [[nodiscard]] bool differs(const datagram_fragment& f) {
        for (auto at = first_behind(f.begin); at != pieces_.end() && at->first < end_of(f); ++at) {
            const std::uint32_t from = std::max(at->first, f.begin);
            const std::uint32_t to = std::min(end_of(at), end_of(f));
            const std::uint8_t* const known = at->second.bytes.data() + (from - at->first);
            if (std::memcmp(known, f.bytes.data() + (from - f.begin), to - from) != 0) return true;
        }
        return false;
    }
    void note_conflict(const datagram_fragment& f) {
        conflicted_last_ = differs(f);
        has_conflict_ = has_conflict_ || conflicted_last_;
    }

    /// Puts a part of the fragment where no piece is.
    void put(const datagram_fragment& f, std::uint32_t from, std::uint32_t to) {
        const bytes_view part = f.bytes.subspan(from - f.begin, to - from);
        pieces_[from] = {{part.begin(), part.end()}, !f.more && to == end_of(f)};
        covered_ += part.size();
    }

    // Policies that put together what overlaps.

    [[nodiscard]] fragment_fate add_trimmed(const datagram_fragment& f, overlap_policy policy) {
        const bool has_odd_length = f.more && f.bytes.size() % 8 != 0;
        conflicted_last_ = false;
        if (f.bytes.empty() || has_odd_length || end_of(f) > datagram_bytes_max) return fragment_fate::unusable;
        note_conflict(f);
        switch (policy) {
            case overlap_policy::last:
                cut_out(f.begin, end_of(f));
                put(f, f.begin, end_of(f));
                break;
            case overlap_policy::bsd: put_as_bsd(f); break;
            case overlap_policy::windows:
                drop_enclosed(f);
                fill_gaps(f);
                break;
            default: fill_gaps(f);
        }
        return fragment_fate::taken;
    }

    /// Takes all bytes of a range out of the pieces.
    void cut_out(std::uint32_t begin, std::uint32_t end) {
        auto at = first_behind(begin);
        while (at != pieces_.end() && at->first < end) {
            const std::uint32_t piece_begin = at->first;
            piece whole = std::move(at->second);
            const auto piece_end = piece_begin + static_cast<std::uint32_t>(whole.bytes.size());
            at = pieces_.erase(at);
            covered_ -= std::min(piece_end, end) - std::max(piece_begin, begin);
            if (piece_end > end)
                at = pieces_.emplace(end, piece{{whole.bytes.begin() + (end - piece_begin), whole.bytes.end()},
                                                whole.is_end}).first;
            if (piece_begin < begin) {
                whole.bytes.resize(begin - piece_begin);
                pieces_.emplace(piece_begin, piece{std::move(whole.bytes), false});
            }
            if (piece_end > end) break;
        }
    }

    /// Puts those bytes of the fragment where no bytes are yet.
    void fill_gaps(const datagram_fragment& f) {
        std::uint32_t from = f.begin;
        while (from < end_of(f)) {
            const auto at = first_behind(from);
            const std::uint32_t to = at == pieces_.end() ? end_of(f) : std::min(at->first, end_of(f));
            const std::uint32_t behind = at == pieces_.end() ? end_of(f) : end_of(at);
            if (from < to) put(f, from, to);
            from = std::max(behind, to);
        }
    }

    /// The piece in front of the fragment keeps its bytes; pieces that begin behind its beginning lose theirs.
    void put_as_bsd(const datagram_fragment& f) {
        const auto at = first_behind(f.begin);
        const bool has_front = at != pieces_.end() && at->first <= f.begin;
        const std::uint32_t from = has_front ? end_of(at) : f.begin;
        if (from >= end_of(f)) return;
        cut_out(from, end_of(f));
        put(f, from, end_of(f));
    }

    void drop_enclosed(const datagram_fragment& f) {
        auto at = pieces_.upper_bound(f.begin);
        while (at != pieces_.end() && end_of(at) < end_of(f)) {
            covered_ -= at->second.bytes.size();
            at = pieces_.erase(at);
        }
    }

    // Policies that put nothing together that overlaps. Source: inet_frag_queue_insert of net/ipv4/inet_fragment.c,
    // ip_frag_queue of net/ipv4/ip_fragment.c, ip6_frag_queue of net/ipv6/reassembly.c (Linux 6).

    [[nodiscard]] fragment_fate add_whole(const datagram_fragment& given, overlap_policy policy) {
        datagram_fragment f = given;
        conflicted_last_ = false;
        // Of IPv4 Linux lets go of the odd bytes at a fragment's end.
        if (f.more && f.bytes.size() % 8 != 0) {
            if (f.is_ipv6 || policy == overlap_policy::rfc5722) return fragment_fate::unusable;
            f.bytes = f.bytes.first(f.bytes.size() & ~std::size_t{7});
        }
        if (end_of(f) > datagram_bytes_max && (f.is_ipv6 || policy == overlap_policy::rfc5722))
            return fragment_fate::unusable;
        if (f.bytes.empty()) return fragment_fate::discarded;
        note_conflict(f);
        if (!end_fits(f)) return fragment_fate::discarded;
        const auto at = first_behind(f.begin);
        if (at != pieces_.end() && at->first < end_of(f))
            return is_repeated(f, at, policy) ? fragment_fate::taken : fragment_fate::discarded;
        add_to_runs(f);
        put(f, f.begin, end_of(f));
        // The end may be known from a repetition, whose bytes are those of a fragment that did not say so.
        has_all_ = knows_end_ && covered_ == known_bytes_;
        return fragment_fate::taken;
    }

    /// Whether the end of the datagram that the fragment gives, or is in front of, is the one that is known.
    [[nodiscard]] bool end_fits(const datagram_fragment& f) noexcept {
        const std::uint32_t end = end_of(f);
        if (!f.more) {
            if (end < known_bytes_ || (knows_end_ && end != known_bytes_)) return false;
            knows_end_ = true;
            known_bytes_ = end;
        } else if (end > known_bytes_) {
            if (knows_end_) return false;
            known_bytes_ = end;
        }
        return true;
    }

    /// Whether a fragment that overlaps says nothing new. For Linux that is one within fragments that came one behind
    /// the other, whatever its bytes; RFC 8200 section 4.5 lets a receiver take one that is exactly the same.
    [[nodiscard]] bool is_repeated(const datagram_fragment& f, piece_map::iterator at, overlap_policy policy) const {
        if (policy == overlap_policy::rfc5722)
            return at->first == f.begin && end_of(at) == end_of(f) && !conflicted_last_;
        auto run = runs_.upper_bound(f.begin);
        if (run == runs_.begin()) return false;
        --run;
        return end_of(f) <= run->second;
    }

    void add_to_runs(const datagram_fragment& f) {
        if (!runs_.empty() && runs_.rbegin()->second == f.begin) runs_.rbegin()->second = end_of(f);
        else runs_[f.begin] = end_of(f);
    }

    piece_map pieces_;
    std::size_t covered_ = 0;
    std::map<std::uint32_t, std::uint32_t> runs_;  ///< where fragments that came one behind the other begin and end
    std::uint32_t known_bytes_ = 0;                ///< of the datagram, as far as fragments have said
    bool knows_end_ = false;
    bool has_all_ = false;
    bool has_conflict_ = false;
    bool conflicted_last_ = false;
};

}  // namespace pcapframe
