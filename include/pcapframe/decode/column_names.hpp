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

template <class Field>
class basic_column_name;

namespace detail {

template <class List, class Field>
concept list_of_column_names = !column_text<List> && requires(const List& list) {
    { *std::begin(list) } -> std::convertible_to<basic_column_name<Field>>;
    std::end(list);
};

}  // namespace detail

/// One column of a list, by its name or its constant. A view of the name: not to be kept.
template <class Field>
class basic_column_name {
public:
    template <detail::column_text Text>
    constexpr basic_column_name(const Text& name) : name_(std::string_view(name)) {}
    constexpr basic_column_name(Field constant) noexcept : name_(name_of(constant)) {}

    [[nodiscard]] constexpr std::string_view text() const noexcept { return name_; }

private:
    std::string_view name_;
};

/// Which columns of a kind of rows a read gives, in their order. Names are looked up when the capture is opened, where
/// a wrong one is an error that carries the nearest right one. Anything that is neither names nor constants does not
/// compile.
///
///     open_pcap(path, {.columns = "time,len"});
///     open_pcap(path, {.columns = {"time", "len"}});
///     open_pcap(path, {.columns = {column::time, column::len}});
///     open_pcap(path, {.columns = names});  // a vector, array or span of names or constants
template <class Field>
class basic_column_names {
public:
    /// The columns of a table whose reader did not ask for others. An empty text or list means the same.
    basic_column_names() = default;

    /// Names, separated by commas.
    template <detail::column_text Text>
    basic_column_names(const Text& names) : text_(std::string_view(names)) {}

    basic_column_names(Field constant) : text_(name_of(constant)) {}

    basic_column_names(std::initializer_list<basic_column_name<Field>> list) { join(list); }

    /// Any other list of names or constants.
    template <detail::list_of_column_names<Field> List>
    basic_column_names(const List& list) {
        join(list);
    }

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    /// The names, separated by commas: the form in which catalogs, commands and split lines have them.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    friend bool operator==(const basic_column_names&, const basic_column_names&) = default;

private:
    template <class List>
    void join(const List& list) {
        bool is_first = true;
        for (const basic_column_name<Field> each : list) {
            if (!std::exchange(is_first, false)) text_ += ',';
            text_ += each.text();
        }
    }

    std::string text_;
};

/// Columns of packets.
using column_names = basic_column_names<column>;

}  // namespace pcapframe
