#include "row_output.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <pcapframe/base/extension.hpp>
#include <pcapframe/export/all_formats.hpp>
#include <pcapframe/packets/packet_file.hpp>
#include <pcapframe/source/paths.hpp>

namespace {

struct known_extension {
    std::string_view extension;
    std::string_view synonyms{};
    bool is_binary = false;
};

/// What -o may end in.
constexpr std::array extensions = [] {
    std::array<known_extension, pcapframe::all_formats.size() + pcapframe::packet_formats.size()> all{};
    std::size_t count = 0;
    for (const pcapframe::output_format& format : pcapframe::all_formats)
        all[count++] = {format.extension, format.synonyms, format.is_binary};
    for (const pcapframe::packet_format_info& info : pcapframe::packet_formats) all[count++] = {info.extension};
    return all;
}();

/// Whether an option offers every format, in the order of the list.
constexpr bool offers_all_formats(const option_spec& flag) {
    std::string_view rest = flag.choices;
    for (const pcapframe::output_format& format : pcapframe::all_formats) {
        if (!rest.starts_with(format.name)) return false;
        rest.remove_prefix(format.name.size());
        if (rest.starts_with(' ')) rest.remove_prefix(1);
    }
    return rest.empty();
}
static_assert(offers_all_formats(row_format_flag));

pcapframe::result<const pcapframe::output_format*> chosen_format(const arguments& given) {
    if (given.has("--format")) return pcapframe::find_format(given.value("--format"), pcapframe::all_formats);
    const std::string path = given.value("-o", "-");
    if (path == "-") return &pcapframe::all_formats.front();
    // The message names the extensions of capture files, too: those files were taken by names_packet_format before.
    if (const auto known = pcapframe::find_by_extension<extensions>(path); !known) return known.error();
    const auto format = pcapframe::format_of_path<pcapframe::all_formats>(path);
    if (format && pcapframe::has_extension(pcapframe::without_packing(path), ".json"))
        complain(path + ": JSON lines, one object for each row");
    return format;
}

}  // namespace

std::size_t terminal_width(int descriptor) {
    constexpr std::size_t usual = 80;
    winsize size{};
    if (::isatty(descriptor) != 1) return 0;
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
    return size.ws_col;
}

pcapframe::result<void> check_terminal(const std::string& path) {
    if (path != "-" || ::isatty(STDOUT_FILENO) != 1) return {};
    return pcapframe::error{.code = pcapframe::errc::bad_value,
                            .detail = "a place for what is no text: name a file (-o PATH), or send it to a pipe",
                            .subject = std::string_view("the terminal")};
}

pcapframe::result<row_output> open_row_output(const arguments& given, const std::vector<std::string>& files) {
    const auto format = chosen_format(given);
    if (!format) return format.error();
    const std::string path = given.value("-o", "-");
    const pcapframe::result<void> apart = pcapframe::check_output(path, files);
    if (!apart) return apart.error();
    if ((*format)->is_binary)
        if (const auto fits = check_terminal(path); !fits) return fits.error();
    const auto times = pcapframe::find_time_form(given.value("--time", "utc"));
    if (!times) return times.error();
    if ((*format)->is_binary && given.has("--time"))
        return pcapframe::error{.code = pcapframe::errc::bad_value,
                                .detail = "an option for this format, whose times are in UTC always",
                                .subject = std::string_view("--time")};
    // Half a Parquet file is of no use, but a text file may be looked at while it grows.
    auto created = (*format)->is_binary ? pcapframe::whole_file::create(path) : pcapframe::whole_file::directly(path);
    if (!created) return created.error();
    auto file = std::make_unique<pcapframe::whole_file>(std::move(*created));
    pcapframe::sink& sink = file->out();
    const pcapframe::print_options print{
        .width = path == "-" ? terminal_width(STDOUT_FILENO) : 0, .all_rows = given.has("--all"), .times = *times};
    // Rows that go to a terminal as they come would run into the progress line.
    const bool rows_on_terminal = print.width != 0 && ((*format)->name != "table" || print.all_rows);
    return row_output{std::move(file), sink, (*format)->make(print), !given.has("--no-progress") && !rows_on_terminal,
                      (*format)->name};
}
