// A kind of row that no header of the library knows: every stored type, and more fields than one word of validity has.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/table/row_appender.hpp>

namespace testing {

// The fields, with fillers so that they lie in four words of validity: 0, 1, 2 and 3.
enum class message_field : std::uint16_t {
    when = 0,
    client = 1,
    server_port = 2,
    transport = 62,  // the last of word 0
    query = 63,      // the first of word 1
    raw = 64,
    answers = 65,
    ttls = 66,
    hop = 70,
    mac = 71,
    id = 72,
    size = 73,
    total = 74,
    host = 125,      // the last of word 1
    later = 126,     // the first of word 2
    resolver = 127,  // of another family than `client`
    path = 128,
    why = 129,
    interface = 130,
    body = 131,
    last = 199,
};
inline constexpr std::size_t message_fields = 200;

using pcapframe::column_traits;

}  // namespace testing

// Name, stored type, unit.
#define TESTING_MESSAGE_FIELDS(X)                                              \
    X(when, std::int64_t, "nanoseconds since 1970-01-01 UTC")                  \
    X(client, pcapframe::ip_octets, "")                                        \
    X(server_port, std::uint16_t, "")                                          \
    X(transport, pcapframe::protocol_id, "")                                   \
    X(query, pcapframe::owned_text, "")                                         \
    X(raw, pcapframe::bytes_view, "")                                          \
    X(answers, pcapframe::text_list, "")                                       \
    X(ttls, pcapframe::number_list, "seconds")                                 \
    X(hop, std::uint8_t, "")                                                   \
    X(mac, pcapframe::mac_address, "")                                         \
    X(id, std::uint16_t, "")                                                   \
    X(size, std::uint32_t, "bytes")                                            \
    X(total, std::uint64_t, "bytes")                                           \
    X(host, pcapframe::held_text, "")                                          \
    X(later, std::int64_t, "nanoseconds since 1970-01-01 UTC")                 \
    X(resolver, pcapframe::ip_octets, "")                                      \
    X(path, pcapframe::direction, "")                                          \
    X(why, pcapframe::stop, "")                                                \
    X(interface, pcapframe::interface_ref, "")                                 \
    X(body, pcapframe::held_text, "")                                          \
    X(last, std::uint32_t, "")

namespace pcapframe::inline v0_2 {
#define TESTING_TRAITS(field_name, stored_type, unit)           \
    template <>                                                 \
    struct column_traits<testing::message_field::field_name> { \
        using type = stored_type;                               \
    };
TESTING_MESSAGE_FIELDS(TESTING_TRAITS)
#undef TESTING_TRAITS
}  // namespace pcapframe

namespace testing {

inline constexpr std::array<pcapframe::field, message_fields> message_list = [] {
    std::array<pcapframe::field, message_fields> list{};
    for (pcapframe::field& f : list) f = {"filler", pcapframe::column_type::number8, "test", "nothing"};
#define TESTING_FIELD(field_name, stored_type, unit)                       \
    list[static_cast<std::size_t>(message_field::field_name)] = {          \
        #field_name, pcapframe::type_for<stored_type>(), "test", "a test", unit};
    TESTING_MESSAGE_FIELDS(TESTING_FIELD)
#undef TESTING_FIELD
    return list;
}();

[[nodiscard]] constexpr std::span<const pcapframe::field> fields_of(message_field) noexcept { return message_list; }

/// All of them that mean something, in the order of the list.
inline std::vector<message_field> all_message_fields() {
    return {
#define TESTING_NAME(field_name, stored_type, unit) message_field::field_name,
        TESTING_MESSAGE_FIELDS(TESTING_NAME)
#undef TESTING_NAME
    };
}

/// Four rows: one of everything, one of other values, one of nulls, one of what is empty.
inline void fill_messages(pcapframe::row_batch& out) {
    using enum message_field;
    auto list = std::make_shared<pcapframe::interface_list>();
    pcapframe::interface_info info;
    info.name = std::string("eth,0");
    list->push_back(info);
    pcapframe::row_appender<message_field> rows(out);
    static constexpr std::array<std::uint8_t, 3> bytes{0xde, 0xad, 0x2c};
    static const std::string host_bytes("caf\xe9 \"x\",y");
    static const std::string body_bytes("two\nlines");
    for (std::uint32_t i = 0; i < 2; ++i) {
        rows.put<when>(1'500'000'000'000'000'000 + i * 1'000);
        const std::array<std::uint8_t, 4> address{192, 0, 2, static_cast<std::uint8_t>(1 + i)};
        rows.put<client>(pcapframe::ip_address{pcapframe::ipv4_octets(address.data()), 4});
        rows.put<server_port>(static_cast<std::uint16_t>(53 + i));
        rows.put<transport>(pcapframe::ip_protocol_id(i == 0 ? 17 : 6));
        rows.put<query>(std::string_view(i == 0 ? "example.org" : "\xff.example"));
        rows.put<raw>(pcapframe::bytes_view(bytes).first(3 - i));
        const std::array<std::string_view, 2> answers_of{"192.0.2.7", "a \"b\""};
        rows.put<answers>(std::span<const std::string_view>(answers_of).first(2 - i));
        const std::array<std::uint64_t, 3> ttls_of{300, 0, ~std::uint64_t{0}};
        rows.put<ttls>(std::span<const std::uint64_t>(ttls_of).first(3 - i));
        rows.put<hop>(static_cast<std::uint8_t>(64 + i));
        rows.put<mac>(pcapframe::mac_address{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(i)}});
        rows.put<id>(static_cast<std::uint16_t>(0xbeef + i));
        rows.put<size>(100'000 + i);
        rows.put<total>(std::uint64_t{1} << (40 + i));
        rows.put<host>(pcapframe::held_text{i == 0 ? std::string_view(host_bytes) : "plain"});
        rows.put<later>(1'600'000'000'000'000'001 + i);
        rows.put<resolver>(pcapframe::ip_address{{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                                  static_cast<std::uint8_t>(1 + i)}, 6});
        rows.put<path>(i == 0 ? pcapframe::direction::in : pcapframe::direction::out);
        rows.put<why>(pcapframe::stop{pcapframe::stop_reason::truncated, pcapframe::layer::udp});
        rows.put<interface>(pcapframe::interface_ref{0});
        rows.put<body>(pcapframe::held_text{body_bytes});
        rows.put<last>(7 + i);
        rows.end_row();
    }
    rows.end_row();
    rows.put<query>(std::string_view());
    rows.put<raw>(pcapframe::bytes_view());
    rows.put<answers>(std::span<const std::string_view>());
    rows.put<ttls>(std::span<const std::uint64_t>());
    rows.put<host>(pcapframe::held_text{});
    rows.end_row();
    out.set_interfaces(list);
}

}  // namespace testing
