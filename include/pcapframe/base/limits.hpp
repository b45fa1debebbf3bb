// Every limit of the library, one line each. Input decides how much work there is, these decide how much is too much.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pcapframe::inline v0_2::limits {

/// Largest captured packet, in bytes. Snapshot lengths in files are claims and are not used; this bounds memory when
/// a length lies. Well above the 64 KiB of IP and the 256 KiB that libpcap allows for most link types.
inline constexpr std::size_t record_bytes_max = std::size_t{32} << 20;

/// Largest pcapng block that is held in memory (its packet plus options); others are stepped over piece by piece.
inline constexpr std::size_t block_bytes_max = record_bytes_max + (std::size_t{64} << 10);

/// Interfaces that one pcapng file may describe, over all its sections, and that a live capture tells apart.
inline constexpr std::size_t interfaces_max = std::size_t{1} << 20;

/// Bytes kept of a pcapng text option (names, comments); the rest of a longer one is cut off.
inline constexpr std::size_t option_text_bytes_max = 4096;

/// Headers that may stand between the frame's start and the IP header (VLAN tags, MPLS labels, PPPoE, ...).
inline constexpr unsigned link_layers_max = 16;

/// Extension headers of IPv6, and AH, that are followed in one packet.
inline constexpr unsigned extension_headers_max = 32;

/// Headers of a packet that are kept in its path, those of tunnels and of the packets inside included.
inline constexpr std::size_t path_headers_max = 160;

/// Packets within packets that are followed, the outermost one included.
inline constexpr std::size_t packet_levels_max = 8;

/// Headers of one tunnel that may follow each other before the packet inside begins.
inline constexpr unsigned tunnel_headers_max = 8;

/// Tags or labels of a packet that are listed; a longer list ends there.
inline constexpr std::size_t listed_tags_max = 64;

/// UDP ports that may be those of tunnels at one time.
inline constexpr std::size_t tunnel_ports_max = 64;

/// Files that one urlpath may expand to.
inline constexpr std::size_t files_max = std::size_t{1} << 20;

/// Bytes of one YAML file (a catalog).
inline constexpr std::size_t yaml_bytes_max = std::size_t{16} << 20;

/// Values in one YAML file, what its aliases repeat included. Long texts count once more for every 64 bytes.
inline constexpr std::size_t yaml_nodes_max = std::size_t{1} << 20;

/// Collections within collections of one YAML file.
inline constexpr unsigned yaml_depth_max = 100;

/// Anchors in one YAML file.
inline constexpr std::size_t yaml_anchors_max = 1024;

/// Mistakes that are reported of one file before reading stops.
inline constexpr std::size_t problems_max = 100;

/// Aliases and nested catalogs between the name of an entry and what is read.
inline constexpr unsigned catalog_hops_max = 32;

/// Catalogs that are opened to list what is in one, nested ones included.
inline constexpr std::size_t catalogs_max = 1000;

/// Bytes that a template may grow to, and that a command in it may print.
inline constexpr std::size_t template_bytes_max = std::size_t{1} << 20;

/// Values that the evaluation of one template may make; long texts count once more for every 64 bytes.
inline constexpr std::size_t template_work_max = std::size_t{1} << 18;

/// Parts within parts of one template's expression: brackets, operators, filters, statements.
inline constexpr unsigned template_depth_max = 100;

/// Ranges of header blocks that one split may name: its line is to fit into one argument of a command (128 KiB).
inline constexpr std::size_t split_headers_max = 1024;

/// Bytes of the footer of a persisted copy: about 5 KB are written for each million rows of all columns.
inline constexpr std::size_t copy_footer_bytes_max = std::size_t{256} << 20;

/// Rows, and bytes that are unpacked, of one page of a persisted copy: what is in memory at once of a column. Pages are
/// written when they have 16,384 rows or 4 MiB of payloads, the last of which may be the longest that there is.
inline constexpr std::size_t copy_page_rows_max = std::size_t{1} << 16;
inline constexpr std::size_t copy_page_bytes_max = std::size_t{64} << 20;

/// Bytes of a name or comment in a gzip header.
inline constexpr std::size_t gzip_text_bytes_max = std::size_t{64} << 10;

/// The window of a Zstandard frame: how far back its bytes may refer, all of which is held in memory. What zstd writes
/// without --ultra and --long needs 8 MiB at most, and its own command refuses more than 128 MiB.
inline constexpr std::size_t zstd_window_bytes_max = std::size_t{128} << 20;

/// Pointers that are followed in one domain name: a name has 127 labels at most, and a pointer without a label behind
/// it is no compression.
inline constexpr unsigned dns_pointers_max = 127;

/// Bytes of text that are made of one message, for each of its columns: compression lets a message say much more than
/// its own bytes.
inline constexpr std::size_t message_text_bytes_max = std::size_t{64} << 10;

/// Bytes in front of the payload of a QUIC Initial packet: mostly its token, which a server makes for its clients.
inline constexpr std::size_t quic_header_bytes_max = 2048;

/// Bytes of a QUIC handshake that are put together: a ClientHello with several post-quantum keys has less than 8 KiB.
inline constexpr std::size_t quic_crypto_bytes_max = std::size_t{16} << 10;

/// CRYPTO frames of one datagram that are put together. Clients that scramble their hellos send a few dozen.
inline constexpr std::size_t quic_crypto_frames_max = 128;

/// Elements of a list that is made of one message.
inline constexpr std::size_t message_list_max = 4096;

/// Flows that may be open at once, and packets that may be held to be put in order: a place is a number of 32 bits.
inline constexpr std::size_t open_flows_max = std::size_t{1} << 30;
inline constexpr std::size_t reordered_packets_max = std::size_t{1} << 24;

/// Flows that have ended and are remembered, for what continues them.
inline constexpr std::size_t ended_flows_max = std::size_t{1} << 16;

/// Datagrams whose first fragment is remembered, for the flow of their other fragments.
inline constexpr std::size_t fragmented_datagrams_max = std::size_t{1} << 16;

/// Fragments that wait for the first one of their datagram, before they are counted without its ports.
inline constexpr std::size_t waiting_fragments_max = std::size_t{1} << 12;

/// Different keys that are counted at a time for a ranking of rows, and the bytes that these keys may have together.
inline constexpr std::size_t top_keys_max = std::size_t{1} << 16;
inline constexpr std::size_t top_key_bytes_max = std::size_t{64} << 20;

/// Pairs of values that a chart of columns shows one by one, and the bins in which it counts when there are more.
inline constexpr std::size_t chart_points_max = 4096;
inline constexpr std::size_t chart_bins_max = 8192;

}  // namespace pcapframe::limits
