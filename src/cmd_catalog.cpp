// pcapframe catalog: captures by the names that a catalog gives them.

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <pcapframe/catalog/catalog.hpp>

#include "command.hpp"
#include "entry.hpp"
#include "expressions.hpp"
#include "read_flags.hpp"

namespace cmd_catalog {
namespace {

using pcapframe::yaml::node;

/// The options of 'read', but for the one that this command itself stands for.
constexpr auto options = [] {
    std::array<option_spec, read_flags.size() - 1> made{};
    std::size_t count = 0;
    for (const option_spec& option : read_flags)
        if (option.name != "--catalog") made[count++] = option;
    return made;
}();

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

/// Adds "NAME=VALUE" to a mapping; false where a word has another form.
bool add_parameter(node& values, std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    values.set(text.substr(0, equals), node::from(text.substr(equals + 1)));
    return true;
}

/// What the command line says about the entry, as texts; the first word that is no "NAME=VALUE" goes to `wrong`.
node given_values(const arguments& given, std::span<const std::string> parameters, std::string& wrong) {
    node values = node::mapping();
    for (const pcapframe::named_option& option : pcapframe::named_options) {
        if (option.flag.empty() || !given.has(option.flag)) continue;
        values.set(option.name,
                   option.value.empty() ? node::from(true) : node::from(std::string_view(given.value(option.flag))));
    }
    for (const std::string& parameter : parameters)
        if (!add_parameter(values, parameter) && wrong.empty()) wrong = parameter;
    return values;
}

// list

/// Lists a catalog and the catalogs within it, whose entries have the name of their catalog and a dot before their own.
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
            const std::string description =
                entry.problems.empty() ? entry.description : "cannot be opened: " + entry.problems[0].message();
            const std::string_view first_line = std::string_view(description).substr(0, description.find('\n'));
            rows_.push_back({prefix + pcapframe::visible_text(entry.name), pcapframe::visible_text(entry.driver),
                             pcapframe::visible_text(first_line)});
            if (entry.kind != pcapframe::driver_kind::catalog || !entry.problems.empty()) continue;
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

void set_messages(node& to, std::string_view key, const pcapframe::problem_list& list) {
    node messages = node::sequence();
    for (const pcapframe::problem& each : list) messages.items.push_back(node::from(std::string_view(each.message())));
    if (messages.size() != 0) to.set(key, std::move(messages));
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
    set_messages(about, "problems", entry.problems);
    set_messages(about, "warnings", entry.warnings);
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

/// Says everything that is wrong with the entries, and which of their arguments are left aside.
int check_catalog(const pcapframe::catalog& of) {
    for (const pcapframe::catalog_entry& entry : of.entries())
        for (const pcapframe::problem& each : entry.warnings) complain("warning: " + each.message());
    const pcapframe::problem_list problems = of.problems();
    return problems.empty() ? exit_status::good : complain_problems("catalog", problems);
}

// The command

pcapframe::text_result<pcapframe::catalog> open_catalog(const std::string& file, const arguments& given) {
    return pcapframe::catalog::open(file, {.allow_shell = given.has("--allow-shell"), .filters = command_filters()});
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
    if (request) {
        // A chunk of the interface is what its entry stands for.
        if (request->is_live() && !request->options.chunksize)
            request->options.chunksize = pcapframe::default_live_chunk;
        for (const pcapframe::problem& each : request->warnings) complain("warning: " + each.message());
        return std::move(*request);
    }
    status = cmd_catalog::complain_problems(command, request.problems());
    return std::nullopt;
}

int run(const arguments& given) {
    constexpr std::array<std::string_view, 4> verbs{"list", "describe", "check", "read"};
    const std::vector<std::string>& words = given.operands();
    if (words.empty()) return complain_usage("catalog", "say list, describe, check or read");
    const std::string& verb = words[0];
    if (std::find(verbs.begin(), verbs.end(), verb) == verbs.end()) {
        const std::string_view nearest = pcapframe::nearest_word(verb, verbs);
        const std::string hint = nearest.empty() ? "" : "; did you mean '" + std::string(nearest) + "'?";
        return complain_usage("catalog", "'" + verb + "' is not list, describe, check or read" + hint);
    }
    if (words.size() < 2) return complain_usage("catalog", verb + " needs a catalog file");
    if (verb == "read" && words.size() < 3) return complain_usage("catalog", "read needs the name of an entry");
    const std::size_t most = verb == "list" || verb == "check" ? 2 : verb == "describe" ? 3 : words.size();
    if (words.size() > most) return complain_usage("catalog", verb + " has no use for '" + words[most] + "'");
    const auto opened = open_catalog(words[1], given);
    if (!opened) return complain_problems("catalog", opened.problems());
    if (verb == "list") return lister().list(*opened);
    if (verb == "check") return check_catalog(*opened);
    if (verb == "describe") return words.size() == 2 ? describe_catalog(*opened) : describe_entry(*opened, words[2]);
    int status = exit_status::good;
    const auto request = request_of("catalog", *opened, words[2], std::span(words).subspan(3), given, status);
    return request ? read_request(given, *request) : status;
}

}  // namespace
}  // namespace cmd_catalog

std::optional<pcapframe::read_request> request_of_entry(std::string_view command, const arguments& given,
                                                        std::span<const std::string> words, int& status) {
    if (words.empty()) {
        status = complain_usage(command, "name an entry of the catalog");
        return std::nullopt;
    }
    const auto opened = cmd_catalog::open_catalog(given.value("--catalog"), given);
    if (opened) return cmd_catalog::request_of(command, *opened, words[0], words.subspan(1), given, status);
    status = cmd_catalog::complain_problems(command, opened.problems());
    return std::nullopt;
}

std::optional<pcapframe::read_request> file_request_of_entry(std::string_view command, const arguments& given,
                                                             std::span<const std::string> words, int& status) {
    auto request = request_of_entry(command, given, words, status);
    if (!request || !request->is_live()) return request;
    status = complain_usage(command, "'" + words[0] +
                                         "' captures from an interface: 'pcapframe read' shows it, and "
                                         "'pcapframe dump' makes a file of it");
    return std::nullopt;
}

const command_spec catalog_command{
    "catalog",
    "list|describe|check|read FILE [NAME] [NAME=VALUE...] [OPTIONS]",
    "captures by the names that a catalog gives them",
    "  list FILE                       the entries, those of nested catalogs as OUTER.INNER\n"
    "  describe FILE [NAME]            the catalog, or one entry, as YAML\n"
    "  check FILE                      everything that is wrong with the catalog and its entries\n"
    "  read FILE NAME [NAME=VALUE...]  the rows of an entry, as 'pcapframe read' prints them\n"
    "\n"
    "Catalogs are YAML files such as those of intake. NAME=VALUE sets a parameter of the entry or one of its options;\n"
    "the options below are those of 'read' and replace what the catalog says. '-' as FILE is standard input.\n",
    cmd_catalog::options,
    cmd_catalog::run,
};
