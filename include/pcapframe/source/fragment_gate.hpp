// Where a reader of records meets fragments: they are put together in the order of the file, or, by a thread that reads
// ahead of its turn, only met.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/reassembly/fragment_rows.hpp>
#include <pcapframe/source/read_notes.hpp>
#include <pcapframe/source/read_plan.hpp>

namespace pcapframe::inline v0_2::detail {

/// What puts fragments together as a plan says, for rows of these columns; null where it says that they stay apart.
[[nodiscard]] inline std::shared_ptr<defragmenter> defragmenter_of(const read_plan& plan, column_set columns) {
    struct owner {
        owner(const read_plan& from, column_set wanted)
            : ports(from.ports), fragments(*from.fragments, reads_tunnels(wanted, from.filter), *from.filter.ports) {}
        std::shared_ptr<const tunnel_ports> ports;
        defragmenter fragments;
    };
    if (!plan.fragments) return nullptr;
    const auto made = std::make_shared<owner>(plan, columns);
    return {made, &made->fragments};
}
[[nodiscard]] inline std::shared_ptr<defragmenter> defragmenter_of(const read_plan& plan) {
    return defragmenter_of(plan, set_of(plan.columns));
}

/// A fragment, or what may be one, and its row.
struct suspected_row {
    record packet;
    std::uint64_t frame;
    std::size_t row;
};

/// What a reader does with fragments. A value; `all` is shared by the readers of one file after the other, and used by
/// that one only whose turn it is.
class fragment_gate {
public:
    fragment_gate() = default;
    /// For a reader whose turn it always is.
    explicit fragment_gate(std::shared_ptr<defragmenter> all) : all_(std::move(all)), is_my_turn_(true) {}
    /// For a reader that reads ahead.
    [[nodiscard]] static fragment_gate ahead(std::shared_ptr<defragmenter> all) {
        fragment_gate gate(std::move(all));
        gate.is_my_turn_ = false;
        return gate;
    }

    [[nodiscard]] bool is_off() const noexcept { return all_ == nullptr; }
    [[nodiscard]] const std::shared_ptr<defragmenter>& fragments() const noexcept { return all_; }

    /// All that is in front of the next records was read; they begin behind so many frames of their file.
    void begin_turn(std::uint64_t frames_before) noexcept {
        is_my_turn_ = true;
        has_met_ = false;
        frames_before_ = frames_before;
    }
    /// The next records are read ahead again.
    void end_turn() noexcept { is_my_turn_ = false; }
    /// Whether a fragment was met before the turn: what was made of the records is of no use then.
    [[nodiscard]] bool has_met() const noexcept { return has_met_; }

    /// Calls `use(run, null)` for stretches of records without fragments, and `use(run of one, its fragments)` for each
    /// record with a fragment, in order, as long as it gives no error.
    template <class Use>
    [[nodiscard]] result<void> each_stretch(const record_run& run, Use use) {
        if (is_off()) return use(run, nullptr);
        const fragment_finder finder = all_->finder();
        std::size_t begin = 0;
        for (std::size_t i = 0; i < run.size(); ++i) {
            if (!finder.suspects(run.records[i])) continue;
            const fragment_outcome* const found = meet(run.records[i], run.first_frame + i);
            if (has_met_) return {};
            if (found == nullptr) continue;
            result<void> used = begin == i ? result<void>() : use(part(run, begin, i), nullptr);
            if (used) used = use(record_run{{&found->whole(), 1}, run.first_frame + i}, found);
            if (!used) return used;
            begin = i + 1;
        }
        return begin == run.size() ? result<void>() : use(part(run, begin, run.size()), nullptr);
    }

    /// Puts right the rows of records that may be fragments: of the default columns, about the outermost packets.
    void put_right(batch& out, const std::vector<suspected_row>& suspects, const interface_list& interfaces) {
        for (const suspected_row& one : suspects) {
            const fragment_outcome* const found = meet(one.packet, one.frame);
            if (has_met_) return;
            if (found != nullptr) decode_fragment_at(out, one.row, *found, one.frame, interfaces);
        }
    }

private:
    static record_run part(const record_run& run, std::size_t begin, std::size_t end) noexcept {
        return {run.records.subspan(begin, end - begin), run.first_frame + begin};
    }

    const fragment_outcome* meet(const record& r, std::uint64_t frame) {
        if (is_my_turn_) return all_->take(r, frame + frames_before_);
        has_met_ = has_met_ || all_->finder().has(r);
        return nullptr;
    }

    std::shared_ptr<defragmenter> all_;
    std::uint64_t frames_before_ = 0;
    bool is_my_turn_ = false;
    bool has_met_ = false;
};

/// Appends what there is to say of fragments to the notes of a read that has ended.
inline void add_note(std::vector<read_note>& notes, const std::shared_ptr<defragmenter>& fragments) {
    if (fragments == nullptr) return;
    const std::string text = fragments_text(fragments->counts());
    if (!text.empty()) notes.push_back({note_kind::fragments_given_up, "", 0, text});
}

}  // namespace pcapframe::detail
