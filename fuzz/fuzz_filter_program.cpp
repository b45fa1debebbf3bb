// Input: how long a packet is (1 byte), a packet, and instructions (8 bytes each, little-endian). A program that is
// valid ends, reads nothing outside of its packet, and says the same in a batch as alone.
#include <pcapframe/filter/program.hpp>

#include "check.hpp"

using namespace pcapframe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::size_t packet_bytes = std::min<std::size_t>(data[0], size - 1);
    // Buffers of exactly their size: a read past an end is then outside of it.
    const std::vector<std::uint8_t> packet(data + 1, data + 1 + packet_bytes);
    std::vector<filter::instruction> code;
    for (std::size_t at = 1 + packet_bytes; at + 8 <= size; at += 8)
        code.push_back({load_le16(data + at), data[at + 2], data[at + 3], load_le32(data + at + 4)});

    const auto made = filter::program::from_instructions(code, 1);
    fuzzing::check(made.has_value() == static_cast<bool>(filter::validate(code)), "valid programs are taken");
    for (const auto form : {filter::text_form::assembly, filter::text_form::c, filter::text_form::decimal})
        (void)filter::to_text(code, form);
    if (!made) return 0;
    filter::packet_context context;
    context.vlan_present = true;
    (void)made->run(packet, 1500, &context);
    const bool alone = made->run(packet, 1500) != 0;

    const auto again = filter::program::from_text(made->text(filter::text_form::decimal), 1);
    fuzzing::check(again && std::equal(code.begin(), code.end(), again->code().begin(), again->code().end()),
                   "a program reads back as it was");
    std::vector<record> records(9);
    for (record& r : records) {
        r.data = packet.data();
        r.caplen = static_cast<std::uint32_t>(packet.size());
        r.len = 1500;
    }
    records[4].caplen /= 2;
    std::vector<std::uint8_t> marks(records.size());
    made->mark({records, 1}, marks);
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (i == 4) continue;
        fuzzing::check((marks[i] != 0) == alone, "in a batch as alone");
    }
    fuzzing::check((marks[4] != 0) == made->matches(records[4]), "in a batch as alone");
    return 0;
}
