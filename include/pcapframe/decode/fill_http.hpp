// The columns of HTTP/1 and SSDP. Of what a header may hold that is secret, nothing is shown: no cookie's value, no
// credentials, no password in a URI.
#pragma once

#include <charconv>

#include <pcapframe/decode/message_row.hpp>
#include <pcapframe/message/http.hpp>

namespace pcapframe::inline v0_2 {

/// Fills the columns of one message. A header that comes more than once counts where it comes first.
class http_filler {
public:
    explicit http_filler(message_row& row) noexcept : row_(row) {}

    void fill(bytes_view message) {
        const auto start = message::parse_http_start(message);
        if (!start) return;
        row_.put_made<column::http_version>([&](message::made_text& out) { out.add_bytes(start->version); });
        if (start->method.empty()) {
            row_.put<column::http_status>(start->status);
        } else {
            row_.put_made<column::http_method>([&](message::made_text& out) { out.add_bytes(start->method); });
            row_.put_made<column::http_uri>([&](message::made_text& out) { message::write_uri(out, start->uri); });
        }
        if (row_.wants_any(header_columns)) headers(message);
        if (row_.wants(column::http_cookie_names)) cookies(message);
    }

private:
    static constexpr column_set header_columns{
        column::http_host,         column::http_user_agent,     column::http_referer,
        column::http_content_type, column::http_content_length, column::http_server};

    void headers(bytes_view message) {
        message::each_header(message, [&](std::string_view name, std::string_view value) {
            // By its length first: most headers are none of these.
            switch (name.size()) {
                case 4: text<column::http_host>("host", name, value); break;
                case 6: text<column::http_server>("server", name, value); break;
                case 7: referer(name, value); break;
                case 10: text<column::http_user_agent>("user-agent", name, value); break;
                case 12: text<column::http_content_type>("content-type", name, value); break;
                case 14: length(name, value); break;
                default: break;
            }
        });
    }

    /// Whether a header of this column comes, and for the first time.
    template <column C>
    bool is_first(std::string_view wanted, std::string_view name) noexcept {
        if (!row_.wants(C) || seen_.has(C) || !equal_ignoring_case(name, wanted)) return false;
        seen_ |= C;
        return true;
    }
    template <column C>
    void text(std::string_view wanted, std::string_view name, std::string_view value) {
        if (is_first<C>(wanted, name)) row_.put_made<C>([&](message::made_text& out) { out.add_bytes(value); });
    }
    void referer(std::string_view name, std::string_view value) {
        if (is_first<column::http_referer>("referer", name))
            row_.put_made<column::http_referer>([&](message::made_text& out) { message::write_uri(out, value); });
    }
    void length(std::string_view name, std::string_view value) {
        if (!is_first<column::http_content_length>("content-length", name)) return;
        std::uint64_t number = 0;
        const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
        if (read.ec == std::errc() && read.ptr == value.data() + value.size())
            row_.put<column::http_content_length>(number);
    }

    void cookies(bytes_view message) {
        bool has_cookies = false;
        const bool are_all_there = message::each_header(message, [&](std::string_view name, std::string_view value) {
            message::each_cookie_name(name, value, [&](std::string_view) { has_cookies = true; });
        });
        if (!are_all_there || !has_cookies) return;
        row_.put_texts<column::http_cookie_names>([&](auto add) {
            message::each_header(message, [&](std::string_view name, std::string_view value) {
                message::each_cookie_name(name, value, [&](std::string_view cookie) {
                    add([cookie](message::made_text& out) { out.add_bytes(cookie); });
                });
            });
        });
    }

    message_row& row_;
    column_set seen_;
};

}  // namespace pcapframe
