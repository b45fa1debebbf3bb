// Tables of pcapframe.h: arrays that are kept, and handed out as often as wanted.

#include <cerrno>
#include <vector>

#include "source.hpp"

using abi::error, abi::result;

namespace {

struct kept_arrays {
    pcapframe::schema fields;
    pcapframe::arrow_options options;
    std::vector<std::shared_ptr<const pcapframe::held_array>> arrays{};
    std::uint64_t rows = 0;
};

/// What a stream of a table owns.
struct table_reader {
    std::shared_ptr<const kept_arrays> from;
    std::size_t next = 0;
    bool had_no_memory = false;
    bool has_failed = false;  ///< for good, as other streams that wanted memory

    /// Does `work`, which may want memory.
    template <class Work>
    int attempt(Work work) noexcept {
        had_no_memory = false;
        try {
            work();
        } catch (...) {
            had_no_memory = true;
        }
        return had_no_memory ? ENOMEM : 0;
    }
};

table_reader& reader_of(ArrowArrayStream* stream) noexcept { return *static_cast<table_reader*>(stream->private_data); }

int next_array(ArrowArrayStream* stream, ArrowArray* out) noexcept {
    table_reader& reader = reader_of(stream);
    out->release = nullptr;
    if (reader.has_failed) return ENOMEM;
    if (reader.next == reader.from->arrays.size()) return 0;
    const int status = reader.attempt([&] { pcapframe::export_copy(reader.from->arrays[reader.next], out); });
    reader.has_failed = status != 0;
    if (status == 0) ++reader.next;
    return status;
}

int schema_of(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
    table_reader& reader = reader_of(stream);
    out->release = nullptr;
    return reader.attempt([&] { pcapframe::export_schema(reader.from->fields, reader.from->options, out); });
}

const char* last_error(ArrowArrayStream* stream) noexcept {
    return reader_of(stream).had_no_memory || reader_of(stream).has_failed ? "out of memory" : nullptr;
}

void release(ArrowArrayStream* stream) noexcept {
    delete &reader_of(stream);
    stream->release = nullptr;
}

result<void> read_arrays(ArrowArrayStream& stream, std::size_t most, kept_arrays& to) {
    for (std::size_t i = 0; most == 0 || i < most; ++i) {
        auto held = std::make_shared<pcapframe::held_array>();
        to.arrays.push_back(held);
        const int status = stream.get_next(&stream, &held->place());
        if (status != 0)
            return pcapframe::known_stream(stream)->failure().value_or(
                error{.code = abi::errc::cannot_read, .system = status});
        if (held->array().release == nullptr) {
            to.arrays.pop_back();
            break;
        }
        to.rows += static_cast<std::uint64_t>(held->array().length);
    }
    return {};
}

}  // namespace

struct pcapframe_table {
    std::shared_ptr<const kept_arrays> kept;
};

extern "C" int pcapframe_table_read(ArrowArrayStream* stream, std::size_t arrays, pcapframe_table** table,
                                    pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        const auto* const state = pcapframe::known_stream(*stream);
        if (state == nullptr) return abi::refused("stream", "one that a source has made");
        auto kept = std::make_shared<kept_arrays>(kept_arrays{state->fields(), state->options()});
        auto made = std::make_unique<pcapframe_table>(pcapframe_table{kept});
        const result<void> read = read_arrays(*stream, arrays, *kept);
        if (!read) return read.error();
        *table = made.release();
        return {};
    });
}

extern "C" std::size_t pcapframe_table_arrays(const pcapframe_table* table) { return table->kept->arrays.size(); }

extern "C" std::uint64_t pcapframe_table_rows(const pcapframe_table* table) { return table->kept->rows; }

extern "C" int pcapframe_table_stream(const pcapframe_table* table, ArrowArrayStream* stream, pcapframe_error* why) {
    return abi::guarded(why, [&]() -> result<void> {
        auto reader = std::make_unique<table_reader>(table_reader{table->kept});
        *stream = {};
        stream->get_schema = &schema_of;
        stream->get_next = &next_array;
        stream->get_last_error = &last_error;
        stream->release = &release;
        stream->private_data = reader.release();
        return {};
    });
}

extern "C" void pcapframe_table_close(pcapframe_table* table) { delete table; }
