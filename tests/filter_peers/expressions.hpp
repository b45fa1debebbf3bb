// Random filter expressions: every production of the grammar, mostly well-formed.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace peers {

class expression_maker {
public:
    explicit expression_maker(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 1) {}

    /// A whole expression; `link_type` decides which terms are likely.
    std::string make(std::uint16_t link_type) {
        link_type_ = link_type;
        return expression(static_cast<int>(below(4)));
    }
    std::uint64_t next() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_;
    }
    std::uint64_t below(std::uint64_t n) { return (next() >> 11) % n; }

private:
    bool once_in(std::uint64_t n) { return below(n) == 0; }
    template <class Array>
    std::string_view one_of(const Array& words) {
        return words[below(words.size())];
    }

    std::string number() {
        constexpr std::array numbers{"0",   "1",    "2",     "3",     "5",          "6",    "7",
                                     "8",   "16",   "17",    "31",    "50",         "58",   "80",
                                     "132", "255",  "443",   "0x800", "0x40",       "010",  "64",
                                     "100", "1500", "65535", "65536", "0xffffffff", "1024", "0x86dd"};
        return std::string(one_of(numbers));
    }
    std::string small() { return std::to_string(below(70)); }

    std::string ipv4() {
        constexpr std::array addresses{"10.0.0.1",        "192.168.1.1", "192.0.2.17", "224.0.0.1", "127.0.0.1",
                                       "255.255.255.255", "0.0.0.0",     "10.1",       "172.16.5",  "192.0.2.300"};
        return std::string(one_of(addresses));
    }
    std::string ipv6() {
        constexpr std::array addresses{
            "::1",        "fe80::1",   "2001:db8::53", "ff02::1", "::", "::ffff:192.0.2.33", "2001:db8:1:2:3:4:5:6",
            "2001:db8::", "1:2:3::4:5"};
        return std::string(one_of(addresses));
    }
    std::string mac() {
        constexpr std::array addresses{"ff:ff:ff:ff:ff:ff", "02:00:5e:10:20:30", "0:1:2:3:4:5",
                                       "00-11-22-33-44-55", "0011.2233.4455",    "aabbccddeeff",
                                       "01:80:c2:00:00:00"};
        return std::string(one_of(addresses));
    }

    std::string address() {
        constexpr std::array protocols{"", "", "", "ip ", "arp ", "rarp ", "ip6 ", "tcp ", "decnet ", "link "};
        constexpr std::array directions{"", "", "src ", "dst ", "src or dst ", "src and dst ", "dst or src ", "addr1 "};
        std::string text(one_of(protocols));
        text +=
            once_in(12) ? one_of(directions) : one_of(std::array{"", "src ", "dst ", "src or dst ", "src and dst "});
        switch (below(8)) {
            case 0: return text + "host " + ipv4();
            case 1: return text + "host " + ipv6();
            case 2: return text + "net " + ipv4();
            case 3: return text + "net 10.0.0.0/" + std::to_string(below(34));
            case 4: return text + "net 192.168.0.0 mask 255.255.0.0";
            case 5: return text + "net 2001:db8::/" + std::to_string(below(130));
            case 6: return text + "net " + number();
            default: return text + "host (" + ipv4() + (once_in(2) ? " or " : " and ") + ipv4() + ")";
        }
    }
    std::string port() {
        constexpr std::array protocols{"", "tcp ", "udp ", "sctp ", "ip ", "icmp "};
        constexpr std::array directions{"", "", "src ", "dst ", "src or dst ", "src and dst "};
        std::string text(once_in(8) ? one_of(protocols) : one_of(std::array{"", "tcp ", "udp ", "sctp "}));
        text += one_of(directions);
        constexpr std::array services{"ssh", "http", "domain", "https", "syslog", "tftp"};
        constexpr std::array ranges{"80-90", "100-50", "0-65535", "7-7", "1024-70000", "100"};
        switch (below(6)) {
            case 0: return text + "portrange " + std::string(one_of(ranges));
            case 1: return text + "port " + std::string(one_of(services));
            case 2: return text + "port (" + number() + " or " + number() + (once_in(2) ? " or " + number() : "") + ")";
            case 3: return text + "portrange " + number();
            default: return text + "port " + number();
        }
    }
    std::string ether() {
        constexpr std::array names{"\\ip",      "\\arp",  "\\ip6",   "\\stp",      "\\ipx",  "\\iso",
                                   "\\netbeui", "\\aarp", "\\atalk", "\\loopback", "\\rarp", "\\decnet",
                                   "\\lat",     "0x88cc", "0x8100",  "1500",       "6",      "0x42"};
        constexpr std::array directions{"",       "src ",   "dst ",   "src or dst ", "src and dst ", "addr1 ",
                                        "addr2 ", "addr3 ", "addr4 ", "ra ",         "ta "};
        constexpr std::array words{"ether ", "link ", "wlan ", "fddi ", "tr "};
        std::string text(one_of(words));
        if (once_in(2)) return text + "proto " + std::string(one_of(names));
        const bool wlan = link_type_ == 105 || link_type_ == 119 || link_type_ == 127 || link_type_ == 163;
        text += wlan ? one_of(directions) : one_of(std::array{"", "src ", "dst ", "src or dst ", "src and dst "});
        return text + "host " + mac();
    }
    std::string protocol() {
        constexpr std::array names{"ip",    "ip6",  "tcp",    "udp", "sctp",    "icmp",  "icmp6", "arp",
                                   "rarp",  "igmp", "igrp",   "pim", "vrrp",    "carp",  "ah",    "esp",
                                   "atalk", "aarp", "decnet", "lat", "sca",     "moprc", "mopdl", "iso",
                                   "esis",  "isis", "clnp",   "l1",  "l2",      "iih",   "lsp",   "snp",
                                   "csnp",  "psnp", "stp",    "ipx", "netbeui", "radio", "link"};
        constexpr std::array over{"ip", "ip6", "", "iso", "isis", "ether", "tcp"};
        switch (below(8)) {
            case 0: return std::string(one_of(over)) + " proto " + number();
            case 1:
                return std::string(one_of(std::array{"ip", "ip6", ""})) + " proto \\" +
                       std::string(one_of(std::array{"tcp", "udp", "icmp", "esp", "ospf", "gre", "nosuch"}));
            case 2: return std::string(one_of(std::array{"ip", "ip6", "", "tcp"})) + " protochain " + number();
            case 3: return std::string(one_of(std::array{"ip", "ip6", "tcp", "udp", "icmp"}));
            default: return std::string(one_of(names));
        }
    }

    std::string load() {
        constexpr std::array protocols{"ip",     "ip6",  "tcp",   "udp", "icmp", "icmp6", "ether",
                                       "arp",    "sctp", "igmp",  "pim", "vrrp", "carp",  "rarp",
                                       "decnet", "link", "radio", "esp", "igrp", "atalk"};
        constexpr std::array fields{"icmptype", "icmpcode", "tcpflags", "icmp6type", "icmp6code"};
        std::string text(once_in(3) ? one_of(protocols) : one_of(std::array{"ip", "tcp", "ether", "udp", "ip6"}));
        text += "[";
        if (once_in(10))
            text += one_of(fields);
        else if (once_in(8))
            text += side(1);
        else
            text += small();
        if (once_in(2)) text += one_of(std::array{":1", ":2", ":4", ":4", ":2", ":3"});
        return text + "]";
    }
    std::string side(int depth) {
        constexpr std::array signs{"+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "&", "+"};
        constexpr std::array flags{"tcp-syn", "tcp-ack", "icmp-echo", "icmp6-echo", "tcp-fin"};
        if (depth <= 0 || once_in(3)) {
            switch (below(8)) {
                case 0:
                case 1: return number();
                case 2: return "len";
                case 3: return std::string(one_of(flags));
                case 4: return small();
                default: return load();
            }
        }
        if (once_in(10)) return "-" + side(depth - 1);
        std::string text = side(depth - 1) + " " + std::string(one_of(signs)) + " " + side(depth - 1);
        return once_in(3) ? "(" + text + ")" : text;
    }
    std::string relation() {
        constexpr std::array signs{"=", "!=", ">", "<", ">=", "<=", "=="};
        const int depth = static_cast<int>(below(3));
        return side(depth) + " " + std::string(one_of(signs)) + " " + side(static_cast<int>(below(2)));
    }

    std::string tunnel() {
        const std::string n = once_in(2) ? " " + number() : "";
        constexpr std::array words{"vlan", "vlan", "mpls", "pppoes", "geneve"};
        return once_in(12) ? "pppoed" : std::string(one_of(words)) + n;
    }
    std::string special() {
        constexpr std::array llc{"llc",     "llc i",  "llc s",   "llc u",   "llc rr",
                                 "llc rnr", "llc ui", "llc xid", "llc frmr"};
        constexpr std::array wlan{"type mgt",
                                  "type data",
                                  "type ctl subtype ack",
                                  "subtype beacon",
                                  "dir tods",
                                  "type mgt subtype 0x40",
                                  "wlan type data subtype qos-data",
                                  "dir 3",
                                  "type 0x0c",
                                  "subtype data",
                                  "dir nods"};
        constexpr std::array atm{"lane",        "metac",   "bcc",     "oam",          "oamf4",
                                 "oamf4sc",     "oamf4ec", "sc",      "ilmic",        "connectmsg",
                                 "metaconnect", "vpi 1",   "vci > 5", "vpi (1 or 2)", "vci != 33"};
        constexpr std::array ss7{"fisu",          "lssu",      "msu",      "hfisu", "hlssu",  "hmsu",
                                 "sio 5",         "opc 1000",  "dpc > 77", "sls 7", "hsio 3", "hopc < 4",
                                 "hdpc (1 or 9)", "hsls != 2", "sls 16",   "lsu"};
        constexpr std::array pf{"on em0",   "ifname vtnet10", "rset authpf",  "rnr 3",        "srnr 2",  "reason match",
                                "reason 4", "action pass",    "action block", "action bogus", "inbound", "outbound"};
        constexpr std::array any{"broadcast",     "multicast",    "ether broadcast", "ip multicast",
                                 "ip6 multicast", "less 64",      "greater 1000",    "ip broadcast",
                                 "inbound",       "outbound",     "ifindex 2",       "byte 0 = 4",
                                 "byte 3 > 17",   "byte 9 < 100", "link multicast",  "tcp multicast"};
        if (link_type_ == 123 && !once_in(3)) return std::string(one_of(atm));
        if ((link_type_ == 140 || link_type_ == 139 || link_type_ == 197) && !once_in(3))
            return std::string(one_of(ss7));
        if (link_type_ == 117 && !once_in(3)) return std::string(one_of(pf));
        const bool is_wlan = link_type_ == 105 || link_type_ == 119 || link_type_ == 127 || link_type_ == 163;
        if (is_wlan && once_in(2)) return std::string(one_of(wlan));
        if (once_in(4)) return std::string(one_of(llc));
        if (once_in(12)) return std::string(once_in(2) ? one_of(wlan) : one_of(atm));
        return std::string(one_of(any));
    }

    std::string term(int depth) {
        if (depth > 0 && once_in(3)) return "(" + expression(depth - 1) + ")";
        if (once_in(8)) return (once_in(2) ? "not " : "!") + term(depth);
        switch (below(12)) {
            case 0:
            case 1: return address();
            case 2:
            case 3: return port();
            case 4: return ether();
            case 5:
            case 6: return protocol();
            case 7:
            case 8: return relation();
            case 9: return tunnel();
            default: return special();
        }
    }
    std::string expression(int depth) {
        std::string text = term(depth);
        const auto more = below(static_cast<std::uint64_t>(depth) + 2);
        for (std::uint64_t i = 0; i < more; ++i) {
            text += once_in(2) ? " and " : " or ";
            if (once_in(10))
                text += once_in(2) ? ipv4() : number();
            else
                text += term(depth);
        }
        if (once_in(60)) text.insert(below(text.size()), 1, "()[]&|:-."[below(9)]);
        return text;
    }

    std::uint64_t state_;
    std::uint16_t link_type_ = 1;
};

}  // namespace peers
