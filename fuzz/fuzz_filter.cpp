// Input: a link type (2 bytes, little-endian), an expression, a zero byte, a packet. However it is compiled, the
// program says the same; only that packets which are cut may match before a load rejects them.
#include <string_view>

#include <pcapframe/filter.hpp>

#include "check.hpp"

using namespace pcapframe;

namespace {

std::optional<filter::program> compiled(std::string_view expression, std::uint16_t link_type, bool optimize,
                                        bool exact) {
    filter::compile_options options;
    options.optimize = optimize;
    options.exact = exact;
    text_result<filter::program> made = filter::compile(expression, link_type, options);
    if (made) return *std::move(made);
    const problem& why = made.problems()[0];
    fuzzing::check(!why.reason.empty(), "a problem has a reason");
    fuzzing::check(why.offset <= expression.size(), "a problem's place is in the expression");
    const bool is_shown = !why.with_carets().empty() && !why.message().empty() && !why.to_error().message().empty();
    fuzzing::check(is_shown, "a problem has a text");
    return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto link_type = static_cast<std::uint16_t>(load_le16(data) % 300);
    const std::string_view text(reinterpret_cast<const char*>(data + 2), size - 2);
    const std::string_view expression = text.substr(0, text.find('\0'));
    const std::size_t used = std::min(size, 2 + expression.size() + 1);
    const bytes_view packet(data + used, size - used);

    const auto exact = compiled(expression, link_type, true, true);
    const auto plain = compiled(expression, link_type, false, true);
    const auto usual = compiled(expression, link_type, true, false);
    fuzzing::check(usual.has_value() == exact.has_value(), "both ways of optimizing accept the same");
    fuzzing::check(!exact || plain, "what is accepted is accepted without optimization");
    if (!exact) return 0;
    const std::uint32_t verdict = plain->run(packet, 100);
    fuzzing::check(exact->run(packet, 100) == verdict, "optimized as unoptimized");
    fuzzing::check(filter::from_decimal(exact->text(filter::text_form::decimal)).has_value() ||
                       exact->code().size() > filter::bpf::instructions_max,
                   "a program reads back");
    // A packet in which every load succeeds has the same verdict from all of them.
    std::vector<std::uint8_t> whole(packet.begin(), packet.end());
    whole.resize(70'000);
    const bool reads_far = usual->run(whole, 100) != plain->run(whole, 100);
    fuzzing::check(!reads_far || plain->run(whole, 100) == 0, "cut packets can only match where they were rejected");
    return 0;
}
