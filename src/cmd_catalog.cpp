// pcapframe catalog: captures by the names that a catalog gives them.

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <pcapframe/catalog/catalog.hpp>
#include <pcapframe/pcapframe.hpp>

#include "command.hpp"
#include "entry.hpp"

namespace {

using pcapframe::yaml::node;

constexpr std::array own_options{
    option_spec{"--allow-shell", "", "let shell(...) in the catalog's templates run commands"},
};

/// The command's own options and all that 'read' has.
std::vector<option_spec> all_options() {
    std::vector<option_spec> options(own_options.begin(), own_options.end());
    for (const option_spec& option : read_command.options) {
        const auto same = [&](const option_spec& own) { return own.name == option.name; };
        const bool about_catalogs =
            option.name == "--catalog" || std::any_of(own_options.begin(), own_options.end(), same);
        if (!about_catalogs) options.push_back(option);
    }
    return options;
}

const std::vector<option_spec> options = all_options();

int complain_problems(std::string_view command, const pcapframe::problem_list& problems) {
    bool wrong_usage = true;
    for (const pcapframe::problem& each : problems)
        wrong_usage = wrong_usage && each.kind == pcapframe::problem_kind::request;
    for (const pcapframe::problem& each : problems) {
        if (wrong_usage)
            complain_usage(command, each.message());
        else
            complain(each.message());
    }
    return wrong_usage ? exit_status::usage : exit_status::failed;
}

// Options of 'read' as options of an entry, and back.

/// The name in a catalog of an option of 'read'; empty where catalogs have none.
std::string entry_option(std::string_view word) {
    if (word == "-c") return "limit";
    if (word == "-i") return "interface";
    // The command's is for all it reads, and in seconds.
    if (word == "--timeout") return "";
    std::string name(word.substr(std::min<std::size_t>(word.size(), 2)));
    std::replace(name.begin(), name.end(), '-', '_');
    return pcapframe::find_option(name) ? name : std::string();
}

/// "NAME=VALUE" into a mapping; false where it is none.
bool add_parameter(node& values, std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    values.set(text.substr(0, equals), node::from(text.substr(equals + 1)));
    return true;
}

/// What the command line says about the entry, as texts; the first word that is no "NAME=VALUE" goes to `wrong`.
node given_values(const arguments& given, std::span<const std::string> parameters, std::string& wrong) {
    node values = node::mapping();
    for (const option_spec& option : read_command.options) {
        const std::string name = entry_option(option.name);
        if (name.empty() || !given.has(option.name)) continue;
        values.set(name,
                   option.value.empty() ? node::from(true) : node::from(std::string_view(given.value(option.name))));
    }
    for (const std::string& parameter : parameters)
        if (!add_parameter(values, parameter) && wrong.empty()) wrong = parameter;
    return values;
}

std::string seconds_text(std::uint64_t milliseconds) {
    const std::string fraction = std::to_string(1000 + milliseconds % 1000);
    return std::to_string(milliseconds / 1000) + "." + fraction.substr(1);
}

/// The words of 'pcapframe read' that read the same.
std::vector<std::string> read_words(const pcapframe::read_request& request, const arguments& given) {
    std::vector<std::string> words;
    for (const option_spec& option : read_command.options) {
        if (!given.has(option.name) || !entry_option(option.name).empty()) continue;
        if (option.name == "--catalog" || option.name == "--allow-shell") continue;
        words.emplace_back(option.name);
        if (!option.value.empty()) words.push_back(given.value(option.name));
    }
    const node values = pcapframe::named_values(request);
    const bool is_live = !request.interface.empty();
    if (is_live && request.timeout_ms.value_or(0) != 0 && !given.has("--timeout"))
        words.insert(words.end(), {"--timeout", seconds_text(*request.timeout_ms)});
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::string name = values.key(i).text;
        // Rows of files are printed as they come: chunks and partitions do not show.
        if (name == "urlpath" || name == "timeout" || name == "partition_bytes") continue;
        if (name == "chunksize" && !is_live) continue;
        std::replace(name.begin(), name.end(), '_', '-');
        words.push_back(name == "limit" ? "-c" : name == "interface" ? "-i" : "--" + name);
        if (values.value(i).kind != pcapframe::yaml::kind::boolean)
            words.push_back(pcapframe::value_text(values.value(i)));
    }
    // A word that begins with a dash would be taken for an option.
    for (const std::string& path : request.paths)
        words.push_back(path.size() > 1 && path[0] == '-' ? "./" + path : path);
    return words;
}

// list

/// Lists a catalog and those in it, whose entries have its name and a dot before theirs.
class lister {
public:
    int list(const pcapframe::catalog& of) {
        collect(of, "");
        std::array<std::size_t, 2> widths{};
        for (const row& r : rows_) {
            widths[0] = std::max(widths[0], r.name.size());
            widths[1] = std::max(widths[1], r.driver.size());
        }
        for (const row& r : rows_) {
            std::string line = r.name;
            line.append(widths[0] - r.name.size() + 2, ' ');
            line += r.driver;
            if (!r.description.empty()) line.append(widths[1] - r.driver.size() + 2, ' ');
            std::printf("%s%s\n", line.c_str(), r.description.c_str());
        }
        return status_;
    }

private:
    struct row {
        std::string name;
        std::string driver;
        std::string description;
    };

    void collect(const pcapframe::catalog& of, const std::string& prefix, unsigned depth = 1) {
        for (const pcapframe::catalog_entry& entry : of.entries()) {
            if (rows_.size() == rows_max) return too_much(of);
            const std::string_view description(entry.description);
            const std::string_view first_line = description.substr(0, description.find('\n'));
            rows_.push_back({prefix + pcapframe::visible_text(entry.name), pcapframe::visible_text(entry.driver),
                             pcapframe::visible_text(first_line)});
            if (entry.kind != pcapframe::driver_kind::catalog) continue;
            const bool deep = depth == pcapframe::limits::catalog_hops_max;
            if (deep || opened_ == pcapframe::limits::catalogs_max) return too_much(of);
            ++opened_;
            const auto nested = of.open_nested(entry);
            if (nested)
                collect(*nested, rows_.back().name + ".", depth + 1);
            else
                status_ = complain_problems("catalog", nested.problems());
        }
    }

    void too_much(const pcapframe::catalog& of) {
        if (!complained_) complain(of.path() + ": too many catalogs within catalogs; do they form a loop?");
        complained_ = true;
        status_ = exit_status::failed;
    }

    static constexpr std::size_t rows_max = 1'000'000;

    std::vector<row> rows_;
    std::size_t opened_ = 0;
    bool complained_ = false;
    int status_ = exit_status::good;
};

// describe

void set_text(node& to, std::string_view key, const std::string& text) {
    if (!text.empty()) to.set(key, node::from(std::string_view(text)));
}

node describe_parameter(const pcapframe::catalog_parameter& parameter) {
    node about = node::mapping();
    about.set("type", node::from(std::string_view(parameter.type_name)));
    set_text(about, "description", parameter.description);
    if (parameter.default_value) about.set("default", *parameter.default_value);
    if (parameter.min) about.set("min", *parameter.min);
    if (parameter.max) about.set("max", *parameter.max);
    if (parameter.allowed) {
        node allowed = node::sequence();
        allowed.items = *parameter.allowed;
        about.set("allowed", std::move(allowed));
    }
    return about;
}

int describe_entry(const pcapframe::catalog& of, const std::string& name) {
    const auto found = of.locate(name);
    if (!found) return complain_problems("catalog", found.problems());
    const pcapframe::catalog_entry& entry = *found->entry;
    node about = node::mapping();
    about.set("name", node::from(std::string_view(name)));
    about.set("driver", node::from(std::string_view(entry.driver)));
    set_text(about, "description", entry.description);
    about.set("args", entry.args);
    if (!entry.parameters.empty()) {
        node parameters = node::mapping();
        for (const pcapframe::catalog_parameter& parameter : entry.parameters)
            parameters.set(parameter.name, describe_parameter(parameter));
        about.set("parameters", std::move(parameters));
    }
    if (entry.metadata.size() != 0) about.set("metadata", entry.metadata);
    std::printf("%s", pcapframe::yaml::write(about).c_str());
    return exit_status::good;
}

int describe_catalog(const pcapframe::catalog& of) {
    node about = node::mapping();
    set_text(about, "name", of.name());
    set_text(about, "description", of.description());
    if (const node metadata = of.metadata(); metadata.size() != 0) about.set("metadata", metadata);
    node entries = node::sequence();
    for (const pcapframe::catalog_entry& entry : of.entries())
        entries.items.push_back(node::from(std::string_view(entry.name)));
    about.set("entries", std::move(entries));
    std::printf("%s", pcapframe::yaml::write(about).c_str());
    return exit_status::good;
}

// The command

pcapframe::text_result<pcapframe::catalog> open_catalog(const std::string& file, const arguments& given) {
    return pcapframe::catalog::open(file, {.allow_shell = given.has("--allow-shell")});
}

std::optional<pcapframe::read_request> request_of(std::string_view command, const pcapframe::catalog& from,
                                                  const std::string& name, std::span<const std::string> parameters,
                                                  const arguments& given, int& status) {
    std::string wrong;
    const node values = given_values(given, parameters, wrong);
    if (!wrong.empty()) {
        status = complain_usage(command, "'" + wrong + "' is not NAME=VALUE");
        return std::nullopt;
    }
    auto request = from.request(name, values);
    if (request) return std::move(*request);
    status = complain_problems(command, request.problems());
    return std::nullopt;
}

int read_entry(std::string_view command, const pcapframe::catalog& from, const std::string& name,
               std::span<const std::string> parameters, const arguments& given) {
    int status = exit_status::good;
    const auto request = request_of(command, from, name, parameters, given, status);
    if (!request) return status;
    const std::vector<std::string> words = read_words(*request, given);
    const std::vector<std::string_view> views(words.begin(), words.end());
    const arguments parsed = arguments::parse(views, read_command.options);
    if (!parsed.problem().empty()) return complain_usage(command, parsed.problem());
    return read_command.run(parsed);
}

int run(const arguments& given) {
    constexpr std::array<std::string_view, 3> verbs{"list", "describe", "read"};
    const std::vector<std::string>& words = given.operands();
    if (words.empty()) return complain_usage("catalog", "say list, describe or read");
    const std::string& verb = words[0];
    if (std::find(verbs.begin(), verbs.end(), verb) == verbs.end()) {
        const std::string_view nearest = pcapframe::nearest_word(verb, verbs);
        const std::string hint = nearest.empty() ? "" : "; did you mean '" + std::string(nearest) + "'?";
        return complain_usage("catalog", "'" + verb + "' is not list, describe or read" + hint);
    }
    if (words.size() < 2) return complain_usage("catalog", verb + " needs a catalog file");
    if (verb == "read" && words.size() < 3) return complain_usage("catalog", "read needs the name of an entry");
    const std::size_t most = verb == "list" ? 2 : verb == "describe" ? 3 : words.size();
    if (words.size() > most) return complain_usage("catalog", verb + " has no use for '" + words[most] + "'");
    const auto opened = open_catalog(words[1], given);
    if (!opened) return complain_problems("catalog", opened.problems());
    if (verb == "list") return lister().list(*opened);
    if (verb == "describe") return words.size() == 2 ? describe_catalog(*opened) : describe_entry(*opened, words[2]);
    return read_entry("catalog", *opened, words[2], std::span(words).subspan(3), given);
}

}  // namespace

int read_catalog_entry(std::string_view command, const std::string& file, const std::string& entry,
                       std::span<const std::string> parameters, const arguments& given) {
    const auto opened = open_catalog(file, given);
    if (!opened) return complain_problems(command, opened.problems());
    return read_entry(command, *opened, entry, parameters, given);
}

std::optional<pcapframe::read_request> request_of_entry(std::string_view command, const arguments& given, int& status) {
    if (given.operands().empty()) {
        status = complain_usage(command, "name an entry of the catalog");
        return std::nullopt;
    }
    const auto opened = open_catalog(given.value("--catalog"), given);
    if (!opened) {
        status = complain_problems(command, opened.problems());
        return std::nullopt;
    }
    const std::span<const std::string> words(given.operands());
    auto request = request_of(command, *opened, words[0], words.subspan(1), given, status);
    if (request && !request->interface.empty()) {
        status = complain_usage(command, "'" + words[0] +
                                             "' captures from an interface: 'pcapframe read' shows it, and "
                                             "'pcapframe dump' makes a file of it");
        return std::nullopt;
    }
    return request;
}

const command_spec catalog_command{
    "catalog",
    "list|describe|read FILE [NAME] [NAME=VALUE...] [OPTIONS]",
    "captures by the names that a catalog gives them",
    "  list FILE                       the entries, those of nested catalogs as OUTER.INNER\n"
    "  describe FILE [NAME]            the catalog, or one entry, as YAML\n"
    "  read FILE NAME [NAME=VALUE...]  the rows of an entry, as 'pcapframe read' prints them\n"
    "\n"
    "Catalogs are YAML files such as those of intake. NAME=VALUE sets a parameter of the entry or one of its options;\n"
    "the options below are those of 'read' and replace what the catalog says. '-' as FILE is standard input.\n",
    options,
    run,
};
