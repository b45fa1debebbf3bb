// Catalogs: YAML files that name captures and say how to read these.
#pragma once

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/problem.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/catalog/catalog_entry.hpp>
#include <pcapframe/catalog/catalog_problem.hpp>
#include <pcapframe/catalog/catalog_schema.hpp>
#include <pcapframe/catalog/catalog_values.hpp>
#include <pcapframe/catalog/named_options.hpp>
#include <pcapframe/catalog/yaml/yaml.hpp>
#include <pcapframe/io/file_descriptor.hpp>
#include <pcapframe/io/sink.hpp>
#include <pcapframe/source/source.hpp>

namespace pcapframe::inline v0_2 {

/// The whole of a text file; "-" is standard input, "~" the home folder. A file of more than limits::yaml_bytes_max is
/// not read to its end.
[[nodiscard]] inline result<std::string> read_text_file(const std::string& path) {
    const result<open_input> input = open_for_reading(expand_home(path));
    if (!input) return input.error();
    std::string text;
    char buffer[16384];
    while (text.size() <= limits::yaml_bytes_max) {
        const ssize_t got = ::read(input->file.number(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return error{.code = errc::cannot_read, .system = errno}.about(path);
        if (got == 0) break;
        text.append(buffer, static_cast<std::size_t>(got));
    }
    return text;
}

/// How a catalog is opened.
struct catalog_options {
    bool allow_shell = false;  ///< whether shell(...) in templates may run commands
    /// How catalog files are read, nested ones too.
    result<std::string> (*read_file)(const std::string& path) = &read_text_file;
    /// What compiles filters: `expression_filters()` of <pcapframe/filter.hpp>. Without it, an entry that has a filter
    /// cannot be opened.
    filter_compiler filters{};
};

namespace detail {

/// The argument of an entry that gives just this text: see catalog_schema::drop_line_ends.
inline std::string as_argument(std::string_view text) { return as_template(text) + (text.ends_with('\n') ? "\n" : ""); }

}  // namespace detail

/// A catalog entry that opens captures in the same way again: what stands under its name in `sources`.
[[nodiscard]] inline yaml::node pcap_entry(const read_request& request) {
    yaml::node made = yaml::node::mapping();
    if (!request.description.empty()) made.set("description", yaml::node::from(std::string_view(request.description)));
    made.set("driver", yaml::node::from(std::string_view("pcap")));
    yaml::node args = named_values(request);
    for (std::size_t i = 0; i < args.size(); ++i) {
        yaml::node& value = args.value(i);
        value.text = detail::as_argument(value.text);
        for (yaml::node& item : value.items) item.text = detail::as_argument(item.text);
    }
    made.set("args", std::move(args));
    if (!request.metadata.is_null()) made.set("metadata", request.metadata);
    return made;
}

/// One entry as the text of a catalog.
[[nodiscard]] inline std::string entry_text(std::string_view name, const yaml::node& source) {
    yaml::node sources = yaml::node::mapping();
    sources.set(name, source);
    yaml::node root = yaml::node::mapping();
    root.set("sources", std::move(sources));
    return yaml::write(root);
}

/// A picture that a catalog proposes for an entry.
struct named_plot {
    std::string name;
    std::string kind;   ///< such as "timeline"; catalogs of others have kinds that are not known here
    std::string title;  ///< empty for none
    std::string x{};    ///< of charts of columns: names of columns; empty for none
    std::string y{};
    std::string by{};
};

/// The pictures that an entry's metadata name, `plots: {NAME: {kind: ..., title: ..., x: ..., y: ..., by: ...}}`;
/// pictures without a `kind` are left out.
[[nodiscard]] inline std::vector<named_plot> plots_of(const yaml::node& metadata) {
    std::vector<named_plot> made;
    const yaml::node* const plots = metadata.find("plots");
    for (std::size_t i = 0; plots != nullptr && plots->is_mapping() && i < plots->size(); ++i) {
        const yaml::node* const kind = plots->value(i).find("kind");
        if (!plots->key(i).is_string() || kind == nullptr || !kind->is_string()) continue;
        const auto text_of = [&](std::string_view name) {
            const yaml::node* const value = plots->value(i).find(name);
            return value != nullptr && value->is_string() ? value->text : std::string();
        };
        made.push_back({plots->key(i).text, kind->text, text_of("title"), text_of("x"), text_of("y"), text_of("by")});
    }
    return made;
}

/// Entries by name, in the order of the file. Movable, copyable.
///
///     auto captures = catalog::open("catalog.yml");
///     if (!captures) { std::puts(captures.message().c_str()); ... }
///     auto source = captures->open_source("udp_local");
class catalog {
public:
    /// An empty catalog, to be filled by `add`.
    catalog() = default;

    /// Reads a catalog file; "-" is standard input. All mistakes in the file are reported together.
    [[nodiscard]] static text_result<catalog> open(const std::string& path, const catalog_options& options = {}) {
        const result<std::string> text = options.read_file(path);
        if (!text) return problem{problem_kind::input, "", {}, text.error().message()};
        return parse(*text, path, options);
    }

    /// Reads a catalog that is in memory. `path` is what messages call it, and where CATALOG_DIR is.
    [[nodiscard]] static text_result<catalog> parse(std::string_view text, const std::string& path,
                                                    const catalog_options& options = {}) {
        catalog made;
        made.path_ = path == "-" ? std::string("standard input") : path;
        const std::string file = expand_home(path);
        made.dir_ = file.substr(0, file.rfind('/') + 1);
        if (made.dir_.empty()) made.dir_ = "./";
        made.options_ = options;
        yaml::document read = yaml::read(text);
        made.root_ = std::move(read.root);
        problem_list found = std::move(read.problems);
        for (problem& each : found) each.file = made.path_;
        if (found.empty()) found = made.build();
        if (!found.empty()) return found;
        return made;
    }

    /// The catalog's `name`, else a name made of its file's.
    [[nodiscard]] std::string name() const {
        if (const yaml::node* const given = root_.find("name"); given != nullptr && given->is_string())
            return given->text;
        std::string_view rest(path_);
        std::string_view last = last_part(rest);
        if (last.substr(0, last.rfind('.')) == "catalog" && !rest.empty()) last = last_part(rest);
        std::string made(last.substr(0, last.rfind('.')));
        std::replace(made.begin(), made.end(), '.', '_');
        return made;
    }
    [[nodiscard]] std::string description() const {
        const yaml::node* const given = root_.find("description");
        return given != nullptr && given->is_string() ? given->text : std::string();
    }
    /// The catalog's `metadata`; null if it has none.
    [[nodiscard]] yaml::node metadata() const {
        const yaml::node* const given = root_.find("metadata");
        return given == nullptr ? yaml::node() : *given;
    }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] const std::vector<catalog_entry>& entries() const noexcept { return entries_; }

    /// Everything that is wrong with its entries, in the order of the text, as many as anybody will read
    /// (limits::problems_max). The entries without problems can be opened all the same.
    [[nodiscard]] problem_list problems() const {
        detail::problem_log log{path_};
        for (const catalog_entry& entry : entries_)
            for (const problem& each : entry.problems) log.add(each);
        return std::move(log.problems);
    }

    /// An entry of this very catalog, or null.
    [[nodiscard]] const catalog_entry* find(std::string_view wanted) const noexcept {
        for (const catalog_entry& entry : entries_)
            if (entry.name == wanted) return &entry;
        return nullptr;
    }

    /// An entry, and the catalog that it is in.
    struct place {
        std::shared_ptr<const catalog> nested;  ///< keeps a nested catalog alive; null for this one
        const catalog* in = nullptr;
        const catalog_entry* entry = nullptr;
    };

    /// An entry of this catalog or, as "nested.entry", of a catalog within this one.
    [[nodiscard]] text_result<place> locate(std::string_view wanted) const {
        place at{nullptr, this, nullptr};
        for (unsigned hops = 0; hops < limits::catalog_hops_max; ++hops) {
            at.entry = at.in->find(wanted);
            if (at.entry != nullptr) return at;
            const std::size_t dot = wanted.find('.');
            const catalog_entry* const outer = at.in->find(wanted.substr(0, dot));
            if (dot == std::string_view::npos || outer == nullptr) return at.in->unknown_entry(wanted);
            text_result<catalog> inner = at.in->open_nested(*outer);
            if (!inner) return inner.problems();
            at.nested = std::make_shared<const catalog>(std::move(*inner));
            at.in = at.nested.get();
            wanted.remove_prefix(dot + 1);
        }
        return too_many_hops(wanted);
    }

    /// The catalog that an entry opens. `given`: see `request`.
    [[nodiscard]] text_result<catalog> open_nested(const catalog_entry& entry,
                                                   const yaml::node& given = yaml::node::mapping()) const {
        if (!entry.problems.empty()) return entry.problems;
        if (entry.kind != driver_kind::catalog)
            return problem{problem_kind::request, path_, entry.at, "'" + entry.name + "' is no catalog"};
        detail::problem_log log{path_};
        const detail::entry_values values = resolve(log, entry, given);
        const yaml::node* file = values.args.find("path");
        if (file == nullptr) file = values.args.find("urlpath");
        if (log.problems.empty() && (file == nullptr || !file->is_string() || file->text.empty()))
            log.add(file == nullptr ? entry.at : file->at, "the catalog '" + entry.name + "' names no file in 'path'");
        if (!log.problems.empty()) return log.problems;
        text_result<catalog> opened = open(file->text, options_);
        if (opened || opened.problems()[0].kind != problem_kind::input) return opened;
        return problem{problem_kind::input, path_, file->at, opened.problems()[0].reason};
    }

    /// What an entry asks to be read: its files and options. `given` is a mapping of parameters and options by name,
    /// which the entry's parameters check; texts are converted to the types that are wanted.
    [[nodiscard]] text_result<read_request> request(std::string_view wanted,
                                                    const yaml::node& given = yaml::node::mapping()) const {
        std::string target(wanted);
        yaml::node values = given;
        for (yaml::node& value : values.items) value.at = {};
        place from{nullptr, this, nullptr};
        for (unsigned hops = 0; hops < limits::catalog_hops_max; ++hops) {
            text_result<place> found = from.in->locate(target);
            if (!found) return found.problems();
            if (found->nested == nullptr) found->nested = from.nested;
            from = *found;
            if (!from.entry->problems.empty()) return from.entry->problems;
            if (from.entry->kind == driver_kind::pcap) return from.in->capture_request(*from.entry, values);
            if (from.entry->kind != driver_kind::alias) return from.in->not_readable(*from.entry);
            text_result<hop> next = from.in->follow(*from.entry, values);
            if (!next) return next.problems();
            if (next->nested != nullptr) from = {next->nested, next->nested.get(), nullptr};
            target = std::move(next->target);
            values = std::move(next->given);
        }
        return too_many_hops(wanted);
    }

    /// Opens the captures of an entry. The source has the entry's description and metadata. An entry that captures from
    /// an interface is opened by open_live of <pcapframe/live.hpp>.
    [[nodiscard]] text_result<pcap_source> open_source(std::string_view wanted,
                                                       const yaml::node& given = yaml::node::mapping()) const {
        text_result<read_request> asked = request(wanted, given);
        if (!asked) return asked.problems();
        if (asked->is_live())
            return problem{problem_kind::request,
                           path_,
                           {},
                           "'" + std::string(wanted) + "' captures from the interface '" + asked->live.interface +
                               "': open it with open_live of <pcapframe/live.hpp>"};
        result<pcap_source> source = open_pcap(asked->paths, asked->options);
        if (!source) return problem{problem_kind::input, "", {}, source.error().message()};
        const bool has_metadata = !asked->metadata.is_null();
        source->describe(std::move(asked->description),
                         has_metadata ? std::make_shared<const yaml::node>(std::move(asked->metadata)) : nullptr);
        return std::move(*source);
    }

    /// Adds an entry, or replaces the entry of that name. Gives what is wrong with the entry; if anything is, the
    /// catalog stays unchanged. Entries that were handed out before are no longer valid.
    [[nodiscard]] problem_list add(std::string_view entry_name, yaml::node source) {
        if (const char* const why = yaml::unwritable(source); why != nullptr || entry_name.empty()) {
            const std::string reason = why == nullptr ? "a name for an entry" : why;
            return {{problem_kind::request, "", {}, "'" + std::string(entry_name) + "' is not " + reason}};
        }
        // The entry alone, but with the metadata that it inherits.
        yaml::node alone = yaml::node::mapping();
        if (const yaml::node* const shared = root_.find("metadata")) alone.set("metadata", *shared);
        alone.set("sources", yaml::node::mapping());
        alone.find("sources")->set(entry_name, source);
        detail::problem_log log{};
        std::vector<catalog_entry> made = detail::catalog_schema(log, options_.filters).entries(alone);
        if (!log.problems.empty()) return std::move(log.problems);
        if (!made[0].problems.empty()) return std::move(made[0].problems);
        if (!root_.is_mapping()) root_ = yaml::node::mapping();
        if (root_.find("sources") == nullptr || root_.find("sources")->is_null())
            root_.set("sources", yaml::node::mapping());
        root_.find("sources")->set(entry_name, std::move(source));
        const auto there = std::find_if(entries_.begin(), entries_.end(),
                                        [&](const catalog_entry& e) { return e.name == entry_name; });
        if (there != entries_.end())
            *there = std::move(made[0]);
        else
            entries_.push_back(std::move(made[0]));
        return {};
    }

    /// Removes an entry; says whether there was such an entry. Entries that were handed out before are no longer valid.
    bool remove(std::string_view entry_name) {
        if (find(entry_name) == nullptr) return false;
        root_.find("sources")->erase(entry_name);
        std::erase_if(entries_, [&](const catalog_entry& entry) { return entry.name == entry_name; });
        return true;
    }

    /// The catalog as text. Everything that the catalog was read from is in the text, but for comments; aliases are
    /// written out.
    [[nodiscard]] std::string to_yaml() const {
        if (root_.is_mapping()) return yaml::write(root_);
        return "sources: {}\n";
    }
    /// One entry as the text of a catalog of its own; empty if there is no such entry.
    [[nodiscard]] std::string to_yaml(std::string_view entry_name) const {
        // An entry whose name is no text is listed, but not found by it here.
        const yaml::node* const source =
            find(entry_name) == nullptr ? nullptr : root_.find("sources")->find(entry_name);
        return source == nullptr ? std::string() : entry_text(entry_name, *source);
    }

    /// Writes the catalog to a file; "-" is standard output.
    [[nodiscard]] result<void> save(const std::string& file) const {
        if (const char* const why = yaml::unwritable(root_))
            return error{.code = errc::bad_value, .detail = why, .subject = std::string_view(file)};
        result<sink> out = sink::create(file);
        if (!out) return out.error();
        out->write(to_yaml());
        const result<void> written = out->flush();
        if (!written) return written.error().about(file);
        return {};
    }

private:
    /// Where an alias leads.
    struct hop {
        std::shared_ptr<const catalog> nested;  ///< another catalog, or null
        std::string target;
        yaml::node given;
    };

    /// Takes the last part off a path.
    static std::string_view last_part(std::string_view& path) noexcept {
        const std::size_t slash = path.rfind('/');
        const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
        path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
        return last;
    }

    /// Makes the entries from the tree; gives what is wrong with them.
    problem_list build() {
        detail::problem_log log{path_};
        entries_ = detail::catalog_schema(log, options_.filters).entries(root_);
        // A file that has to be mended is told everything at once.
        if (!log.problems.empty())
            for (const problem& each : problems()) log.add(each);
        sort_by_place(log.problems);
        return std::move(log.problems);
    }

    [[nodiscard]] detail::entry_values resolve(detail::problem_log& log, const catalog_entry& entry,
                                               const yaml::node& given) const {
        const detail::entry_context context{entry, dir_, options_.allow_shell, given};
        return detail::entry_resolver(log, context).resolve();
    }

    [[nodiscard]] text_result<read_request> capture_request(const catalog_entry& entry, const yaml::node& given) const {
        detail::problem_log log{path_};
        const detail::entry_values values = resolve(log, entry, given);
        read_request made = detail::request_of(log, entry, values, given, options_.filters);
        if (!log.problems.empty()) return log.problems;
        return made;
    }

    [[nodiscard]] text_result<hop> follow(const catalog_entry& entry, const yaml::node& given) const {
        detail::problem_log log{path_};
        detail::entry_values values = resolve(log, entry, given);
        const yaml::node* target = values.args.find("target");
        if (target == nullptr) target = values.args.find("targets");
        if (target != nullptr && target->is_sequence() && target->size() != 0) target = &target->items[0];
        if (target == nullptr || !target->is_string() || target->text.empty())
            log.add(target == nullptr ? entry.at : target->at, "the alias '" + entry.name + "' names no 'target'");
        if (!log.problems.empty()) return log.problems;
        hop next{nullptr, target->text, yaml::node::mapping()};
        if (const yaml::node* const mapping = values.args.find("mapping");
            mapping != nullptr && mapping->is_mapping()) {
            const yaml::node* const mapped = mapping->find(next.target);
            if (mapped == nullptr || !mapped->is_string())
                return problem{problem_kind::request, path_, mapping->at,
                               "the alias '" + entry.name + "' maps no '" + next.target + "'"};
            next.target = mapped->text;
        }
        if (const yaml::node* const more = values.args.find("kwargs"); more != nullptr && more->is_mapping())
            next.given = *more;
        for (std::size_t i = 0; i < values.unused.size(); ++i)
            next.given.set(values.unused.key(i).text, values.unused.value(i));
        return into_catalog(entry, std::move(next));
    }

    /// "file.yml:entry" leads into another catalog.
    [[nodiscard]] text_result<hop> into_catalog(const catalog_entry& entry, hop next) const {
        const std::size_t colon = next.target.rfind(':');
        if (colon == std::string::npos || find(next.target) != nullptr) return next;
        text_result<catalog> other = open(next.target.substr(0, colon), options_);
        if (!other && other.problems()[0].kind == problem_kind::input)
            return problem{problem_kind::input, path_, entry.at, other.problems()[0].reason};
        if (!other) return other.problems();
        next.nested = std::make_shared<const catalog>(std::move(*other));
        next.target.erase(0, colon + 1);
        return next;
    }

    [[nodiscard]] problem unknown_entry(std::string_view wanted) const {
        std::vector<std::string_view> names;
        for (const catalog_entry& entry : entries_) names.push_back(entry.name);
        return {problem_kind::request,
                path_,
                {},
                "unknown entry '" + std::string(wanted) + "'",
                std::string(nearest_word(wanted, names))};
    }

    [[nodiscard]] problem not_readable(const catalog_entry& entry) const {
        if (entry.kind == driver_kind::catalog)
            return {problem_kind::request, path_, entry.at,
                    "'" + entry.name + "' is a catalog; name an entry of it, as '" + entry.name + ".ENTRY'"};
        return {problem_kind::input, path_, entry.at,
                "the driver '" + entry.driver + "' of '" + entry.name + "' is not known; 'pcap' is read here"};
    }

    [[nodiscard]] problem too_many_hops(std::string_view wanted) const {
        return {problem_kind::input,
                path_,
                {},
                "'" + std::string(wanted) + "' leads through more than " + std::to_string(limits::catalog_hops_max) +
                    " entries; do they form a loop?"};
    }

    std::string path_;
    std::string dir_ = "./";
    catalog_options options_;
    yaml::node root_;
    std::vector<catalog_entry> entries_;
};

/// The pictures that the metadata of a source name.
[[nodiscard]] inline std::vector<named_plot> plots_of(const pcap_source& source) {
    return source.metadata() == nullptr ? std::vector<named_plot>() : plots_of(*source.metadata());
}

/// A catalog with one entry, which opens the same source again: `catalog::parse(to_yaml(source, "mine"), "mine.yml")`.
[[nodiscard]] inline std::string to_yaml(const pcap_source& source, std::string_view name = "capture") {
    read_request request{source.paths(), source.options(), source.description(), {}};
    if (source.metadata() != nullptr) request.metadata = *source.metadata();
    return entry_text(name, pcap_entry(request));
}

}  // namespace pcapframe
