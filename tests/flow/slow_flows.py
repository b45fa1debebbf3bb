"""Flows, slowly: every feature computed from the list of a flow's packets by the formula that is written in
include/pcapframe/flow/flow_columns.hpp, and the rules of flow_rules in include/pcapframe/flow/flow_tracker.hpp. Nothing
is counted as packets come, nothing is swept, nothing is hashed: what is here is to be read, not to be fast.

Packets are the rows of `pcapframe read --format jsonl` with the columns PACKET_COLUMNS.
"""

from __future__ import annotations

import base64
import bisect
import dataclasses
import datetime
import hashlib
import ipaddress
import statistics
import struct
from typing import Any

PACKET_COLUMNS = ("time", "src_host", "src_port", "dst_host", "dst_port", "protocol", "len", "caplen", "payload_len",
                  "stop", "ip_len", "ip_id", "fragment_offset", "more_fragments", "tcp_flags", "tcp_seq", "tcp_ack",
                  "icmp_type", "icmp_code", "icmp_id", "frame_number", "vlan_id", "tunnel_id", "ttl", "tcp_window")
FIN, SYN, RST, ACK = 1, 2, 4, 16
SECOND = 1_000_000_000
FRAGMENT_WAIT = 60 * SECOND
FIRST = 20

ICMP_ANSWERS = {8: 0, 10: 9, 13: 14, 15: 16, 17: 18}
ICMP6_ANSWERS = {128: 129, 130: 131, 133: 134, 135: 136, 139: 140, 144: 145}
NUMBERS = {"icmp": 1, "icmp6": 58, "tcp": 6, "udp": 17}


def nanoseconds(text: str) -> int:
    """2018-01-09T08:16:12.210010000Z"""
    whole, fraction = text[:-1].split(".")
    moment = datetime.datetime.fromisoformat(whole).replace(tzinfo=datetime.timezone.utc)
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    passed = moment - epoch
    return (passed.days * 86400 + passed.seconds) * SECOND + int(fraction)


@dataclasses.dataclass
class Rules:
    idle: int = 120 * SECOND
    active: int = 1800 * SECOND
    closed: int = 5 * SECOND
    reorder: int = 1024
    by_vlan: bool = False
    by_tunnel: bool = False


@dataclasses.dataclass
class Packet:
    row: dict[str, Any]
    time: int
    source: tuple
    destination: tuple
    key: tuple

    def flags(self) -> int:
        return self.row["tcp_flags"] or 0

    def is_tcp(self) -> bool:
        return self.row["protocol"] == "tcp" and self.row["tcp_flags"] is not None

    def payload(self) -> int:
        length = self.row["payload_len"] or 0
        cut = self.row["stop"] == "truncated:payload"
        return length + (max(self.row["len"] - self.row["caplen"], 0) if cut else 0)


def address_bytes(text: str | None) -> tuple[int, bytes]:
    if text is None:
        return (0, b"")
    address = ipaddress.ip_address(text)
    return (address.version, address.packed)


def answers_of(protocol: str) -> dict[int, int]:
    there = ICMP6_ANSWERS if protocol == "icmp6" else ICMP_ANSWERS
    return there | {answer: request for request, answer in there.items()}


def ends_and_key(row: dict[str, Any], rules: Rules) -> tuple[tuple, tuple, tuple]:
    """The sender, the receiver, and the key that both have in common."""
    hosts = row["src_host"] is not None and row["dst_host"] is not None
    source_host = address_bytes(row["src_host"]) if hosts else (0, b"")
    destination_host = address_bytes(row["dst_host"]) if hosts else (0, b"")
    more: tuple = (row["protocol"], row["vlan_id"] if rules.by_vlan else None,
                   row["tunnel_id"] if rules.by_tunnel else None)
    if row["src_port"] is not None and row["dst_port"] is not None:
        source, destination = (source_host, row["src_port"]), (destination_host, row["dst_port"])
        return source, destination, ("ports", frozenset([source, destination]), *more)
    if row["icmp_type"] is not None and row["icmp_code"] is not None:
        answers = answers_of(row["protocol"])
        if row["icmp_type"] in answers:
            source = (source_host, row["icmp_type"])
            destination = (destination_host, answers[row["icmp_type"]])
            return source, destination, ("icmp", frozenset([source, destination]), *more, row["icmp_id"])
        source, destination = (source_host, row["icmp_type"]), (destination_host, row["icmp_code"])
        return source, destination, ("one-way", (source, destination), *more, row["icmp_id"])
    source, destination = (source_host, 0), (destination_host, 0)
    return source, destination, ("bare", frozenset([source, destination]), *more)


def packets_of(rows: list[dict[str, Any]], rules: Rules) -> list[Packet]:
    """In the order in which they count: each waits for `reorder` others, and the earliest of those that wait goes."""
    waiting: list[tuple[int, int, Packet]] = []
    ordered: list[Packet] = []
    last = 0
    for number, row in enumerate(rows):
        last = nanoseconds(row["time"]) if row["time"] is not None else last
        packet = Packet(row, last, *ends_and_key(row, rules))
        bisect.insort(waiting, (last, number, packet), key=lambda one: one[:2])
        if len(waiting) > rules.reorder:
            ordered.append(waiting.pop(0)[2])
    return ordered + [packet for _, _, packet in waiting]


def with_fragments(packets: list[Packet]) -> list[Packet]:
    """Later fragments get the ends and the key of their first one, and those before it come behind it."""
    firsts: dict[tuple, Packet] = {}
    waiting: list[tuple[tuple, Packet]] = []
    ordered: list[Packet] = []
    for packet in packets:
        while waiting and abs(packet.time - waiting[0][1].time) > FRAGMENT_WAIT:
            ordered.append(waiting.pop(0)[1])
        row = packet.row
        offset, more = row["fragment_offset"], row["more_fragments"]
        if not offset and not more:
            ordered.append(packet)
            continue
        datagram = (packet.source[0], packet.destination[0], row["protocol"], row["ip_id"] or 0, packet.key[3:5])
        if not offset:
            firsts[datagram] = packet
            ordered.append(packet)
            own = [late for of, late in waiting if of == datagram]
            waiting = [one for one in waiting if one[0] != datagram]
            for late in own:
                ordered.append(dataclasses.replace(late, source=packet.source, destination=packet.destination,
                                                   key=packet.key))
            continue
        first = firsts.get(datagram)
        if first is not None and abs(first.time - packet.time) <= FRAGMENT_WAIT:
            ordered.append(dataclasses.replace(packet, source=first.source, destination=first.destination,
                                               key=first.key))
        else:
            waiting.append((datagram, packet))
    return ordered + [packet for _, packet in waiting]


@dataclasses.dataclass
class Flow:
    number: int
    packets: list[Packet]
    before: Flow | None
    reason: str = "end"

    def sent_by(self, end: tuple) -> list[Packet]:
        both_alike = self.packets[0].source == self.packets[0].destination
        return [p for p in self.packets if p.source == end] if not both_alike else \
            (list(self.packets) if end == self.packets[0].source else [])

    def first_time(self) -> int:
        return min(p.time for p in self.packets)

    def last_time(self) -> int:
        return max(p.time for p in self.packets)

    def is_tcp(self) -> bool:
        return self.packets[0].row["protocol"] == "tcp"

    def closed_by(self) -> str | None:
        if any(p.is_tcp() and p.flags() & RST for p in self.packets):
            return "rst"
        ends = {p.source for p in self.packets if p.is_tcp() and p.flags() & FIN}
        one_host = self.packets[0].source == self.packets[0].destination
        return "fin" if len(ends) == 2 and not one_host else None

    def sends(self, end: tuple, wanted: Any) -> bool:
        return any(p.is_tcp() and wanted(p) for p in self.sent_by(end))

    def ends(self) -> tuple[tuple, tuple]:
        """The end with the lesser address and port, and the other."""
        one = self.packets[0]
        if one.key[0] == "one-way":
            return one.source, one.destination
        low, high = sorted([one.source, one.destination])
        return low, high

    def direction(self) -> tuple[tuple, tuple, str]:
        low, high = self.ends()
        syn = [self.sends(end, lambda p: p.flags() & (SYN | ACK) == SYN) for end in (low, high)]
        syn_ack = [self.sends(end, lambda p: p.flags() & (SYN | ACK) == SYN | ACK) for end in (low, high)]
        first = [min((p.time for p in self.sent_by(end)), default=None) for end in (low, high)]
        if low == high:
            first[1] = None
        if syn[0] != syn[1]:
            return (low, high, "syn") if syn[0] else (high, low, "syn")
        if not syn[0]:
            if syn_ack[0] != syn_ack[1]:
                return (high, low, "syn_ack") if syn_ack[0] else (low, high, "syn_ack")
            kind, protocol = self.packets[0].key[0], self.packets[0].row["protocol"]
            if kind == "icmp":
                requests = ICMP6_ANSWERS if protocol == "icmp6" else ICMP_ANSWERS
                return (low, high, "request") if low[1] in requests else (high, low, "request")
            if self.before is not None:
                source = self.before.direction()[0]
                return (low, high, "continued") if source == low else (high, low, "continued")
        if first[0] is not None and first[0] == first[1]:
            if self.packets[0].key[0] != "ports" or low[1] == high[1]:
                return low, high, "address"
            return (low, high, "port") if low[1] > high[1] else (high, low, "port")
        low_is_first = first[1] is None or (first[0] is not None and first[0] < first[1])
        return (*((low, high) if low_is_first else (high, low)), "syn" if syn[0] else "time")

    def endpoint_state(self, end: tuple, other: tuple) -> str:
        if self.sends(end, lambda p: p.flags() & RST):
            return "reset"
        if self.sends(end, lambda p: p.flags() & FIN):
            return "closed"
        has_syn = {e: self.sends(e, lambda p: p.flags() & (SYN | ACK) == SYN) for e in (end, other)}
        has_syn_ack = {e: self.sends(e, lambda p: p.flags() & (SYN | ACK) == SYN | ACK) for e in (end, other)}
        if has_syn_ack[end]:
            return "established" if has_syn[other] else "syn_ack_sent"
        if has_syn[end]:
            return "established" if has_syn_ack[other] else "syn_sent"
        return "partial" if self.sent_by(end) else "inactive"

    def state(self) -> str:
        source, destination, _ = self.direction()
        if self.packets[0].row["protocol"] == "udp":
            there = bool(self.sent_by(source)), bool(self.sent_by(destination)) and source != destination
            return {(True, True): "SF", (True, False): "S0", (False, True): "SHR"}[there]
        if not self.is_tcp():
            return "OTH"
        o, r = self.endpoint_state(source, destination), self.endpoint_state(destination, source)
        o_inactive, r_inactive = o in ("inactive", "partial"), r in ("inactive", "partial")
        if r == "reset":
            nothing = sum(p.payload() for p in self.packets) == 0
            if o in ("syn_sent", "syn_ack_sent") or (o == "reset" and nothing):
                return "REJ"
            return "RSTRH" if o_inactive else "RSTR"
        if o == "reset":
            if not r_inactive:
                return "RSTO"
            def is_more(p: Packet) -> bool:
                pure = p.flags() & (SYN | FIN | RST | ACK) == ACK and p.payload() == 0
                return pure or p.flags() & (SYN | ACK) == SYN | ACK or bool(p.flags() & FIN)
            only_syn = self.sends(source, lambda p: p.flags() & (SYN | ACK) == SYN) and not self.sends(source, is_more)
            return "RSTOS0" if only_syn else "OTH"
        if (o, r) == ("closed", "closed"):
            return "SF"
        if o == "closed":
            return "SH" if r_inactive else "S2"
        if r == "closed":
            return "SHR" if o_inactive else "S3"
        if (o, r) == ("syn_sent", "inactive"):
            return "S0"
        return "S1" if (o, r) == ("established", "established") else "OTH"

    def side_counts(self, prefix: str, packets: list[Packet]) -> dict[str, Any]:
        ttls = [p.row["ttl"] for p in packets if p.row["ttl"] is not None]
        made = {f"{prefix}ttl_min": min(ttls, default=None), f"{prefix}ttl_max": max(ttls, default=None)}
        closed = [p for p in packets if p.is_tcp() and p.row["tcp_window"] == 0 and not p.flags() & (FIN | SYN | RST)]
        made[f"{prefix}zero_windows"] = len(closed) if self.is_tcp() else None
        for bit, name in enumerate(("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr")):
            count = sum(p.flags() >> bit & 1 for p in packets if p.is_tcp())
            made[f"{prefix}{name}_packets"] = count if self.is_tcp() else None
        return made

    def tcp(self, source: tuple, destination: tuple) -> dict[str, Any]:
        """The columns of what TCP did: by a set of the sequence numbers that were carried, not by the last of them."""
        names = ("syn_ack_delay", "ack_delay", "handshake_time")
        made: dict[str, Any] = dict.fromkeys(names) | {"history": self.history(source)}
        one_host = source == destination
        for prefix, end, other in (("src_", source, destination), ("dst_", destination, source)):
            there = not (one_host and prefix == "dst_")
            made |= side_losses(prefix, self.segments(end) if there else []) if self.is_tcp() else \
                dict.fromkeys(f"{prefix}{name}" for name in LOSSES)
            made |= round_trips(prefix, self.round_trips(end, other)) if self.is_tcp() else \
                dict.fromkeys(f"{prefix}rtt_{name}" for name in ("min", "mean", "max"))
        if self.is_tcp():
            made |= self.handshake(source, destination)
        return made

    def segments(self, end: tuple) -> list[Packet]:
        return [p for p in self.sent_by(end) if p.is_tcp()]

    def handshake(self, source: tuple, destination: tuple) -> dict[str, Any]:
        none = dict.fromkeys(("syn_ack_delay", "ack_delay", "handshake_time"))
        syns: dict[tuple, int] = {}
        segments = [p for p in self.packets if p.is_tcp()]
        for i, p in enumerate(segments):
            kind = p.flags() & (SYN | ACK)
            if kind == SYN:
                syns[p.source] = p.time
            if kind == SYN | ACK and p.destination in syns and p.source != p.destination:
                break
        else:
            return none
        if p.source != destination:
            return none
        delay, answered, acked = max(0, p.time - syns[source]), p.time, None
        for later in segments[i + 1:]:
            if later.source == destination and later.flags() & (SYN | ACK) == SYN | ACK:
                answered = later.time
            if later.source == source and later.flags() & (SYN | ACK | RST) == ACK:
                acked = max(0, later.time - answered)
                break
        return {"syn_ack_delay": delay, "ack_delay": acked, "handshake_time": None if acked is None else delay + acked}

    def round_trips(self, end: tuple, other: tuple) -> list[int]:
        """Of the packets that carry something new, one at a time, unless something is sent again before the answer."""
        times: list[int] = []
        waiting: tuple[int, int] | None = None
        told = iter(carried(self.segments(end)))
        for p in self.packets:
            if not p.is_tcp():
                continue
            if p.source == other and p.flags() & (ACK | RST) == ACK and waiting is not None:
                if behind(waiting[0], p.row["tcp_ack"]) >= 0:
                    times.append(max(0, p.time - waiting[1]))
                    waiting = None
            if p.source != end:
                continue
            parts = next(told)
            if parts.late or parts.repeated:
                waiting = None
            elif parts.fresh and waiting is None:
                waiting = (parts.end, p.time)
        return times

    def history(self, source: tuple) -> str | None:
        letters = ""
        counts: dict[tuple[str, bool], int] = {}
        told = {end: iter(carried(self.segments(end))) for end in {p.source for p in self.packets}}

        def note(letter: str, is_source: bool, often: bool = False) -> None:
            nonlocal letters
            number = counts[letter, is_source] = counts.get((letter, is_source), 0) + 1
            is_power = set(str(number)[1:]) <= {"0"} and str(number)[0] == "1"
            if number == 1 or (often and is_power):
                letters += letter if is_source else letter.lower()

        for p in self.packets:
            mine = p.source == source
            if not (self.is_tcp() and p.is_tcp()):
                if p.payload():
                    note("D", mine)
                continue
            flags = p.flags()
            if flags & SYN and flags & (FIN | RST):
                note("Q", mine)
            if flags & SYN:
                note("H" if flags & ACK else "S", mine)
            if p.payload():
                note("D", mine)
            elif flags & (ACK | SYN | FIN | RST) == ACK:
                note("A", mine)
            if flags & FIN:
                note("F", mine)
            if flags & RST:
                note("R", mine)
            parts = next(told[p.source])
            if parts.gap:
                note("G", mine, True)
            if parts.repeated and not parts.late:
                note("T", mine, True)
            if p.row["tcp_window"] == 0 and not flags & (SYN | FIN | RST):
                note("W", mine, True)
        return letters[:48] or None

    def community_id(self) -> str | None:
        one = self.packets[0]
        low, high = self.ends()
        if one.row["protocol"] is None or low[0][0] == 0:
            return None
        number = protocol_number(one.row["protocol"])
        if number is None:
            return None
        data = struct.pack(">H", 0) + low[0][1] + high[0][1] + struct.pack(">BB", number, 0)
        if one.key[0] != "bare":
            data += struct.pack(">HH", low[1], high[1])
        return "1:" + base64.b64encode(hashlib.sha1(data).digest()).decode()

    def row(self) -> dict[str, Any]:
        source, destination, by = self.direction()
        out, back = self.sent_by(source), self.sent_by(destination) if source != destination else []
        key, one = self.packets[0].key, self.packets[0].row
        hosts = source[0][0] != 0
        ports = key[0] == "ports"
        in_order = sorted(self.packets, key=lambda p: p.time)
        latest = [p for p in self.packets if p.time == self.last_time()][-1]
        has_syn = any(p.is_tcp() and p.flags() & (SYN | ACK) == SYN for p in self.packets)
        return {
            "first_time": self.first_time(), "last_time": self.last_time(),
            "duration": self.last_time() - self.first_time(),
            "src_host": str(ipaddress.ip_address(source[0][1])) if hosts else None,
            "dst_host": str(ipaddress.ip_address(destination[0][1])) if hosts else None,
            "src_port": source[1] if ports else None, "dst_port": destination[1] if ports else None,
            "protocol": one["protocol"], "state": self.state(),
            "packets": len(self.packets), "bytes": sum(p.row["len"] for p in self.packets),
            "src_packets": len(out), "src_bytes": sum(p.row["len"] for p in out),
            "dst_packets": len(back), "dst_bytes": sum(p.row["len"] for p in back),
            "flow_id": self.number,
            "continues": self.before.number if self.before is not None and not has_syn else None,
            "end_reason": self.reason, "direction_by": by, "community_id": self.community_id(),
            "ip_version": source[0][0] or None, "vlan_id": key[3], "tunnel_id": key[4],
            "icmp_type": source[1] if key[0] in ("icmp", "one-way") else None,
            "icmp_code": destination[1] if key[0] == "one-way" else None,
            "icmp_id": key[5] if key[0] in ("icmp", "one-way") else None,
            "src_ip_bytes": sum(p.row["ip_len"] or 0 for p in out),
            "dst_ip_bytes": sum(p.row["ip_len"] or 0 for p in back),
            "src_payload_bytes": sum(p.payload() for p in out), "dst_payload_bytes": sum(p.payload() for p in back),
            "src_tcp_flags": or_ed(p.flags() for p in out) if self.is_tcp() else None,
            "dst_tcp_flags": or_ed(p.flags() for p in back) if self.is_tcp() else None,
            **statistics_of_packets("", self.packets), **statistics_of_packets("src_", out),
            **statistics_of_packets("dst_", back),
            **self.side_counts("src_", out), **self.side_counts("dst_", back), **self.tcp(source, destination),
            "first_sizes": [p.row["len"] for p in self.packets[:FIRST]],
            "first_directions": [int(p.source != source) for p in self.packets[:FIRST]],
            "first_gaps": ([0] + gaps_of(self.packets))[:FIRST],
            "first_frame": in_order[0].row["frame_number"], "last_frame": latest.row["frame_number"],
        }


LOSSES = ("retransmitted_packets", "retransmitted_bytes", "out_of_order_packets", "out_of_order_bytes", "lost_bytes")
HOLES = 8


@dataclasses.dataclass
class Carried:
    """What one segment carries, in sequence numbers."""
    end: int
    fresh: int = 0
    late: int = 0
    repeated: int = 0
    gap: bool = False
    missing: int = 0  # of the side, after the segment


def behind(first: int, second: int) -> int:
    """How far the second sequence number is behind the first, by RFC 1982."""
    distance = (second - first) % 2**32
    return distance - 2**32 if distance >= 2**31 else distance


def carried(segments: list[Packet]) -> list[Carried]:
    """Of the segments of one side. Numbers that are missing are in lists of ranges, in numbers that do not wrap."""
    made: list[Carried] = []
    edge: int | None = None  # behind all that was carried
    holes: list[tuple[int, int]] = []
    lost = 0
    for p in segments:
        flags = p.flags()
        length = 0 if flags & RST else min(p.payload(), 1 << 30) + bool(flags & SYN) + bool(flags & FIN)
        seq = p.row["tcp_seq"]
        parts = Carried((seq + length) % 2**32)
        made.append(parts)
        if length:
            begin = seq if edge is None else edge + behind(edge % 2**32, seq)
            if edge is not None and begin == edge - 1 and length == 1 and not flags & (SYN | FIN):
                parts.missing = lost + sum(b - a for a, b in holes)
                continue
            if edge is not None and begin > edge:
                holes.append((edge, begin))
                parts.gap = True
            end = begin + length
            parts.fresh = length if edge is None or begin >= edge else max(0, end - edge)
            left: list[tuple[int, int]] = []
            for a, b in holes:
                if parts.gap or min(b, end) <= max(a, begin):
                    left.append((a, b))
                    continue
                parts.late += min(b, end) - max(a, begin)
                left += [one for one in ((a, max(a, begin)), (min(b, end), b)) if one[0] < one[1]]
            holes = left
            if len(holes) > HOLES:
                lost += holes[0][1] - holes[0][0]
                holes = holes[1:]
            parts.repeated = length - parts.fresh - parts.late
            edge = end if edge is None else max(edge, end)
        parts.missing = lost + sum(b - a for a, b in holes)
    return made


def side_losses(prefix: str, segments: list[Packet]) -> dict[str, Any]:
    told = carried(segments)
    values = (sum(bool(one.repeated) and not one.late for one in told), sum(one.repeated for one in told),
              sum(bool(one.late) for one in told), sum(one.late for one in told), told[-1].missing if told else 0)
    return {f"{prefix}{name}": value for name, value in zip(LOSSES, values)}


def round_trips(prefix: str, times: list[int]) -> dict[str, Any]:
    return {f"{prefix}rtt_min": min(times, default=None), f"{prefix}rtt_max": max(times, default=None),
            f"{prefix}rtt_mean": statistics.fmean(times) if times else None}


def gaps_of(packets: list[Packet]) -> list[int]:
    return [max(later.time - earlier.time, 0) for earlier, later in zip(packets, packets[1:])]


def statistics_of(name: str, values: list[int]) -> dict[str, Any]:
    return {f"{name}_min": min(values, default=None), f"{name}_max": max(values, default=None),
            f"{name}_mean": statistics.fmean(values) if values else None,
            f"{name}_std": statistics.stdev(values) if len(values) > 1 else None}


def statistics_of_packets(prefix: str, packets: list[Packet]) -> dict[str, Any]:
    return (statistics_of(f"{prefix}size", [p.row["len"] for p in packets]) |
            statistics_of(f"{prefix}gap", gaps_of(packets)))


def or_ed(values: Any) -> int:
    result = 0
    for value in values:
        result |= value
    return result


_names: dict[str, int] = {}


def protocol_number(name: str) -> int | None:
    """Of the names of the packet table; None for what is no IP protocol."""
    return int(name) if name.isdigit() and int(name) < 256 else _names.get(name)


def know_protocols(names: dict[str, int]) -> None:
    _names.update(names)


def begins_connection(flow: Flow, packet: Packet) -> bool:
    if not flow.is_tcp() or not packet.is_tcp() or packet.flags() & (SYN | ACK) != SYN:
        return False
    mine = flow.sent_by(packet.source)
    other = [p for p in flow.sent_by(packet.destination) if p.source != packet.source]
    syns = [p for p in mine if p.is_tcp() and p.flags() & SYN]
    if any(p.flags() & ACK == 0 for p in syns) and syns[-1].row["tcp_seq"] == packet.row["tcp_seq"]:
        return False
    if flow.closed_by():
        return True
    is_more = any(p.is_tcp() and (not p.flags() & SYN or p.flags() & ACK) for p in mine)
    if not mine or not is_more:
        return any(p.is_tcp() and not p.flags() & SYN for p in other)
    return True


def reason_before(flow: Flow, packet: Packet, rules: Rules) -> str | None:
    """Why the flow ends before the packet; None if the packet belongs to it."""
    quiet = packet.time - flow.last_time()
    if flow.closed_by() and quiet > rules.closed:
        return flow.closed_by()
    if quiet > rules.idle:
        return "idle"
    if packet.time - flow.first_time() > rules.active:
        return flow.closed_by() or "active"
    if quiet > 0 and begins_connection(flow, packet):
        return flow.closed_by() or "reused"
    return None


def flows_of(rows: list[dict[str, Any]], rules: Rules | None = None) -> list[dict[str, Any]]:
    rules = rules or Rules()
    open_flows: dict[tuple, Flow] = {}
    all_flows: list[Flow] = []
    packets = with_fragments(packets_of(rows, rules))
    for packet in packets:
        flow = open_flows.get(packet.key)
        reason = reason_before(flow, packet, rules) if flow is not None else None
        if flow is not None and reason is None:
            flow.packets.append(packet)
            continue
        if flow is not None:
            flow.reason = reason or ""
        open_flows[packet.key] = Flow(len(all_flows) + 1, [packet], flow)
        all_flows.append(open_flows[packet.key])
    latest = max((packet.time for packet in packets), default=0)
    for flow in open_flows.values():
        quiet = latest - flow.last_time()
        flow.reason = flow.closed_by() or ("idle" if quiet > rules.idle else "end")
    return [flow.row() for flow in all_flows]
