// Input: how long a packet is (1 byte), a packet, and instructions (8 bytes each, little-endian). A program that is
// valid ends, reads nothing outside of its packet, and says the same in a batch as alone.
#include <algorithm>
#include <vector>

#include <pcapframe/filter/run/program.hpp>

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

    const auto again = filter::program::from_text(made->text(filter::text_form::decimal), 1);
    fuzzing::check(again && std::equal(code.begin(), code.end(), again->code().begin(), again->code().end()),
                   "a program reads back as it was");
    // The same bytes, turned by some more for each packet, so that they part at the program's tests.
    constexpr std::size_t count = 9;
    std::vector<std::vector<std::uint8_t>> packets(count, packet);
    std::vector<record> records(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (!packet.empty())
            std::rotate(packets[i].begin(), packets[i].begin() + static_cast<std::ptrdiff_t>(i / 2 % packet.size()),
                        packets[i].end());
        records[i].data = packets[i].data();
        records[i].caplen = static_cast<std::uint32_t>(packet.size() / (i % 4 == 3 ? 2 : 1));
        records[i].len = 1500;
    }
    std::vector<std::uint8_t> marks(count);
    made->mark({records, 1}, marks);
    for (std::size_t i = 0; i < count; ++i)
        fuzzing::check((marks[i] != 0) == made->matches(records[i]), "in a batch as alone");
    return 0;
}
