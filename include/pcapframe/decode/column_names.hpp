// The option `columns` of a read: which columns, as a text of names, as constants, or as a list of either.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <pcapframe/decode/packet_columns.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// Text, and no null pointer, which a string_view would be made of, too.
template <class Text>
concept column_text =
    std::is_convertible_v<const Text&, std::string_view> && !std::is_null_pointer_v<std::remove_cvref_t<Text>>;

}  // namespace detail

class column_name;

namespace detail {

template <class List>
concept list_of_column_names = !column_text<List> && requires(const List& list) {
    { *std::begin(list) } -> std::convertible_to<column_name>;
    std::end(list);
};

}  // namespace detail

/// One column of a list, by its name or its constant. A view of the name: not to be kept.
class column_name {
public:
    template <detail::column_text Text>
    constexpr column_name(const Text& name) : name_(std::string_view(name)) {}
    constexpr column_name(column constant) noexcept : name_(name_of(constant)) {}

    [[nodiscard]] constexpr std::string_view text() const noexcept { return name_; }

private:
    std::string_view name_;
};

/// Which columns a read gives, in their order. Names are looked up when the capture is opened, where a wrong one is an
/// error that carries the nearest right one. Anything that is neither names nor constants does not compile.
///
///     open_pcap(path, {.columns = "time,len"});
///     open_pcap(path, {.columns = {"time", "len"}});
///     open_pcap(path, {.columns = {column::time, column::len}});
///     open_pcap(path, {.columns = names});  // a vector, array or span of names or constants
class column_names {
public:
    /// The columns of a table whose reader did not ask for others. An empty text or list means the same.
    column_names() = default;

    /// Names, separated by commas.
    template <detail::column_text Text>
    column_names(const Text& names) : text_(std::string_view(names)) {}

    column_names(column constant) : text_(name_of(constant)) {}

    column_names(std::initializer_list<column_name> list) { join(list); }

    /// Any other list of names or constants.
    template <detail::list_of_column_names List>
    column_names(const List& list) {
        join(list);
    }

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    /// The names, separated by commas: the form in which catalogs, commands and split lines have them.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    friend bool operator==(const column_names&, const column_names&) = default;

private:
    template <class List>
    void join(const List& list) {
        bool is_first = true;
        for (const column_name each : list) {
            if (!std::exchange(is_first, false)) text_ += ',';
            text_ += each.text();
        }
    }

    std::string text_;
};

}  // namespace pcapframe
