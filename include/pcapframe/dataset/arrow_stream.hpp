// A source of batches as an Arrow C stream, which any consumer can take.
#pragma once

#include <cerrno>
#include <memory>
#include <string>
#include <utility>

#include <pcapframe/export/arrow_export.hpp>
#include <pcapframe/source/source.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// What a stream owns.
struct stream_state {
    explicit stream_state(row_cursor from, const arrow_options& options)
        : cursor(std::move(from)), exporter(cursor.columns(), options) {}

    row_cursor cursor;
    arrow_exporter exporter;
    std::shared_ptr<const batch> rows;  ///< read, but not handed over whole
    std::size_t next_row = 0;
    std::string last_error;

    /// The next array, or a released one at the end; an errno where reading fails.
    int next(ArrowArray* out) {
        constexpr std::uint64_t bytes_max = std::uint64_t{256} << 20;
        out->release = nullptr;
        if (!rows || next_row == rows->rows()) {
            auto more = std::make_shared<batch>(cursor.columns());
            const result<bool> read = cursor.next(*more);
            if (!read) {
                last_error = read.error().message();
                return read.error().system != 0 ? read.error().system : EIO;
            }
            rows = nullptr;
            if (!*read) return 0;
            rows = std::move(more);
            next_row = 0;
        }
        const row_range range = next_range(*rows, next_row, rows->rows(), bytes_max);
        exporter.export_rows(rows, range, out);
        next_row += range.count;
        return 0;
    }
};

inline stream_state& state_of(ArrowArrayStream* stream) noexcept {
    return *static_cast<stream_state*>(stream->private_data);
}

}  // namespace detail

/// The rows of a cursor as a stream of struct arrays. The consumer releases the stream; arrays that it has taken from
/// it stay.
inline void export_stream(row_cursor cursor, const arrow_options& options, ArrowArrayStream* out) {
    *out = {};
    out->private_data = new detail::stream_state(std::move(cursor), options);
    out->get_schema = [](ArrowArrayStream* stream, ArrowSchema* schema) {
        const detail::stream_state& state = detail::state_of(stream);
        export_schema(state.cursor.columns(), state.exporter.options(), schema);
        return 0;
    };
    out->get_next = [](ArrowArrayStream* stream, ArrowArray* array) { return detail::state_of(stream).next(array); };
    out->get_last_error = [](ArrowArrayStream* stream) -> const char* {
        const std::string& text = detail::state_of(stream).last_error;
        return text.empty() ? nullptr : text.c_str();
    };
    out->release = [](ArrowArrayStream* stream) {
        delete static_cast<detail::stream_state*>(stream->private_data);
        stream->release = nullptr;
    };
}

/// All rows of a source from the first on, in arrays of `rows` rows.
[[nodiscard]] inline result<void> export_stream(pcap_source& source, const arrow_options& options,
                                                ArrowArrayStream* out, std::size_t rows = 65'536) {
    result<row_cursor> cursor = source.read_chunked(rows);
    if (!cursor) return cursor.error();
    export_stream(std::move(*cursor), options, out);
    return {};
}

}  // namespace pcapframe
