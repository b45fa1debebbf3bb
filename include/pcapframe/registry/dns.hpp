// THE lists of the DNS: names of record types, classes, operations and response codes.
// Source: IANA "Domain Name System (DNS) Parameters", as of 2026.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pcapframe::inline v0_2::dns_registry {

/// A number and its name.
struct numbered_name {
    std::uint16_t number;
    std::string_view name;
};

/// By number.
inline constexpr std::array type_list{
    numbered_name{1, "A"},           numbered_name{2, "NS"},          numbered_name{3, "MD"},
    numbered_name{4, "MF"},          numbered_name{5, "CNAME"},       numbered_name{6, "SOA"},
    numbered_name{7, "MB"},          numbered_name{8, "MG"},          numbered_name{9, "MR"},
    numbered_name{10, "NULL"},       numbered_name{11, "WKS"},        numbered_name{12, "PTR"},
    numbered_name{13, "HINFO"},      numbered_name{14, "MINFO"},      numbered_name{15, "MX"},
    numbered_name{16, "TXT"},        numbered_name{17, "RP"},         numbered_name{18, "AFSDB"},
    numbered_name{19, "X25"},        numbered_name{20, "ISDN"},       numbered_name{21, "RT"},
    numbered_name{22, "NSAP"},       numbered_name{23, "NSAP-PTR"},   numbered_name{24, "SIG"},
    numbered_name{25, "KEY"},        numbered_name{26, "PX"},         numbered_name{27, "GPOS"},
    numbered_name{28, "AAAA"},       numbered_name{29, "LOC"},        numbered_name{30, "NXT"},
    numbered_name{33, "SRV"},        numbered_name{34, "ATMA"},       numbered_name{35, "NAPTR"},
    numbered_name{36, "KX"},         numbered_name{37, "CERT"},       numbered_name{38, "A6"},
    numbered_name{39, "DNAME"},      numbered_name{41, "OPT"},        numbered_name{42, "APL"},
    numbered_name{43, "DS"},         numbered_name{44, "SSHFP"},      numbered_name{45, "IPSECKEY"},
    numbered_name{46, "RRSIG"},      numbered_name{47, "NSEC"},       numbered_name{48, "DNSKEY"},
    numbered_name{49, "DHCID"},      numbered_name{50, "NSEC3"},      numbered_name{51, "NSEC3PARAM"},
    numbered_name{52, "TLSA"},       numbered_name{53, "SMIMEA"},     numbered_name{55, "HIP"},
    numbered_name{59, "CDS"},        numbered_name{60, "CDNSKEY"},    numbered_name{61, "OPENPGPKEY"},
    numbered_name{62, "CSYNC"},      numbered_name{63, "ZONEMD"},     numbered_name{64, "SVCB"},
    numbered_name{65, "HTTPS"},      numbered_name{66, "DSYNC"},      numbered_name{99, "SPF"},
    numbered_name{104, "NID"},       numbered_name{105, "L32"},       numbered_name{106, "L64"},
    numbered_name{107, "LP"},        numbered_name{108, "EUI48"},     numbered_name{109, "EUI64"},
    numbered_name{249, "TKEY"},      numbered_name{250, "TSIG"},      numbered_name{251, "IXFR"},
    numbered_name{252, "AXFR"},      numbered_name{253, "MAILB"},     numbered_name{254, "MAILA"},
    numbered_name{255, "ANY"},       numbered_name{256, "URI"},       numbered_name{257, "CAA"},
    numbered_name{258, "AVC"},       numbered_name{260, "AMTRELAY"},  numbered_name{261, "RESINFO"},
    numbered_name{32768, "TA"},      numbered_name{32769, "DLV"},
};

/// CLASS of questions and records.
inline constexpr std::array class_list{
    numbered_name{1, "IN"}, numbered_name{3, "CH"}, numbered_name{4, "HS"}, numbered_name{254, "NONE"},
    numbered_name{255, "ANY"},
};

/// The operations.
inline constexpr std::array opcode_list{
    numbered_name{0, "QUERY"},  numbered_name{1, "IQUERY"}, numbered_name{2, "STATUS"},
    numbered_name{4, "NOTIFY"}, numbered_name{5, "UPDATE"}, numbered_name{6, "DSO"},
};

/// RCODEs, those that EDNS extends to twelve bits included.
inline constexpr std::array rcode_list{
    numbered_name{0, "NOERROR"},    numbered_name{1, "FORMERR"},  numbered_name{2, "SERVFAIL"},
    numbered_name{3, "NXDOMAIN"},   numbered_name{4, "NOTIMP"},   numbered_name{5, "REFUSED"},
    numbered_name{6, "YXDOMAIN"},   numbered_name{7, "YXRRSET"},  numbered_name{8, "NXRRSET"},
    numbered_name{9, "NOTAUTH"},    numbered_name{10, "NOTZONE"}, numbered_name{11, "DSOTYPENI"},
    numbered_name{16, "BADVERS"},   numbered_name{23, "BADCOOKIE"},
};

/// Flags of the header, by their bits (RFC 1035, RFC 4035), as dig names them.
inline constexpr std::array flag_list{
    numbered_name{0x0400, "aa"}, numbered_name{0x0200, "tc"}, numbered_name{0x0100, "rd"},
    numbered_name{0x0080, "ra"}, numbered_name{0x0020, "ad"}, numbered_name{0x0010, "cd"},
};
/// The same of LLMNR (RFC 4795, section 2.1.1): conflict, truncation, tentative.
inline constexpr std::array llmnr_flag_list{
    numbered_name{0x0400, "c"}, numbered_name{0x0200, "tc"}, numbered_name{0x0100, "t"},
};
/// The same of the NetBIOS name service (RFC 1002, section 4.2.1.1): the last is broadcast.
inline constexpr std::array nbns_flag_list{
    numbered_name{0x0400, "aa"}, numbered_name{0x0200, "tc"}, numbered_name{0x0100, "rd"},
    numbered_name{0x0080, "ra"}, numbered_name{0x0010, "b"},
};
inline constexpr std::array nbns_opcode_list{
    numbered_name{0, "QUERY"}, numbered_name{5, "REGISTRATION"}, numbered_name{6, "RELEASE"},
    numbered_name{7, "WACK"},  numbered_name{8, "REFRESH"},
};
inline constexpr std::array nbns_type_list{
    numbered_name{1, "A"}, numbered_name{2, "NS"}, numbered_name{10, "NULL"}, numbered_name{0x20, "NB"},
    numbered_name{0x21, "NBSTAT"},
};

/// The keys of SVCB and HTTPS records (RFC 9460, section 14.3.2), by number from 0.
inline constexpr std::array<std::string_view, 10> service_key_list{
    "mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp",
    "tls-supported-groups",
};

/// The name of a number in one of the lists above; empty where the list does not have the number.
template <class List>
[[nodiscard]] constexpr std::string_view name_in(const List& list, unsigned number) noexcept {
    for (const numbered_name& known : list)
        if (known.number == number) return known.name;
    return {};
}

}  // namespace pcapframe::dns_registry
