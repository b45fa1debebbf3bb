// Messages of application protocols: the columns of any payload, over UDP and TCP and on the ports of every protocol.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <pcapframe/decode/run_decoder.hpp>

#include "check.hpp"

namespace {

using namespace pcapframe;
using fuzzing::check;

constexpr std::array<std::uint16_t, 16> ports{53,  5353, 5355, 137, 443, 80, 67,  547,
                                              123, 22,   161,  5060, 1883, 9, 4433, 1812};

const interface_list interfaces(1);

/// An Ethernet frame with an IPv4 packet from a high port to `port`.
std::vector<std::uint8_t> frame_of(bool is_tcp, std::uint16_t port, bytes_view payload) {
    std::vector<std::uint8_t> frame(12);
    const auto big = [&](std::size_t value, int bytes) {
        while (bytes-- > 0) frame.push_back(static_cast<std::uint8_t>(value >> (8 * bytes)));
    };
    const std::size_t header = is_tcp ? 20 : 8;
    big(0x08004500, 4);
    big(20 + header + payload.size(), 2);
    big(0, 4);
    big(64, 1);
    big(is_tcp ? 6 : 17, 1);
    big(0, 2);
    big(0xc0000201c0000202, 8);
    big(50000, 2);
    big(port, 2);
    if (is_tcp) {
        big(0, 8);
        big(0x5018, 2);
        big(0, 6);
    } else {
        big(8 + payload.size(), 2);
        big(0, 2);
    }
    frame.insert(frame.end(), payload.begin(), payload.end());
    return frame;
}

void decode(batch& rows, bytes_view frame, std::size_t wire_bytes) {
    record r;
    r.data = frame.data();
    r.caplen = static_cast<std::uint32_t>(frame.size());
    r.len = static_cast<std::uint32_t>(wire_bytes);
    r.link_type = 1;
    rows.clear();
    decode_run(rows, {{&r, 1}, 1}, interfaces, {});
}

void check_text(std::string_view text) {
    while (!text.empty()) {
        const std::size_t sequence = text[0] == 0 ? 0 : utf8_sequence(text);
        check(sequence != 0, "made texts are UTF-8 without zeros");
        text.remove_prefix(sequence);
    }
}

/// Texts are valid, and columns of a packet without a message are null.
void check_values(const batch& rows) {
    const bool has_message = rows.get<column::message>()[0].has_value();
    each_column([&](auto c) {
        if (!message_columns.has(c)) return;
        const auto value = rows.get<c()>()[0];
        if (!value) return;
        check(has_message, "values come with a message");
        if constexpr (type_of(c()) == column_type::owned_text) check_text(*value);
        if constexpr (type_of(c()) == column_type::texts)
            for (const std::string_view text : *value) check_text(text);
    });
}

template <class Value>
bool is_same(const std::optional<Value>& a, const std::optional<Value>& b) {
    if constexpr (requires { a->begin(); })
        return a.has_value() == b.has_value() && (!a || std::equal(a->begin(), a->end(), b->begin(), b->end()));
    else return a == b;
}

/// What is there of a cut frame with the same message is as in the whole frame.
void check_cut(const batch& whole, const batch& cut) {
    if (cut.get<column::message>()[0] != whole.get<column::message>()[0]) return;
    each_column([&](auto c) {
        if (!message_columns.has(c)) return;
        const auto value = cut.get<c()>()[0];
        check(!value || is_same(value, whole.get<c()>()[0]), "a cut message has the values of the whole one");
    });
}

/// A column asked for alone is as among all.
template <column C>
void check_alone(const batch& all, bytes_view frame) {
    static batch alone(column_order{C});
    decode(alone, frame, frame.size());
    check(is_same(alone.get<C>()[0], all.get<C>()[0]), "a column alone has the same value");
}

/// What an Initial packet of QUIC carries, which no input could be sealed as.
void read_quic_frames(bytes_view frames) {
    std::array<std::uint8_t, 512> room{};
    message::quic_crypto_stream stream(room);
    stream.add_frames(frames);
    check(stream.bytes().size() <= room.size(), "a handshake stays in its room");
    check(stream.bytes().size() <= frames.size(), "and has no more bytes than its frames");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1 || size > 20'000) return 0;
    const bool is_tcp = (data[0] & 0x80) != 0;
    const std::vector<std::uint8_t> frame = frame_of(is_tcp, ports[data[0] % ports.size()], {data + 1, size - 1});
    read_quic_frames({data + 1, size - 1});
    static batch all(order_of(message_columns));
    static batch cut(order_of(message_columns));
    decode(all, frame, frame.size());
    check(all.rows() == 1, "a packet is a row");
    check_values(all);
    check_alone<column::message>(all, frame);
    check_alone<column::dns_query>(all, frame);
    check_alone<column::dns_answers>(all, frame);
    check_alone<column::tls_sni>(all, frame);
    check_alone<column::tls_ja4>(all, frame);
    const std::uint64_t hash = fuzzing::hash_of(data, size);
    for (unsigned i = 0; i < 4 && size > 1; ++i) {
        const std::size_t left_out = 1 + (hash >> (16 * i) & 0xffff) % (size - 1);
        const std::vector<std::uint8_t> captured(frame.begin(), frame.end() - static_cast<std::ptrdiff_t>(left_out));
        decode(cut, captured, frame.size());
        check_values(cut);
        check_cut(all, cut);
    }
    return 0;
}
