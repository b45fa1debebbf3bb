// The rows of the packets' list of columns (decode/packet_columns.hpp) that application protocols fill.
//
// All of them are decided by one packet: nothing here remembers an earlier one. Where a packet carries no message of
// the protocol, its columns are null; so is a value that the message does not have, or that is not all in the packet.
#pragma once

// Name, stored type, unit, flags, where the values come from, meaning.
#define PCAPFRAME_MESSAGE_COLUMNS(X)                                                                             \
    X(message, owned_text, "", none, "payload",                                                                  \
      "application protocol of the payload, told by its content, and by its ports where that leaves it open")    \
    X(dns_id, std::uint16_t, "", none, "dns, mdns, llmnr, nbns",                                                 \
      "identifier that a response repeats")                                                                      \
    X(dns_response, std::uint8_t, "", none, "dns, mdns, llmnr, nbns",                                            \
      "1 in a response, 0 in a query")                                                                           \
    X(dns_opcode, owned_text, "", none, "dns, mdns, llmnr, nbns",                                                \
      "operation: QUERY, NOTIFY, UPDATE, ...; OPCODE and its number where it has no name")                       \
    X(dns_flags, owned_text, "", none, "dns, mdns, llmnr, nbns",                                                 \
      "flags that are set, of aa tc rd ra ad cd; of llmnr c tc t; of nbns aa tc rd ra b")                        \
    X(dns_rcode, owned_text, "", none, "dns, mdns, llmnr, nbns",                                                 \
      "outcome that a response gives, EDNS included: NOERROR, NXDOMAIN, ...; null in a query, and where the"     \
      " records are not all there")                                                                              \
    X(dns_query, owned_text, "", none, "dns, mdns, llmnr, nbns",                                                 \
      "name in the first question, without the last dot; a NetBIOS name with its suffix: WORKGROUP<1e>")         \
    X(dns_type, owned_text, "", none, "dns, mdns, llmnr, nbns",                                                  \
      "type that the first question asks for: A, AAAA, ...; TYPE and its number where it has no name")           \
    X(dns_class, owned_text, "", none, "dns, mdns, llmnr, nbns",                                                 \
      "class that the first question asks for: IN, ...; CLASS and its number where it has no name")              \
    X(dns_answers, text_list, "", none, "dns, mdns, llmnr, nbns",                                                \
      "data of the records in the answer section, as zone files have it; null in a query without any, and where" \
      " the section is not all there")                                                                           \
    X(dns_ttls, number_list, "seconds", none, "dns, mdns, llmnr, nbns",                                          \
      "time to live of the same records, in the same order")                                                     \
    X(dns_edns_size, std::uint16_t, "bytes", none, "dns, mdns",                                                  \
      "UDP payload that the sender can take, as its OPT record says")                                            \
    X(dns_client_subnet, owned_text, "", none, "dns",                                                            \
      "EDNS client subnet: 192.0.2.0/24")                                                                        \
    X(tls_messages, text_list, "", none, "tls, dtls, quic",                                                      \
      "what the records carry, in order: client_hello, server_hello, ..., change_cipher_spec, alert,"            \
      " application_data, heartbeat, and encrypted_handshake for what cannot be read; null where the frame was"  \
      " cut")                                                                                                    \
    X(tls_versions, text_list, "", none, "tls, dtls, quic",                                                      \
      "versions that a ClientHello offers, the client's preferred one first, GREASE left out: TLS 1.3, ...")     \
    X(tls_version, owned_text, "", none, "tls, dtls, quic",                                                      \
      "version that a ServerHello chooses")                                                                      \
    X(tls_sni, owned_text, "", none, "tls, dtls, quic",                                                          \
      "host name that a ClientHello asks for; of an encrypted ClientHello the outer name")                       \
    X(tls_alpn, text_list, "", none, "tls, dtls, quic",                                                          \
      "application protocols that a ClientHello offers, or the one that a ServerHello chooses")                  \
    X(tls_ciphers, number_list, "", none, "tls, dtls, quic",                                                     \
      "cipher suites that a ClientHello offers, GREASE included")                                                \
    X(tls_cipher, std::uint16_t, "", none, "tls, dtls, quic",                                                    \
      "cipher suite that a ServerHello chooses")                                                                 \
    X(tls_groups, number_list, "", none, "tls, dtls, quic",                                                      \
      "groups that a ClientHello supports, GREASE included")                                                     \
    X(tls_resumption, std::uint8_t, "", none, "tls, dtls, quic",                                                 \
      "1 where a ClientHello offers to resume a session by a ticket or a pre-shared key, 0 where it does not")   \
    X(tls_ech, std::uint8_t, "", none, "tls, dtls, quic",                                                        \
      "1 where a ClientHello has an encrypted ClientHello in it, which may be a made-up one, 0 where it has not") \
    X(tls_ja3, owned_text, "", none, "tls, dtls, quic",                                                          \
      "JA3 of a ClientHello: MD5 of version, ciphers, extensions, groups and point formats")                     \
    X(tls_ja3s, owned_text, "", none, "tls, dtls, quic",                                                         \
      "JA3S of a ServerHello: MD5 of version, cipher and extensions")                                            \
    X(tls_ja4, owned_text, "", none, "tls, dtls, quic",                                                          \
      "JA4 of a ClientHello")                                                                                    \
    X(tls_alert, owned_text, "", none, "tls, dtls",                                                              \
      "description of the first alert that is not encrypted; ALERT and its number where it has no name")         \
    X(tls_certificate_subject, owned_text, "", none, "tls, dtls",                                                \
      "subject of the first certificate (TLS 1.2 and older), as RFC 4514 has it")                                \
    X(tls_certificate_issuer, owned_text, "", none, "tls, dtls",                                                 \
      "issuer of the first certificate, as RFC 4514 has it")                                                     \
    X(tls_certificate_names, text_list, "", none, "tls, dtls",                                                   \
      "alternative names of the first certificate: host names, addresses, mail addresses and URIs")              \
    X(tls_certificate_serial, owned_text, "", none, "tls, dtls",                                                 \
      "serial number of the first certificate, in hexadecimal")                                                  \
    X(tls_certificate_not_before, std::int64_t, "nanoseconds since 1970-01-01 UTC", none, "tls, dtls",           \
      "when the first certificate begins to be valid")                                                           \
    X(tls_certificate_not_after, std::int64_t, "nanoseconds since 1970-01-01 UTC", none, "tls, dtls",            \
      "when the first certificate ceases to be valid")                                                           \
    X(tls_certificate_sha256, owned_text, "", none, "tls, dtls",                                                 \
      "SHA-256 of the first certificate, in hexadecimal")                                                        \
    X(quic_version, owned_text, "", none, "quic",                                                                \
      "version of the first packet in the datagram: 1, 2, draft-29, ...; 0 in a Version Negotiation packet")     \
    X(quic_packet_type, owned_text, "", none, "quic",                                                            \
      "type of the first packet in the datagram: initial, 0-rtt, handshake, retry, version_negotiation")         \
    X(quic_dcid, owned_text, "", none, "quic",                                                                   \
      "destination connection identifier of the first packet, in hexadecimal")                                   \
    X(quic_scid, owned_text, "", none, "quic",                                                                   \
      "source connection identifier of the first packet, in hexadecimal")                                        \
    X(http_method, owned_text, "", none, "http, ssdp",                                                           \
      "method of a request")                                                                                     \
    X(http_uri, owned_text, "", none, "http, ssdp",                                                              \
      "target of a request; *** for a user and password in it, and for values of parameters named like"          \
      " secrets")                                                                                                \
    X(http_host, owned_text, "", none, "http, ssdp",                                                             \
      "Host header of a request")                                                                                \
    X(http_version, owned_text, "", none, "http, ssdp",                                                          \
      "version: 1.0, 1.1")                                                                                       \
    X(http_status, std::uint16_t, "", none, "http, ssdp",                                                        \
      "status code of a response")                                                                               \
    X(http_user_agent, owned_text, "", none, "http, ssdp",                                                       \
      "User-Agent header")                                                                                       \
    X(http_referer, owned_text, "", none, "http, ssdp",                                                          \
      "Referer header, without secrets as http_uri")                                                             \
    X(http_content_type, owned_text, "", none, "http, ssdp",                                                     \
      "Content-Type header")                                                                                     \
    X(http_content_length, std::uint64_t, "bytes", none, "http, ssdp",                                           \
      "Content-Length header")                                                                                   \
    X(http_server, owned_text, "", none, "http, ssdp",                                                           \
      "Server header")                                                                                           \
    X(http_cookie_names, text_list, "", none, "http, ssdp",                                                      \
      "names of the cookies that are sent or set, without their values; null where the headers are not all"      \
      " there")                                                                                                  \
    X(sip_method, owned_text, "", none, "sip",                                                                   \
      "method of a request")                                                                                     \
    X(sip_status, std::uint16_t, "", none, "sip",                                                                \
      "status code of a response")                                                                               \
    X(sip_from, owned_text, "", none, "sip",                                                                     \
      "From header; *** for a password in it")                                                                   \
    X(sip_to, owned_text, "", none, "sip",                                                                       \
      "To header; *** for a password in it")                                                                     \
    X(sip_call_id, owned_text, "", none, "sip",                                                                  \
      "Call-ID header")                                                                                          \
    X(ssh_identification, owned_text, "", none, "ssh",                                                           \
      "line that a side begins with: SSH-2.0-OpenSSH_9.2")                                                       \
    X(dhcp_message_type, owned_text, "", none, "dhcp, dhcpv6",                                                   \
      "DISCOVER, OFFER, REQUEST, ACK, ...; of DHCPv6 SOLICIT, ADVERTISE, REPLY, ...")                            \
    X(dhcp_transaction_id, std::uint32_t, "", none, "dhcp, dhcpv6",                                              \
      "identifier that a response repeats")                                                                      \
    X(dhcp_client_mac, mac_address, "", none, "dhcp",                                                            \
      "client's hardware address, where it is of Ethernet")                                                      \
    X(dhcp_client_id, owned_text, "", none, "dhcp, dhcpv6",                                                      \
      "client identifier, of DHCPv6 the client's DUID, in hexadecimal")                                          \
    X(dhcp_requested_host, owned_text, "", none, "dhcp",                                                         \
      "address that the client asks for")                                                                        \
    X(dhcp_given_host, owned_text, "", none, "dhcp, dhcpv6",                                                     \
      "address that the server gives; of DHCPv6 the first one")                                                  \
    X(dhcp_server_host, owned_text, "", none, "dhcp",                                                            \
      "address that identifies the server")                                                                      \
    X(dhcp_hostname, owned_text, "", none, "dhcp, dhcpv6",                                                       \
      "name that the client gives itself; of DHCPv6 its domain name")                                            \
    X(dhcp_vendor_class, owned_text, "", none, "dhcp, dhcpv6",                                                   \
      "vendor class of the client")                                                                              \
    X(dhcp_lease, std::uint32_t, "seconds", none, "dhcp, dhcpv6",                                                \
      "how long the address is given for; of DHCPv6 its valid lifetime")                                         \
    X(ntp_version, std::uint8_t, "", none, "ntp",                                                                \
      "version, 1 to 4")                                                                                         \
    X(ntp_mode, owned_text, "", none, "ntp",                                                                     \
      "client, server, broadcast, symmetric_active, symmetric_passive, control, private")                        \
    X(ntp_stratum, std::uint8_t, "", none, "ntp",                                                                \
      "distance from the reference clock; 0 says that it is not known")                                          \
    X(ntp_reference, owned_text, "", none, "ntp",                                                                \
      "the clock's letters (GPS), a kiss code (RATE), or the address of the server's server")
