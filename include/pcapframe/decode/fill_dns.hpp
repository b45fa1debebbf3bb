// The columns of DNS messages and their kin.
#pragma once

#include <pcapframe/decode/message_row.hpp>
#include <pcapframe/message/dns_rdata.hpp>
#include <pcapframe/message/protocols.hpp>

namespace pcapframe::inline v0_2 {

/// Fills the columns of one message. The header has been checked.
class dns_filler {
public:
    dns_filler(message_row& row, const message::found_message& found) noexcept
        : row_(row), kind_(found.protocol), bytes_(found.message.bytes) {}

    void fill() {
        const auto header = message::dns_header_view::of(bytes_.data());
        row_.put<column::dns_id>(header.id());
        row_.put<column::dns_response>(static_cast<std::uint8_t>(header.is_response()));
        opcode(header.opcode());
        flags(header.flags());
        if (row_.wants_any(question_columns)) question();
        if (row_.wants_any(section_columns)) sections(header);
    }

private:
    static constexpr column_set question_columns{column::dns_query, column::dns_type, column::dns_class};
    static constexpr column_set section_columns{column::dns_rcode, column::dns_answers, column::dns_ttls,
                                                column::dns_edns_size, column::dns_client_subnet};

    [[nodiscard]] bool is(message::protocol kind) const noexcept { return kind_ == kind; }

    void opcode(unsigned number) {
        std::string_view name = dns_registry::name_in(dns_registry::opcode_list, number);
        if (is(message::protocol::nbns)) name = dns_registry::name_in(dns_registry::nbns_opcode_list, number);
        row_.put_name<column::dns_opcode>(name, "OPCODE", number);
    }

    void flags(std::uint16_t value) {
        row_.put_made<column::dns_flags>([&](message::made_text& out) {
            const auto write = [&](const auto& list) {
                for (const dns_registry::numbered_name& flag : list)
                    if ((value & flag.number) != 0) (out.empty() ? out : out.add(' ')).add(flag.name);
            };
            if (is(message::protocol::llmnr)) write(dns_registry::llmnr_flag_list);
            else if (is(message::protocol::nbns)) write(dns_registry::nbns_flag_list);
            else write(dns_registry::flag_list);
        });
    }

    void question() {
        const auto question = message::dns_sections(bytes_).next_question();
        if (!question) return;
        row_.put_made<column::dns_query>([&](message::made_text& out) { name(out, question->name); });
        std::string_view type = dns_registry::name_in(dns_registry::type_list, question->type);
        if (is(message::protocol::nbns)) type = dns_registry::name_in(dns_registry::nbns_type_list, question->type);
        row_.put_name<column::dns_type>(type, "TYPE", question->type);
        // Of mDNS the highest bit is no part of the class: it asks for a unicast response.
        const unsigned mask = is(message::protocol::mdns) ? 0x7fffU : 0xffffU;
        const unsigned number = question->class_number & mask;
        row_.put_name<column::dns_class>(dns_registry::name_in(dns_registry::class_list, number), "CLASS", number);
    }

    void name(message::made_text& out, const message::dns_name& name) const {
        if (is(message::protocol::nbns) && message::is_netbios_name(name))
            message::write_encoded_netbios_name(out, name);
        else name.write(out);
    }

    void sections(message::dns_header_view header) {
        message::dns_edns edns;
        bool has_edns = false;
        message::dns_sections sections(bytes_);
        std::size_t count = 0;
        for (; const auto record = sections.next_record(); ++count) {
            constexpr std::uint16_t opt = 41;
            const bool is_additional = count >= std::size_t{header.answers()} + header.authorities();
            if (!is_additional || record->type != opt || has_edns) continue;
            has_edns = true;
            edns = message::edns_of(*record);
        }
        // The OPT record, which has the upper bits, is among the last.
        const bool is_rcode_there = sections.ok() || header.additionals() == 0;
        if (header.is_response() && is_rcode_there) rcode(header.rcode() | unsigned{edns.extended_rcode} << 4);
        if (has_edns) put_edns(edns);
        const bool is_there = sections.ok() || count >= header.answers();
        if (is_there && (header.is_response() || header.answers() != 0)) answers(header.answers());
    }

    void rcode(unsigned number) {
        row_.put_name<column::dns_rcode>(dns_registry::name_in(dns_registry::rcode_list, number), "RCODE", number);
    }

    void put_edns(const message::dns_edns& edns) {
        row_.put<column::dns_edns_size>(edns.udp_payload_size);
        const auto subnet = message::edns_option(edns, message::edns_client_subnet);
        if (!subnet || !message::is_client_subnet(*subnet)) return;
        row_.put_made<column::dns_client_subnet>(
            [&](message::made_text& out) { message::write_client_subnet(out, *subnet); });
    }

    void answers(std::size_t count) {
        row_.put_texts<column::dns_answers>([&](auto add) {
            each_answer(count, [&](const message::dns_record& record) {
                add([&](message::made_text& out) {
                    if (!is(message::protocol::nbns) || !message::write_netbios_data(out, record))
                        message::write_rdata(out, bytes_, record);
                });
            });
        });
        row_.put_numbers<column::dns_ttls>([&](auto add) {
            each_answer(count, [&](const message::dns_record& record) { add(record.ttl); });
        });
    }
    template <class Use>
    void each_answer(std::size_t count, Use use) {
        message::dns_sections sections(bytes_);
        for (std::size_t i = 0; i < count; ++i)
            if (const auto record = sections.next_record()) use(*record);
    }

    message_row& row_;
    message::protocol kind_;
    bytes_view bytes_;
};

}  // namespace pcapframe
