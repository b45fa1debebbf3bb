// The option `filter` of a read: nothing, a compiled filter, or text together with what compiles it.
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pcapframe/base/result.hpp>
#include <pcapframe/filter/packet_filter.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// Defined in pcapframe/filter.hpp: text is a filter only where what compiles it is included, too. The compiler is
/// larger than all that reading needs otherwise.
template <class Text>
struct text_as_a_filter_needs_pcapframe_filter_hpp;

template <class Text>
concept filter_text = std::is_convertible_v<const Text&, std::string_view>;

}  // namespace detail

/// Which packets are wanted, for `read_options::filter` and `live_options::filter`.
///
///     #include <pcapframe/filter.hpp>
///     auto source = open_pcap("x.pcap", {.filter = "tcp port 443 and host 192.0.2.1"});
///
/// Compiled filters and selectors need no header beside the one that they are from. Copies share what is compiled.
class filter_option {
public:
    /// All packets.
    filter_option() = default;

    /// An expression of pcap-filter(7); empty for all packets. It is compiled, and may be refused, when the capture is
    /// opened.
    template <detail::filter_text Text>
    filter_option(const Text& expression)
        : text_(std::string_view(expression)),
          compile_(&detail::text_as_a_filter_needs_pcapframe_filter_hpp<Text>::compile) {}

    /// A filter that is compiled; null for all packets.
    filter_option(shared_filter compiled) : compiled_(std::move(compiled)) {
        if (compiled_) text_ = compiled_->text();
    }

    /// A selector of one's own. What is opened with it cannot be written to a catalog or kept in the cache.
    template <std::derived_from<record_selector> Selector>
    filter_option(std::shared_ptr<Selector> selector)
        : filter_option(selector ? std::make_shared<const selector_filter>(std::move(selector)) : nullptr) {}

    [[nodiscard]] bool empty() const noexcept { return !compiled_ && text_.empty(); }
    /// The expression; empty where there is none.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// Whether the text says all of it.
    [[nodiscard]] bool has_text() const noexcept { return !text_.empty() || !compiled_; }

    /// The filter, compiled; null for all packets. Errors: an expression that is none, with the place.
    [[nodiscard]] result<shared_filter> compiled() const {
        if (compiled_ || text_.empty()) return compiled_;
        return compile_(text_);
    }

    /// Those of one text are equal, and of those without text the very same.
    friend bool operator==(const filter_option& a, const filter_option& b) noexcept {
        return a.text_ == b.text_ && (!a.text_.empty() || a.compiled_ == b.compiled_);
    }
    template <detail::filter_text Text>
    friend bool operator==(const filter_option& a, const Text& text) noexcept {
        return a.has_text() && a.text_ == std::string_view(text);
    }

private:
    std::string text_;
    result<shared_filter> (*compile_)(std::string_view text) = nullptr;
    shared_filter compiled_;
};

}  // namespace pcapframe
