// A filter program: made by the compiler or brought from elsewhere, checked, and run over packets.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/filter/run/batch.hpp>
#include <pcapframe/filter/run/machine.hpp>
#include <pcapframe/filter/run/program_text.hpp>
#include <pcapframe/filter/run/validate.hpp>

namespace pcapframe::inline v0_2::filter {

/// A program of the packet filter machine (BPF): checked, and without an end that is not reached.
class program {
public:
    /// A program from elsewhere, checked as the Linux kernel would. `link_type` is the link type that the program was
    /// made for.
    [[nodiscard]] static result<program> from_instructions(std::span<const instruction> code, std::uint16_t link_type) {
        const verdict_on_program checked = validate(code);
        if (!checked)
            return pcapframe::error{.code = errc::bad_value,
                                    .offset = checked.at,
                                    .detail = "a valid filter program",
                                    .subject = std::string_view(checked.reason)};
        return program({code.begin(), code.end()}, link_type, false);
    }
    /// A program from elsewhere, from its text as `tcpdump -ddd` prints it.
    [[nodiscard]] static result<program> from_text(std::string_view text, std::uint16_t link_type) {
        const auto code = from_decimal(text);
        if (code) return from_instructions(*code, link_type);
        return pcapframe::error{.code = errc::bad_value,
                                .detail = "a program in the form of tcpdump -ddd",
                                .subject = text.substr(0, text.find('\n'))};
    }

    [[nodiscard]] std::span<const instruction> code() const noexcept { return code_; }
    [[nodiscard]] std::uint16_t link_type() const noexcept { return link_type_; }
    /// No packet can match.
    [[nodiscard]] bool matches_nothing() const noexcept {
        return code_.size() == 1 && code_[0] == instruction{0x06, 0, 0, 0};
    }
    /// Has jumps backwards (`protochain`): no kernel takes it.
    [[nodiscard]] bool is_for_user_space() const noexcept { return loops_; }

    /// How many bytes of the packet to keep; 0 where it does not match. `wire_bytes` is the packet's length on the
    /// wire.
    [[nodiscard]] std::uint32_t run(bytes_view packet, std::uint32_t wire_bytes,
                                    const packet_context* context = nullptr) const noexcept {
        return machine_.run(packet, wire_bytes, context);
    }
    [[nodiscard]] bool matches(const record& r) const noexcept { return machine_.run(r.bytes(), r.len) != 0; }

    /// Appends the records of a run that match to `kept`; the bytes stay where they are. Records of other link types
    /// are tested like those of the program's own: see record_filter.
    void keep(record_run run, std::vector<record>& kept) const {
        std::vector<std::uint8_t> marks(run.size());
        mark(run, marks);
        for (std::size_t i = 0; i < run.size(); ++i)
            if (marks[i] != 0) kept.push_back(run.records[i]);
    }
    /// Sets `marks[i]` to 1 where record i of the run matches, and to 0 elsewhere; there are as many marks as records.
    void mark(record_run run, std::span<std::uint8_t> marks) const { batch_machine(machine_).mark(run.records, marks); }

    /// What `mark` runs, for callers who mark many runs: the batch_machine keeps its memory. The program must outlive
    /// it.
    [[nodiscard]] batch_machine batch() const { return batch_machine(machine_); }

    [[nodiscard]] std::string text(text_form form = text_form::assembly) const { return to_text(code_, form); }

private:
    friend class compiler;

    program(std::vector<instruction> code, std::uint16_t link_type, bool loops)
        : code_(std::move(code)), machine_(code_), link_type_(link_type), loops_(loops) {}

    std::vector<instruction> code_;
    machine machine_;
    std::uint16_t link_type_ = 0;
    bool loops_ = false;
};

}  // namespace pcapframe::filter
