// The columns of NTP.
#pragma once

#include <pcapframe/decode/message_row.hpp>
#include <pcapframe/message/ntp.hpp>

namespace pcapframe::inline v0_2 {

/// Fills the columns of one message.
inline void fill_ntp(message_row& row, bytes_view message) {
    const std::uint8_t mode = message::ntp_mode(message);
    row.put<column::ntp_version>(message::ntp_version(message));
    row.put_constant<column::ntp_mode>(message::ntp_mode_name(mode));
    const auto header = message::ntp_view::check(message);
    if (!header || mode > 5) return;
    row.put<column::ntp_stratum>(header->stratum());
    row.put_made<column::ntp_reference>(
        [&](message::made_text& out) { message::write_ntp_reference(out, *header); });
}

}  // namespace pcapframe
