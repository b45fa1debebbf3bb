// A file read in pieces gives what one reader gives. The input is repeated, so that there are pieces, and boundaries to
// guess right and wrong; its first byte says how large they are. No threads: what they do is done in turn.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <pcapframe/source/pieces.hpp>

#include "check.hpp"

namespace {

using namespace pcapframe;

class record_list {
public:
    void clear() { items_.clear(); }
    result<bool> add_next(record_reader& reader) {
        const record_run run = reader.next();
        items_.insert(items_.end(), run.records.begin(), run.records.end());
        return !run.empty();
    }
    [[nodiscard]] const std::vector<record>& items() const { return items_; }

private:
    std::vector<record> items_;
};

bool same(const record& a, const record& b) {
    return a.data == b.data && a.caplen == b.caplen && a.len == b.len && a.time == b.time &&
           a.interface == b.interface && a.link_type == b.link_type;
}

/// A file of its own for the life of the process, since pieces are those of mapped files.
std::shared_ptr<const mapped_file> mapped(const std::vector<std::uint8_t>& bytes) {
    static std::FILE* const file = std::tmpfile();
    fuzzing::check(file != nullptr, "there is room for a temporary file");
    const int fd = ::fileno(file);
    fuzzing::check(::ftruncate(fd, 0) == 0, "the file can be emptied");
    fuzzing::check(::pwrite(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "and written");
    const auto mapping = mapped_file::map({file_descriptor(fd, false), true, bytes.size()});
    fuzzing::check(mapping.has_value(), "and mapped");
    return *mapping;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 26) return 0;
    const std::uint64_t piece_bytes = 64 + 16 * std::uint64_t{data[0]};
    std::vector<std::uint8_t> bytes(data + 1, data + size);
    // Again with a section of a pcapng, or without the file header of a pcap.
    const std::uint8_t* const again = (data[0] & 1) != 0 ? data + 1 : data + 1 + pcap_header::bytes;
    while (bytes.size() < 12'000 && bytes.size() < 20 * size) bytes.insert(bytes.end(), again, data + size);
    const auto mapping = mapped(bytes);
    auto one = std::make_shared<interface_list>();
    const auto walker = capture_walker::open(mapping->bytes(), one);
    if (!walker) return 0;
    record_reader whole = record_reader::resume("whole", mapping, *walker, ~std::uint64_t{0}, 1, one);
    record_list expected;
    while (*expected.add_next(whole)) continue;
    if (!whole.walker().maker().empty()) return 0;  // other makers' files are not read in pieces

    std::vector<std::unique_ptr<record_list>> products;
    for (int i = 0; i < 3; ++i) products.push_back(std::make_unique<record_list>());
    detail::piece_reader<record_list> pieces({"whole", mapping, piece_bytes}, std::move(products));
    auto interfaces = std::make_shared<interface_list>();
    std::vector<record> joined;
    const auto outcome = pieces.read(0, interfaces, [&](record_list& made, std::uint64_t frames, std::uint64_t) {
        fuzzing::check(frames == joined.size(), "pieces come in order");
        joined.insert(joined.end(), made.items().begin(), made.items().end());
        return true;
    });
    fuzzing::check(outcome.has_value(), "what one reader opens can be read in pieces");
    fuzzing::check(joined.size() == expected.items().size(), "pieces give as many records as one reader");
    for (std::size_t i = 0; i < joined.size(); ++i)
        fuzzing::check(same(joined[i], expected.items()[i]), "and the same ones");
    fuzzing::check(interfaces->size() == whole.interfaces()->size(), "and the same interfaces");
    fuzzing::check(outcome->damage.has_value() == whole.damage().has_value(), "and the same damage");
    if (outcome->damage)
        fuzzing::check(outcome->damage->message() == whole.damage()->message(), "in the same words");
    return 0;
}
