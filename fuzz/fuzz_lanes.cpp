// Several walks at once, and walks that store no records, give what one walk gives. The input's records or blocks are
// repeated until lanes are worth their while, so that there are boundaries to guess wrong, sections and damage in the
// middle.

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <pcapframe/source/record_reader.hpp>

#include "check.hpp"

namespace {

using namespace pcapframe;
using bytes = std::vector<std::uint8_t>;

constexpr std::size_t file_bytes = std::size_t{700} << 10;

struct reading {
    std::vector<record> records;
    std::size_t interfaces = 0;
    std::uint64_t offset = 0;
    std::optional<error> damage;
};

reading in_lanes(bytes_view file) {
    reading all;
    auto reader = record_reader::from_memory(file);
    if (!reader) return all;
    for (record_run run = reader->next(); !run.empty(); run = reader->next())
        all.records.insert(all.records.end(), run.records.begin(), run.records.end());
    all.interfaces = reader->interfaces()->size();
    all.offset = reader->offset();
    all.damage = reader->damage();
    return all;
}

struct keep_record {
    std::vector<record>* to;
    void operator()(const record& r) const { to->push_back(r); }
};

/// Without storing records in between, some at a time.
reading unstored(bytes_view file) {
    reading all;
    auto reader = record_reader::from_memory(file);
    if (!reader) return all;
    keep_record keep{&all.records};
    for (std::size_t most = 1; reader->each_next(most, keep) != 0; most = most * 3 % 5003) continue;
    all.interfaces = reader->interfaces()->size();
    all.offset = reader->offset();
    all.damage = reader->damage();
    return all;
}

reading one_by_one(bytes_view file) {
    reading all;
    const auto interfaces = std::make_shared<interface_list>();
    auto walker = capture_walker::open(file, interfaces);
    if (!walker) return all;
    std::array<record, 512> out;
    for (walk_state state = walk_state::full; state == walk_state::full;) {
        const walk_step step = walker->walk({file, true}, out);
        all.records.insert(all.records.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(step.count));
        file = file.subspan(step.consumed);
        state = step.state;
    }
    all.interfaces = interfaces->size();
    all.offset = walker->offset();
    all.damage = walker->damage();
    return all;
}

bool same(const record& a, const record& b) {
    return a.data == b.data && a.caplen == b.caplen && a.len == b.len && a.time == b.time &&
           a.interface == b.interface && a.link_type == b.link_type && a.direction == b.direction;
}

void check_same(const reading& got, const reading& plain) {
    fuzzing::check(got.records.size() == plain.records.size(), "a reader gives as many records as one walk");
    for (std::size_t i = 0; i < got.records.size(); ++i)
        fuzzing::check(same(got.records[i], plain.records[i]), "and the same ones");
    fuzzing::check(got.interfaces == plain.interfaces && got.offset == plain.offset, "they end at the same place");
    fuzzing::check(got.damage.has_value() == plain.damage.has_value(), "by the same damage");
    if (got.damage)
        fuzzing::check(got.damage->code == plain.damage->code && got.damage->offset == plain.damage->offset &&
                           got.damage->number == plain.damage->number && got.damage->other == plain.damage->other,
                       "in all of its numbers");
}

void append(bytes& file, std::uint64_t number, int size, byte_order order) {
    for (int i = 0; i < size; ++i)
        file.push_back(static_cast<std::uint8_t>(number >> 8 * (order == byte_order::little ? i : size - 1 - i)));
}

/// What stands before the records: the first byte of the input says which.
bytes head(std::uint8_t choice) {
    const byte_order order = (choice & 1) != 0 ? byte_order::big : byte_order::little;
    bytes file;
    const auto words = [&](std::initializer_list<std::uint32_t> all) {
        for (const std::uint32_t word : all) append(file, word, 4, order);
    };
    if ((choice & 8) == 0) {
        words({(choice & 2) != 0 ? 0xa1b2cd34 : (choice & 4) != 0 ? 0xa1b23c4d : 0xa1b2c3d4});
        append(file, 2, 2, order);
        append(file, (choice & 0xf0) == 0xf0 ? 3 : 4, 2, order);
        words({0, 0, 0, 1});
        return file;
    }
    words({0x0a0d0d0a, 28, 0x1a2b3c4d});
    append(file, 1, 2, order);
    append(file, 0, 2, order);
    words({~0U, ~0U, 28, 1, 20, order == byte_order::little ? 1U : 0x10000U, 0, 20});
    return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 20) return 0;
    bytes file = head(data[0]);
    const bytes_view piece(data + 1, size - 1);
    file.reserve(file_bytes + piece.size());
    while (file.size() < file_bytes) file.insert(file.end(), piece.begin(), piece.end());
    const reading plain = one_by_one(file);
    check_same(in_lanes(file), plain);
    check_same(unstored(file), plain);
    return 0;
}
