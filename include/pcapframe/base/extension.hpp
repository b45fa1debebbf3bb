// Formats by the extensions of file names: THE way in which a path chooses a format.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include <pcapframe/base/result.hpp>
#include <pcapframe/base/text.hpp>

namespace pcapframe::inline v0_2 {

/// Whether a path ends in an extension (".csv"), in either case.
[[nodiscard]] constexpr bool has_extension(std::string_view path, std::string_view extension) noexcept {
    return path.size() >= extension.size() &&
           equal_ignoring_case(path.substr(path.size() - extension.size()), extension);
}

/// Whether a file's name has any extension: a dot behind its first letter.
[[nodiscard]] constexpr bool has_extension(std::string_view path) noexcept {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    return name.rfind('.') != std::string_view::npos && name.rfind('.') != 0;
}

/// THE list of extensions that ask for compressed output (codec/packers.hpp has who packs): rows.csv.gz.
inline constexpr std::array<std::string_view, 2> packed_extensions{".gz", ".lz4"};

/// The path without an extension that asks for compression: what is left says the format of what is compressed.
[[nodiscard]] constexpr std::string_view without_packing(std::string_view path) noexcept {
    for (const std::string_view extension : packed_extensions)
        if (has_extension(path, extension)) return path.substr(0, path.size() - extension.size());
    return path;
}

namespace detail {

/// Whether files of a row's format may be compressed as a whole: not where the format says that it is packed inside,
/// or read from its end.
template <class Row>
[[nodiscard]] constexpr bool may_be_packed(const Row& row) noexcept {
    if constexpr (requires { row.is_binary; }) return !row.is_binary;
    else return true;
}

/// Whether a path ends in the extension of a row of a list of formats, or in one of its synonyms.
template <class Known>
[[nodiscard]] constexpr bool has_extension_of(std::string_view path, const Known& known) noexcept {
    if (has_extension(path, known.extension)) return true;
    if constexpr (requires { known.synonyms; }) {
        for (std::string_view left = known.synonyms; !left.empty();) {
            const std::size_t end = left.find(' ');
            if (has_extension(path, left.substr(0, end))) return true;
            left.remove_prefix(end == std::string_view::npos ? left.size() : end + 1);
        }
    }
    return false;
}

/// "a file name that ends in .a, .b or .c (or name a format)", with a terminating zero.
template <const auto& Known>
inline constexpr auto extension_wanted = [] {
    constexpr auto write = [](auto use) {
        use("a file name that ends in ");
        for (std::size_t i = 0; i < std::size(Known); ++i) {
            if (i != 0) use(i + 1 == std::size(Known) ? " or " : ", ");
            use(Known[i].extension);
        }
        use(" (or name a format)");
    };
    constexpr std::size_t bytes = [write] {
        std::size_t sum = 0;
        write([&](std::string_view part) { sum += part.size(); });
        return sum;
    }();
    std::array<char, bytes + 1> text{};
    std::size_t at = 0;
    write([&](std::string_view part) {
        for (const char c : part) text[at++] = c;
    });
    return text;
}();

}  // namespace detail

/// The row of a list of formats (an array whose elements have an `extension`, and may have `synonyms`) that a path asks
/// for. Errors: bad_value for a path that asks for none of them; the message names the known extensions. A program that
/// guessed a format then would write what nobody has asked for. The extension of a compression behind that of a format
/// is stepped over.
template <const auto& Known>
[[nodiscard]] result<const std::remove_cvref_t<decltype(Known[0])>*> find_by_extension(std::string_view path) {
    for (const auto& known : Known) {
        const std::string_view name = detail::may_be_packed(known) ? without_packing(path) : path;
        if (detail::has_extension_of(name, known)) return &known;
        if (detail::has_extension_of(without_packing(path), known))
            return error{.code = errc::bad_value,
                         .detail = "a name without .gz or .lz4, since this format packs its own parts",
                         .subject = path};
    }
    return error{.code = errc::bad_value, .detail = detail::extension_wanted<Known>.data(), .subject = path};
}

}  // namespace pcapframe
