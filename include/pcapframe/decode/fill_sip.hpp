// The columns of SIP.
#pragma once

#include <pcapframe/decode/message_row.hpp>
#include <pcapframe/message/sip.hpp>

namespace pcapframe::inline v0_2 {

/// Fills the columns of one message. A header that comes more than once counts where it comes first.
inline void fill_sip(message_row& row, bytes_view message) {
    const auto start = message::parse_sip_start(message);
    if (!start) return;
    if (start->method.empty()) row.put<column::sip_status>(start->status);
    else row.put_made<column::sip_method>([&](message::made_text& out) { out.add_bytes(start->method); });
    if (!row.wants_any({column::sip_from, column::sip_to, column::sip_call_id})) return;
    column_set seen;
    const auto is_first = [&](column c) {
        const bool first = !seen.has(c);
        seen |= c;
        return first;
    };
    message::each_header(message, [&](std::string_view name, std::string_view value) {
        const auto address = [value](message::made_text& out) { message::write_sip_address(out, value); };
        switch (message::sip_header_of(name)) {
            case message::sip_header::from:
                if (is_first(column::sip_from)) row.put_made<column::sip_from>(address);
                break;
            case message::sip_header::to:
                if (is_first(column::sip_to)) row.put_made<column::sip_to>(address);
                break;
            case message::sip_header::call_id:
                if (is_first(column::sip_call_id))
                    row.put_made<column::sip_call_id>([value](message::made_text& out) { out.add_bytes(value); });
                break;
            case message::sip_header::none: break;
        }
    });
}

}  // namespace pcapframe
