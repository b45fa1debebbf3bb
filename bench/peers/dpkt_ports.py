"""dpkt: hosts and ports of every packet.

    python3 dpkt_ports.py FILE

Prints the number of packets and the endpoint sum: over all packets, both ports and the last two bytes of both
addresses, as big-endian numbers.
"""

import sys

import dpkt


def last_two_bytes(address: bytes) -> int:
    return address[-2] << 8 | address[-1]


def endpoint_sum(frame: bytes) -> int:
    ip = dpkt.ethernet.Ethernet(frame).data
    if not isinstance(ip, (dpkt.ip.IP, dpkt.ip6.IP6)):
        return 0
    hosts = last_two_bytes(ip.src) + last_two_bytes(ip.dst)
    if isinstance(ip.data, (dpkt.tcp.TCP, dpkt.udp.UDP)):
        return hosts + ip.data.sport + ip.data.dport
    return hosts


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: dpkt_ports.py FILE", file=sys.stderr)
        return 2
    packets = 0
    total = 0
    with open(sys.argv[1], "rb") as file:
        for _, frame in dpkt.pcap.Reader(file):
            packets += 1
            total += endpoint_sum(frame)
    print(f"{packets} packets, endpoint sum {total}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
