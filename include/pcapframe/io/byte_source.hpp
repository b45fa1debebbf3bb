// The bytes of a file from front to back, plain or through a codec: whoever reads them cannot tell.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <pcapframe/base/result.hpp>
#include <pcapframe/codec/unpackers.hpp>
#include <pcapframe/io/file_descriptor.hpp>
#include <pcapframe/io/forward_window.hpp>
#include <pcapframe/io/stream_file.hpp>
#include <pcapframe/io/unpacked_file.hpp>

namespace pcapframe::inline v0_2 {

/// Like a stream_file, whose file may be compressed: the window is then of the unpacked bytes.
class byte_source {
public:
    explicit byte_source(file_descriptor file) : file_(std::move(file)) {}

    /// Looks at the first bytes, and unpacks from here on where they say so; `ahead`: by a thread of its own. Before
    /// anything else. Errors: a file that cannot be read.
    [[nodiscard]] result<void> begin(bool ahead) {
        constexpr std::size_t magic_bytes = 4;
        const result<void> filled = file_->fill(magic_bytes);
        if (!filled) return filled.error();
        const compression* const found = find_compression(file_->window());
        if (found == nullptr) return {};
        packed_ = std::make_unique<packed_state>();
        packed_->how = found;
        unpacked_file unpacked(std::move(*file_), *found);
        file_.reset();
        if (ahead) packed_->ahead.emplace(std::move(unpacked));
        else packed_->here.emplace(std::move(unpacked));
        return {};
    }

    /// How the file is compressed; null where it is not.
    [[nodiscard]] const compression* packing() const noexcept { return packed_ ? packed_->how : nullptr; }
    /// Bytes of the compressed file that are unpacked.
    [[nodiscard]] std::uint64_t packed_offset() const noexcept { return packed_ ? packed_->offset : 0; }

    /// The bytes at hand that are not consumed yet; valid until `consume` or `fill`.
    [[nodiscard]] bytes_view window() const noexcept { return packed_ ? packed_->window.bytes() : file_->window(); }
    /// Whether nothing follows the window.
    [[nodiscard]] bool at_end() const noexcept { return packed_ ? packed_->ended : file_->at_end(); }
    /// Whether bytes behind the window would have to be waited for; see stream_file.
    [[nodiscard]] bool would_wait() const noexcept {
        if (packed_) return packed_->here && packed_->here->would_wait();
        return file_->would_wait();
    }
    void consume(std::size_t bytes) noexcept { packed_ ? packed_->window.consume(bytes) : file_->consume(bytes); }

    /// Reads until the window holds at least `wanted` bytes or there are no more. What is consumed is dropped. Errors:
    /// a file that cannot be read, packed data that are damaged; the bytes before stay in the window.
    [[nodiscard]] result<void> fill(std::size_t wanted) {
        if (!packed_) return file_->fill(wanted);
        packed_->window.move_to_front();
        while (packed_->window.size() < wanted && !packed_->ended) {
            const result<unpacked_piece> piece = packed_->ahead ? packed_->ahead->next() : packed_->here->next();
            if (!piece) return piece.error();
            packed_->window.append(piece->bytes);
            packed_->offset = piece->offset;
            packed_->ended = piece->bytes.empty();
        }
        return {};
    }

private:
    struct packed_state {
        const compression* how = nullptr;
        std::optional<unpacked_file> here;
        std::optional<unpacked_ahead> ahead;
        forward_window window;
        std::uint64_t offset = 0;
        bool ended = false;
    };

    std::optional<stream_file> file_;  ///< empty where it is compressed
    std::unique_ptr<packed_state> packed_;
};

}  // namespace pcapframe
