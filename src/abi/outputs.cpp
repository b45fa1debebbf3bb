// The outputs of pcapframe.h: files, folders, pictures, catalogs and copies in the cache.

#include <charconv>
#include <chrono>
#include <string>

#include <pcapframe/catalog/catalog.hpp>
#include <pcapframe/plot/plot.hpp>

#include "source.hpp"

using abi::error, abi::result;

namespace {

error unknown_option(std::string_view name) {
    return {.code = abi::errc::unknown_name, .detail = "option", .subject = name};
}

result<void> set_plot_option(pcapframe::plot_options& options, std::string_view name, std::string_view value) {
    if (name == "kind") {
        options.kind = value;
    } else if (name == "title") {
        options.title = value;
    } else if (name == "format") {
        const auto format = pcapframe::find_plot_format(value);
        if (!format) return format.error();
        options.format = *format;
    } else {
        return unknown_option(name);
    }
    return {};
}

/// All packets of a source are counted, with the columns that can be drawn.
result<std::string> plot_files(pcapframe_source& source, pcapframe::plot_options options) {
    if (const auto kinds = pcapframe::find_plot_kinds(options.kind); !kinds) return kinds.error();
    pcapframe::read_options read = source.files->options();
    read.columns = std::string(pcapframe::traffic_summary::columns);
    read.payload = false;
    auto rows = pcapframe::open_pcap(source.files->paths(), read);
    if (!rows) return rows.error();
    pcapframe::traffic_summary summary;
    const auto counted = rows->for_each_batch([&](const pcapframe::batch& some) {
        summary.add(some);
        return !source.control->cancelled()->load(std::memory_order_relaxed);
    });
    if (!counted) return counted.error();
    for (const error& damage : rows->warnings()) {
        const std::string sentence = damage.message();
        options.warnings.push_back("Damaged input, shown up to the damage: " + sentence);
        source.log->add({pcapframe::stream_warning::kind::damage, sentence, std::string(damage.subject.view()),
                         damage.offset});
    }
    return plot(summary, options);
}

result<void> set_dataset_option(pcapframe::dataset_options& options, std::string_view name, std::string_view value) {
    if (name == "format") {
        const auto format = pcapframe::find_format(value, pcapframe::all_formats);
        if (!format) return format.error();
        options.format = *format;
    } else if (name == "partition_by") {
        const auto key = pcapframe::find_partition_key(value);
        if (!key) return key.error();
        options.by = *key;
    } else if (name == "rows_per_file") {
        const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), options.rows_per_file);
        if (failed != std::errc() || end != value.data() + value.size() || options.rows_per_file == 0)
            return abi::refused(value, "a number of rows, 1 or more");
    } else {
        return unknown_option(name);
    }
    return {};
}

/// The source with its cache in another folder, where one is named.
result<pcapframe::pcap_source> with_cache(pcapframe_source& source, const char* folder) {
    const auto files = abi::whole_files_of(source);
    if (!files) return files.error();
    pcapframe::pcap_source same = (*files)->reading_from((*files)->store());
    if (!abi::text_or_empty(folder).empty()) same.set_cache_dir(folder);
    return same;
}

pcapframe_source* give_source(const pcapframe_source& like, pcapframe::pcap_source files) {
    auto made = std::make_unique<pcapframe_source>();
    made->arrow = like.arrow;
    made->files = std::move(files);
    made->has_chunksize = like.has_chunksize;
    return made.release();
}

}  // namespace

extern "C" int pcapframe_source_export(pcapframe_source* source, const char* path, const char* format,
                                       std::uint64_t* rows, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        const std::string to(abi::text_or_empty(path));
        const std::string_view as = abi::text_or_empty(format);
        result<std::uint64_t> written = 0;
        if (source->live) {
            written = source->live->with([&](auto& live) { return pcapframe::export_to(live, to, as); });
        } else {
            const auto files = abi::whole_files_of(*source);
            if (!files) return files.error();
            written = pcapframe::export_to(**files, to, as);
        }
        if (!written) return written.error();
        if (rows != nullptr) *rows = *written;
        return {};
    });
}

extern "C" int pcapframe_source_export_dataset(pcapframe_source* source, const char* folder, const char* const* options,
                                               std::uint64_t* rows, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        const auto files = abi::whole_files_of(*source);
        if (!files) return files.error();
        pcapframe::dataset_options wanted;
        const auto set = abi::each_given(
            options, [&](auto name, auto value) { return set_dataset_option(wanted, name, value); });
        if (!set) return set.error();
        const auto written = pcapframe::export_dataset(**files, std::string(abi::text_or_empty(folder)), wanted,
                                                       [](std::uint64_t) {});
        if (!written) return written.error();
        if (rows != nullptr) *rows = written->rows;
        return {};
    });
}

extern "C" int pcapframe_source_plot(pcapframe_source* source, const char* const* options, char** text,
                                     pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        pcapframe::plot_options wanted;
        const auto set =
            abi::each_given(options, [&](auto name, auto value) { return set_plot_option(wanted, name, value); });
        if (!set) return set.error();
        result<std::string> drawn = std::string();
        if (source->live) {
            drawn = source->live->with([&](auto& live) { return pcapframe::plot(live, wanted); });
        } else {
            const auto files = abi::whole_files_of(*source);
            if (!files) return files.error();
            drawn = plot_files(*source, std::move(wanted));
        }
        if (!drawn) return drawn.error();
        return abi::give_text(*drawn, text);
    });
}

extern "C" int pcapframe_source_yaml(pcapframe_source* source, const char* name, char** text, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        const std::string_view entry = name == nullptr ? "capture" : name;
        if (source->live)
            return abi::give_text(source->live->with([&](auto& live) { return to_yaml(live, entry); }), text);
        const auto files = abi::whole_files_of(*source);
        if (!files) return files.error();
        const auto as_given = pcapframe::open_pcap((*files)->paths(), abi::given_options(*source));
        if (!as_given) return as_given.error();
        return abi::give_text(to_yaml(*as_given, entry), text);
    });
}

extern "C" int pcapframe_source_persist(pcapframe_source* source, const char* folder, std::int64_t ttl_seconds,
                                        pcapframe_source** copy, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        const auto files = with_cache(*source, folder);
        if (!files) return files.error();
        auto kept = ttl_seconds < 0 ? pcapframe::persist(*files)
                                    : pcapframe::persist(*files, std::chrono::seconds(ttl_seconds));
        if (!kept) return kept.error();
        *copy = give_source(*source, std::move(*kept));
        return {};
    });
}

extern "C" int pcapframe_source_persisted(pcapframe_source* source, const char* folder, pcapframe_source** copy,
                                          pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        const auto files = with_cache(*source, folder);
        if (!files) return files.error();
        auto kept = pcapframe::persisted(*files);
        if (!kept) return kept.error();
        *copy = *kept ? give_source(*source, std::move(**kept)) : nullptr;
        return {};
    });
}

extern "C" const char* pcapframe_source_copy_path(const pcapframe_source* source) {
    return source->files && source->files->store() ? source->files->store()->path().c_str() : nullptr;
}
