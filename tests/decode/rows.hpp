// One frame decoded to all columns. What is declared here is defined in test_rows.cpp, so that the decoder is compiled
// once.
#pragma once

#include <string>
#include <string_view>

#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/decode/level_choice.hpp>
#include <pcapframe/decode/packet_batch.hpp>

#include "../bytes/hex.hpp"

namespace testing {

pcapframe::column_order all_columns();

/// The value of a column as text, "-" where it is null.
std::string cell_text(const pcapframe::batch& rows, std::size_t row, pcapframe::column c);

/// How a frame was captured.
struct captured_as {
    std::uint16_t link_type = 1;
    std::size_t wire_bytes = 0;  ///< 0: all of it was captured
    bool all_frames = true;
    pcapframe::level_choice at{};
    const pcapframe::tunnel_ports* ports = &pcapframe::default_tunnel_ports;
};

/// A frame and its row, or no row where it is left out (`all_frames` false and no IP).
class decoded {
public:
    explicit decoded(byte_string frame, const captured_as& how = {});
    decoded(const decoded&) = delete;
    decoded& operator=(const decoded&) = delete;

    [[nodiscard]] bool has_row() const { return !rows_.empty(); }

    template <pcapframe::column C>
    [[nodiscard]] auto get() const {
        return rows_.get<C>()[0];
    }
    /// The column of this name as text, "-" where it is null.
    [[nodiscard]] std::string text(std::string_view name) const;
    [[nodiscard]] const byte_string& frame() const { return frame_; }
    [[nodiscard]] const pcapframe::batch& rows() const { return rows_; }

private:
    byte_string frame_;
    pcapframe::batch rows_;
};

/// The columns of these names, with blanks between as between the names.
std::string shown(const decoded& row, std::string_view names);

/// "source:port > destination:port protocol payload_len stop".
std::string summary(const decoded& row);
std::string summary(const byte_string& frame, const captured_as& how = {});

}  // namespace testing
