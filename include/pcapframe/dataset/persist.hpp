// Copies of sources: one file in any format (`export_to`), or a Parquet file in a cache folder from which the same rows
// are read again as long as their captures have not changed (`persist`).
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcapframe/base/version.hpp>
#include <pcapframe/bytes/hash.hpp>
#include <pcapframe/dataset/cache_entry.hpp>
#include <pcapframe/dataset/dataset.hpp>
#include <pcapframe/dataset/parquet_copy.hpp>
#include <pcapframe/export/all_formats.hpp>
#include <pcapframe/export/whole_file.hpp>
#include <pcapframe/io/file_stamp.hpp>
#include <pcapframe/source/source.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// Writes all rows to one file, which has its name once it is complete; returns the number of rows.
template <class Source>
result<std::uint64_t> write_file(Source& source, const std::string& path, row_writer& writer,
                                 const whole_file_options& options) {
    if constexpr (requires { source.files(); }) {
        const result<void> apart = check_output(path, source.files());
        if (!apart) return apart.error();
    }
    result<whole_file> file = whole_file::create(path, options);
    if (!file) return file.error();
    std::uint64_t count = 0;
    const auto on_progress = [&](std::uint64_t, std::uint64_t rows) { count = rows; };
    const result<void> written = source.write(file->out(), writer, on_progress);
    if (!written) return written.error();
    const result<void> committed = file->commit();
    if (!committed) return committed.error().about(path);
    return count;
}

/// Copies in the cache are for their owner alone: the captures may be private, too.
inline constexpr mode_t cache_folder_mode = 0700;
inline constexpr whole_file_options cache_file{.mode = 0600, .durable = true};

}  // namespace detail

namespace detail {

/// A table as what writes its rows.
struct written_table {
    const batch& rows;

    template <class Progress>
    result<void> write(sink& out, row_writer& writer, Progress on_progress) const {
        writer.begin(out, rows.columns());
        if (!rows.empty()) writer.write(out, rows);
        writer.finish(out);
        on_progress(std::uint64_t{0}, std::uint64_t{rows.rows()});
        return {};
    }
};

}  // namespace detail

/// What writes its rows: a pcap_source all of them, a live_source its next chunk.
template <class Source>
concept writes_rows = requires(Source& source, sink& out, row_writer& writer) {
    { source.write(out, writer, [](std::uint64_t, std::uint64_t) {}) } -> std::same_as<result<void>>;
};

/// Writes all rows, or the next chunk of an interface, to one file, which has its name once it is complete and on the
/// disk; returns the number of rows. The format is named, or chosen by the path's extension where `format` is empty.
/// Errors: an extension that is not known, among others.
template <writes_rows Source>
[[nodiscard]] result<std::uint64_t> export_to(Source& source, const std::string& path, std::string_view format = {}) {
    const result<const output_format*> chosen =
        format.empty() ? format_of_path<all_formats>(path) : find_format(format, all_formats);
    if (!chosen) return chosen.error();
    return detail::write_file(source, path, *(*chosen)->make({}), {.durable = true});
}

/// Does the same with the rows of a table, or of any batch.
[[nodiscard]] inline result<std::uint64_t> export_to(const batch& rows, const std::string& path,
                                                     std::string_view format = {}) {
    detail::written_table source{rows};
    return export_to(source, path, format);
}

/// The folder for copies of sources that name no other one (`pcap_source::set_cache_dir`): pcapframe in $XDG_CACHE_HOME
/// or ~/.cache.
[[nodiscard]] inline std::string cache_dir() {
    const char* const xdg = std::getenv("XDG_CACHE_HOME");
    // A relative path is to be ignored: XDG Base Directory Specification.
    if (xdg != nullptr && xdg[0] == '/') return std::string(xdg) + "/pcapframe";
    return expand_home("~/.cache/pcapframe");
}

namespace detail {

/// What rows depend on.
struct cache_identity {
    std::string folder;   ///< where the copy is
    std::string request;  ///< the version of the library, the options that change rows, the files' names
    std::string state;    ///< the files' sizes and times, in the same order
    std::vector<stamped_capture> captures;
};

/// Errors: a source that cannot be read again, whose filter has no text form, or that has columns of lists, which
/// copies do not hold.
inline result<cache_identity> identify(const pcap_source& source) {
    for (const column_ref& c : schema(source.columns())) {
        if (!holds_lists(type_of(c))) continue;
        return error{.code = errc::bad_value,
                     .detail = "a column that a copy can hold: it is a list; leave it out, or read the captures",
                     .subject = name_of(c)};
    }
    if (!source.options().filter.has_text())
        return error{.code = errc::bad_value,
                     .detail = "text: a copy is found again by the text of its options",
                     .subject = std::string_view("filter")};
    cache_identity identity;
    identity.folder = source.cache_dir().empty() ? cache_dir() : source.cache_dir();
    identity.request = "pcapframe=" + std::string(version);
    const auto is_wanted = [](const named_option& option, bool) { return changes_rows(option.effect); };
    for (const option_value& one : option_texts(source.options(), is_wanted))
        identity.request +=
            "\n" + std::string(one.option.name) + "=" + std::to_string(one.text.size()) + ":" + one.text;
    for (const std::string& file : source.files()) {
        struct stat status {};
        if (file == "-" || ::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
            return error{
                .code = errc::bad_value, .detail = "a file that can be read again", .subject = std::string_view(file)};
        }
        const std::unique_ptr<char, void (*)(void*)> real(::realpath(file.c_str(), nullptr), &std::free);
        const std::string name = real ? std::string(real.get()) : file;
        identity.request += "\nfile=" + std::to_string(name.size()) + ":" + name;
        const file_stamp stamp = file_stamp::of(status);
        identity.state += "\nbytes=" + std::to_string(stamp.bytes) + " changed=" + stamp.modified;
        identity.captures.push_back({file, stamp});
    }
    return identity;
}

inline std::string hex64(std::uint64_t value) {
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) text += lower_digits[(value >> shift) & 15];
    return text;
}

/// The name of the files of a request, in whatever state.
inline std::string request_name(const cache_identity& identity) { return hex64(fnv1a(identity.request)); }

/// The name of an identity's files, without extension.
inline std::string cache_name(const cache_identity& identity) {
    return request_name(identity) + "-" + hex64(fnv1a(identity.state));
}

/// Removes the copies of a request in other states: nobody will ask for such copies again.
inline void remove_stale(const cache_identity& identity) {
    const std::string prefix = request_name(identity) + "-";
    const std::string kept = cache_name(identity) + ".";
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(identity.folder.c_str()), &::closedir);
    if (!folder) return;
    while (const dirent* const entry = ::readdir(folder.get())) {
        const std::string_view name(entry->d_name);
        if (name.starts_with(prefix) && !name.starts_with(kept)) ::unlinkat(::dirfd(folder.get()), entry->d_name, 0);
    }
}

inline std::optional<std::string> read_whole(const std::string& path, std::size_t bytes_max) {
    const file_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    if (static_cast<std::uint64_t>(status.st_size) > bytes_max) return std::nullopt;
    std::string text(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t there = 0;
    while (there < text.size()) {
        const ssize_t now = ::pread(file.number(), text.data() + there, text.size() - there, static_cast<off_t>(there));
        if (now <= 0) return std::nullopt;
        there += static_cast<std::size_t>(now);
    }
    return text;
}

/// The size of a file and a digest of its last bytes, its whole footer in any case, which says where all others are.
struct file_state {
    std::uint64_t bytes = 0;
    std::uint64_t digest = 0;
};

inline std::optional<file_state> tail_digest(const std::string& path) {
    constexpr std::uint64_t usual_bytes = std::uint64_t{1} << 16;
    const file_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!file.is_open() || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    const auto bytes = static_cast<std::uint64_t>(status.st_size);
    const auto read_tail = [&](std::uint64_t wanted) {
        std::string tail(static_cast<std::size_t>(std::min(bytes, wanted)), '\0');
        const auto from = static_cast<off_t>(bytes - tail.size());
        if (::pread(file.number(), tail.data(), tail.size(), from) != static_cast<ssize_t>(tail.size())) tail.clear();
        return tail;
    };
    std::string tail = read_tail(usual_bytes);
    const std::uint64_t footer = parquet::footer_bytes(text_bytes(tail), bytes);
    if (footer > tail.size()) tail = read_tail(footer);
    if (footer == 0 || tail.empty()) return std::nullopt;
    return file_state{bytes, fnv1a(tail)};
}

[[nodiscard]] inline std::uint64_t seconds_now() noexcept {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count());
}

/// Where the copy of an identity is, without the extension.
inline std::string copy_path(const cache_identity& identity) { return identity.folder + "/" + cache_name(identity); }

/// The copy that an entry tells of. Errors: a copy that is damaged, or is not the entry's.
inline result<std::shared_ptr<const row_store>> open_copy(const pcap_source& source, const cache_identity& identity,
                                                          const cache_entry& entry) {
    const std::string path = copy_path(identity) + ".parquet";
    const std::optional<file_state> state = tail_digest(path);
    if (!state || state->bytes != entry.bytes || state->digest != entry.digest)
        return parquet::damaged_copy("has changed", no_offset).about(path);
    std::vector<error> warnings;
    for (const noted_damage& damage : entry.damages)
        warnings.push_back(error{.code = errc::copied_damage, .offset = damage.offset}.about(damage.file));
    result<std::shared_ptr<const parquet_copy>> copy =
        parquet_copy::open(path, source.columns(), identity.captures, std::move(warnings));
    if (!copy) return copy.error();
    if ((*copy)->rows() != entry.rows) return parquet::damaged_copy("has other rows", no_offset).about(path);
    return std::shared_ptr<const row_store>(std::move(*copy));
}

/// The copy of a source; null where there is none, or where it is stale or damaged.
inline std::shared_ptr<const row_store> find_copy(const pcap_source& source, const cache_identity& identity) {
    const std::optional<std::string> text = read_whole(copy_path(identity) + ".entry", cache_entry_bytes_max);
    if (!text) return nullptr;
    const std::optional<cache_entry> entry = read_cache_entry(*text);
    if (!entry || entry->key != identity.request + identity.state) return nullptr;
    if (entry->expires != 0 && entry->expires <= seconds_now()) return nullptr;
    result<std::shared_ptr<const row_store>> copy = open_copy(source, identity, *entry);
    return copy ? std::move(*copy) : nullptr;
}

/// Writes the copy of a source whose rows come from its captures, and its entry.
inline result<cache_entry> write_copy(pcap_source& source, const cache_identity& identity,
                                      std::optional<std::chrono::seconds> ttl) {
    const std::string path = copy_path(identity);
    parquet_writer writer({.exact = true});
    const result<std::uint64_t> rows = write_file(source, path + ".parquet", writer, cache_file);
    if (!rows) return rows.error();
    const std::optional<file_state> state = tail_digest(path + ".parquet");
    if (!state) return error{.code = errc::cannot_read, .system = errno}.about(path);
    cache_entry entry{0, *rows, state->bytes, state->digest, {}, identity.request + identity.state};
    for (const error& damage : source.warnings())
        entry.damages.push_back({damage.offset, std::string(damage.subject.view())});
    if (ttl) entry.expires = seconds_now() + static_cast<std::uint64_t>(std::max<long long>(ttl->count(), 0));
    result<whole_file> file = whole_file::create(path + ".entry", cache_file);
    if (!file) return file.error();
    file->out().write(write_cache_entry(entry));
    const result<void> committed = file->commit();
    if (!committed) return committed.error().about(path);
    return entry;
}

}  // namespace detail

/// The persisted copy of a source (`get_persisted` of the manual): the same source, whose rows come from the copy,
/// value for value. Nothing where there is no copy, or where the copy is stale (the captures have changed, the time is
/// over) or damaged. Damage that shows up only in reading is a warning of that read, and the captures are read from
/// there on.
///
///     if (auto copy = persisted(source); copy && *copy) auto table = (**copy).read();
///
/// Errors: a source that cannot be read again (standard input, a pipe) has no copies.
[[nodiscard]] inline result<std::optional<pcap_source>> persisted(const pcap_source& source) {
    const result<detail::cache_identity> identity = detail::identify(source);
    if (!identity) return identity.error();
    std::shared_ptr<const row_store> copy = detail::find_copy(source, *identity);
    if (!copy) return std::optional<pcap_source>();
    return std::optional<pcap_source>(source.reading_from(std::move(copy)));
}

/// Whether `persisted` gives a copy.
[[nodiscard]] inline bool has_been_persisted(const pcap_source& source) {
    const result<std::optional<pcap_source>> copy = persisted(source);
    return copy && copy->has_value();
}

/// Whether the rows of a source come from a persisted copy, whose file is `source.store()->path()`.
[[nodiscard]] inline bool is_persisted(const pcap_source& source) noexcept { return source.store() != nullptr; }

/// Whether a file is such a copy itself: one with its entry beside it.
[[nodiscard]] inline bool is_persisted(const std::string& path) {
    constexpr std::string_view extension = ".parquet";
    if (!path.ends_with(extension)) return false;
    const auto text =
        detail::read_whole(path.substr(0, path.size() - extension.size()) + ".entry", detail::cache_entry_bytes_max);
    return text && read_cache_entry(*text).has_value();
}

/// The same source, whose rows come from a copy, which is made where no copy is fresh. A copy counts as fresh for
/// `ttl`, if that is given, and only as long as the captures and options are the same. Processes that persist the same
/// source at once each write a copy of their own, and the last copy stays. The copy is on the disk when this returns,
/// and is for its owner alone (files with the mode 0600, folders that are made with 0700).
/// Errors: those of `persisted`, of reading the captures, and a cache folder that cannot be written.
[[nodiscard]] inline result<pcap_source> persist(const pcap_source& source,
                                                 std::optional<std::chrono::seconds> ttl = std::nullopt) {
    const result<detail::cache_identity> identity = detail::identify(source);
    if (!identity) return identity.error();
    if (std::shared_ptr<const row_store> there = detail::find_copy(source, *identity))
        return source.reading_from(std::move(there));
    const result<void> made = make_folders(identity->folder, detail::cache_folder_mode);
    if (!made) return made.error();
    pcap_source captures = source.reading_from(nullptr);
    const result<cache_entry> entry = detail::write_copy(captures, *identity, ttl);
    if (!entry) return entry.error();
    detail::remove_stale(*identity);
    result<std::shared_ptr<const row_store>> copy = detail::open_copy(source, *identity, *entry);
    if (!copy) return copy.error();
    return source.reading_from(std::move(*copy));
}

/// Whose rows are other ones each time, as those of an interface are.
template <class Source>
concept gives_rows_once = !Source::can_be_read_again;

/// Refused, in words: nothing of such a source can stand for its rows the next time.
template <gives_rows_once Source>
[[nodiscard]] auto persist(Source& source, std::optional<std::chrono::seconds> = std::nullopt)
    -> decltype(persist(std::declval<pcap_source&>())) {
    const result<source_schema> open = source.discover();
    if (!open) return open.error();
    return error{.code = errc::bad_value,
                 .detail = "a source that can be persisted: an interface has other packets each time, and 'export_to' "
                           "keeps a chunk of them",
                 .subject = std::string_view(source.options().interface)};
}
template <gives_rows_once Source>
[[nodiscard]] bool has_been_persisted(const Source&) {
    return false;
}

}  // namespace pcapframe
