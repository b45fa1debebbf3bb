// What the tests of all header views share.
#pragma once

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

#include "../bytes/hex.hpp"

namespace testing {

/// Whether the view takes exactly these bytes and more, and no shorter part of them.
template <class View>
constexpr bool needs_all_of(bytes_view header) {
    for (std::size_t length = 0; length < header.size(); ++length)
        if (View::check(header.first(length))) return false;
    return View::check(header).has_value();
}

/// Whether the view leads on to `kind` (or an ethertype) after `bytes` bytes.
template <class View>
constexpr bool leads_to(bytes_view header, std::size_t bytes, pcapframe::layer kind, std::uint16_t ethertype = 0) {
    const auto view = View::check(header);
    if (!view) return false;
    const pcapframe::wire::next_header next = view->next();
    return next.bytes == bytes && next.kind == kind && next.ethertype == ethertype;
}

/// The same for an ethertype.
template <class View>
constexpr bool leads_to_type(bytes_view header, std::size_t bytes, std::uint16_t ethertype) {
    return leads_to<View>(header, bytes, pcapframe::layer::none, ethertype);
}

}  // namespace testing
