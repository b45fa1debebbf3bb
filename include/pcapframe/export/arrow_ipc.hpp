// Arrow IPC: rows as a stream of record batches, or as a file of record batches. Source:
// https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc.
//
// Dictionaries: a stream sends a dictionary anew where rows need texts that the dictionary lacks, and with only the
// texts of that record batch once it has grown beyond the needs of a batch, so that neither side holds more; `deltas`
// sends the new texts alone, which not every reader takes. A file has each dictionary once, behind its batches, as the
// format allows: a reader finds the dictionary by the footer.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <span>
#include <string_view>
#include <vector>

#include <pcapframe/export/arrow_messages.hpp>
#include <pcapframe/export/row_writer.hpp>

namespace pcapframe::inline v0_2 {

/// Writes rows as Arrow IPC, as a file (Feather) or a stream.
class arrow_ipc_writer final : public row_writer {
public:
    enum class layout : std::uint8_t { stream, file };

    explicit arrow_ipc_writer(layout how, const arrow_options& options = {}) : layout_(how), options_(options) {}

    void begin(sink& out, const schema& columns) override {
        columns_ = columns;
        texts_.resize(columns.size());
        sent_.assign(columns.size(), 0);
        if (layout_ == layout::file) put(out, std::string_view("ARROW1\0\0", 8));
        flatbuffer::builder metadata;
        put_message(out, arrow_message::schema(metadata, columns_, options_), {}, {});
    }

    void write(sink& out, const row_batch& rows) override {
        constexpr std::size_t rows_max = std::size_t{1} << 20;
        constexpr std::uint64_t bytes_max = std::uint64_t{64} << 20;
        for (std::size_t row = 0; row < rows.rows();) {
            const row_range range = next_range(rows, row, rows_max, bytes_max);
            write_range(out, rows, range);
            row += range.count;
        }
    }

    void finish(sink& out) override {
        if (layout_ == layout::file) put_all_dictionaries(out);
        put(out, end_of_stream);
        if (layout_ == layout::stream) return;
        flatbuffer::builder metadata;
        const std::string_view footer =
            arrow_message::footer(metadata, columns_, options_, dictionary_blocks_, batch_blocks_);
        put(out, footer);
        put32(out, static_cast<std::uint32_t>(footer.size()));
        put(out, "ARROW1");
    }

private:
    static constexpr std::string_view end_of_stream{"\xff\xff\xff\xff\0\0\0\0", 8};
    /// A dictionary begins anew where it has more texts than this, and more than there are rows to be written.
    static constexpr std::size_t texts_kept = 4096;

    struct piece {
        const void* bytes;
        std::size_t size;
    };

    void write_range(sink& out, const row_batch& rows, row_range range) {
        std::vector<arrow_column> laid_out;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const bool is_stream = layout_ == layout::stream;
            const std::size_t most = std::max(options_.deltas ? deltas_max : texts_kept, range.count);
            if (is_stream && texts_[i].size() > most) begin_anew(i);
            laid_out.push_back(lay_out(rows, columns_[i], range, options_, texts_[i], true));
            if (is_stream && is_text(i)) put_dictionary(out, i);
        }
        put_batch(out, range.count, laid_out);
    }

    static constexpr std::size_t deltas_max = std::size_t{1} << 20;

    [[nodiscard]] bool is_text(std::size_t i) const noexcept {
        return arrow_type_of(columns_[i], options_).kind == arrow_kind::text;
    }

    void begin_anew(std::size_t i) {
        texts_[i].clear();
        sent_[i] = 0;
    }

    /// Writes the texts that the reader does not have yet. Before the first record batch a dictionary is needed even if
    /// it is empty.
    void put_dictionary(sink& out, std::size_t i) {
        const std::size_t count = texts_[i].size();
        if (count == sent_[i] && (count != 0 || started_)) return;
        const std::size_t from = options_.deltas ? sent_[i] : 0;
        put_texts(out, i, from, count, from != 0);
        sent_[i] = count;
    }

    void put_batch(sink& out, std::size_t rows, std::span<const arrow_column> columns) {
        arrow_message::body_layout body;
        std::vector<piece> pieces;
        const auto add = [&](const void* bytes, std::size_t size) {
            body.add_buffer(size);
            pieces.push_back({bytes, size});
        };
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const arrow_column& c = columns[i];
            const arrow_kind kind = arrow_type_of(columns_[i], options_).kind;
            body.add_node(c.rows, c.null_count);
            add(c.validity.as<void>(), c.null_count == 0 ? 0 : detail::bitmap_bytes(c.rows));
            add(c.values, c.value_bytes);
            if (kind == arrow_kind::binary) add(c.bytes.as<void>(), c.byte_count);
            for (const arrow_column& items : c.items) {
                body.add_node(items.rows, 0);
                add(nullptr, 0);
                add(items.values, items.value_bytes);
                if (kind == arrow_kind::texts) add(items.bytes.as<void>(), items.byte_count);
            }
        }
        flatbuffer::builder metadata;
        const auto block = put_message(out, arrow_message::record_batch(metadata, rows, body), pieces, body);
        if (layout_ == layout::file) batch_blocks_.push_back(block);
        started_ = true;
    }

    /// The texts from `from` to before `to`.
    void put_texts(sink& out, std::size_t i, std::size_t from, std::size_t to, bool is_delta) {
        const cell_dictionary& texts = texts_[i];
        std::vector<std::int32_t> offsets;
        offsets.reserve(to - from + 1);
        const std::size_t base = texts.begin_of(from);
        for (std::size_t k = from; k <= to; ++k) offsets.push_back(static_cast<std::int32_t>(texts.begin_of(k) - base));
        const std::string_view bytes = texts.bytes().substr(base, texts.begin_of(to) - base);
        arrow_message::body_layout body;
        body.add_node(to - from, 0);
        const std::array pieces{piece{nullptr, 0}, piece{offsets.data(), offsets.size() * sizeof(std::int32_t)},
                                piece{bytes.data(), bytes.size()}};
        for (const piece& p : pieces) body.add_buffer(p.size);
        flatbuffer::builder metadata;
        const std::string_view message = arrow_message::dictionary_batch(metadata, i, to - from, is_delta, body);
        const auto block = put_message(out, message, pieces, body);
        if (layout_ == layout::file) dictionary_blocks_.push_back(block);
    }

    /// One message a dictionary, unless its texts are too long for offsets of 32 bits.
    void put_all_dictionaries(sink& out) {
        constexpr std::size_t bytes_max = std::size_t{1} << 30;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (!is_text(i)) continue;
            const cell_dictionary& texts = texts_[i];
            std::size_t from = 0;
            for (std::size_t to = 0; to <= texts.size(); ++to) {
                const bool is_last = to == texts.size();
                if (!is_last && texts.begin_of(to + 1) - texts.begin_of(from) <= bytes_max) continue;
                put_texts(out, i, from, to, from != 0);
                from = to;
            }
        }
    }

    /// Writes a message: prefix, metadata, and the body with every buffer at a multiple of eight.
    arrow_message::block put_message(sink& out, std::string_view metadata, std::span<const piece> pieces,
                                     const arrow_message::body_layout& body) {
        constexpr std::string_view zeros{"\0\0\0\0\0\0\0", 7};
        const arrow_message::block block{static_cast<std::int64_t>(written_),
                                         static_cast<std::int64_t>(metadata.size() + 8), body.bytes};
        put(out, "\xff\xff\xff\xff");
        put32(out, static_cast<std::uint32_t>(metadata.size()));
        put(out, metadata);
        for (const piece& p : pieces) {
            if (p.size == 0) continue;
            put(out, {static_cast<const char*>(p.bytes), p.size});
            put(out, zeros.substr(0, (8 - p.size % 8) % 8));
        }
        return block;
    }

    void put(sink& out, std::string_view bytes) {
        constexpr std::size_t at_once = std::size_t{1} << 20;  // a sink keeps what it has once reserved
        written_ += bytes.size();
        for (; bytes.size() > at_once; bytes.remove_prefix(at_once)) out.write(bytes.substr(0, at_once));
        out.write(bytes);
    }

    void put32(sink& out, std::uint32_t value) {
        char bytes[4];
        for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
        put(out, {bytes, 4});
    }

    layout layout_;
    arrow_options options_;
    pcapframe::schema columns_;
    std::vector<cell_dictionary> texts_;  ///< by column; empty for columns that are no text
    std::vector<std::size_t> sent_;       ///< texts of each that the reader has
    std::vector<arrow_message::block> dictionary_blocks_;
    std::vector<arrow_message::block> batch_blocks_;
    std::uint64_t written_ = 0;
    bool started_ = false;  ///< a record batch has been written
};

}  // namespace pcapframe
