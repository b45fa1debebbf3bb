#!/usr/bin/env python3
"""DNS messages that dnspython makes: names and the data of records, read back by dnspython from the columns' text.

The text of a column is right where an independent parser of zone files makes the same record of it.
"""

from __future__ import annotations

import json
import pathlib
import random
import struct
import sys
import tempfile

import common

try:
    import dns.edns
    import dns.flags
    import dns.message
    import dns.name
    import dns.rcode
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype
    import dns.rrset
except ImportError:
    common.skip("no Python module dnspython (tests/install)")

MESSAGES = 1500
CHANCE = random.Random(1035)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


def label() -> bytes:
    if CHANCE.random() < 0.1:
        return bytes(CHANCE.randrange(1, 128) for _ in range(CHANCE.randrange(1, 12)))
    return "".join(CHANCE.choices(LETTERS, k=CHANCE.randrange(1, 20))).encode()


NAMES = [dns.name.Name([label() for _ in range(CHANCE.randrange(1, 6))] + [b""]) for _ in range(40)] + [dns.name.root]


def name() -> str:
    return CHANCE.choice(NAMES).to_text()


def number(bits: int) -> str:
    return str(CHANCE.randrange(1 << bits))


def blob(least: int = 1, most: int = 60) -> str:
    return CHANCE.randbytes(CHANCE.randrange(least, most)).hex()


def text() -> str:
    return '"' + "".join(f"\\{CHANCE.randrange(256):03}" if CHANCE.random() < 0.3 else CHANCE.choice(LETTERS)
                         for _ in range(CHANCE.randrange(0, 40))) + '"'


def ipv4() -> str:
    return ".".join(number(8) for _ in range(4))


def ipv6() -> str:
    return ":".join(f"{CHANCE.randrange(1 << 16):x}" for _ in range(8))


def moment() -> str:
    return str(CHANCE.randrange(1 << 32))


DATA = {
    "A": ipv4, "AAAA": ipv6, "NS": name, "CNAME": name, "PTR": name, "DNAME": name,
    "MX": lambda: f"{number(16)} {name()}",
    "SOA": lambda: f"{name()} {name()} {number(32)} {number(31)} {number(31)} {number(31)} {number(31)}",
    "SRV": lambda: f"{number(16)} {number(16)} {number(16)} {name()}",
    "TXT": lambda: " ".join(text() for _ in range(CHANCE.randrange(1, 5))),
    "HINFO": lambda: f"{text()} {text()}",
    "RP": lambda: f"{name()} {name()}",
    "AFSDB": lambda: f"{number(16)} {name()}",
    "KX": lambda: f"{number(16)} {name()}",
    "NAPTR": lambda: f"{number(16)} {number(16)} {text()} {text()} {text()} {name()}",
    "DS": lambda: f"{number(16)} 8 2 {CHANCE.randbytes(32).hex()}",
    "TLSA": lambda: f"3 1 1 {CHANCE.randbytes(32).hex()}",
    "SSHFP": lambda: f"1 2 {CHANCE.randbytes(32).hex()}",
    "DNSKEY": lambda: f"257 3 8 {'A' * 4 * CHANCE.randrange(1, 40)}",
    "RRSIG": lambda: f"A 8 2 {number(31)} {moment()} {moment()} {number(16)} {name()} AAAA",
    "NSEC": lambda: f"{name()} A AAAA CAA TYPE{CHANCE.randrange(1000, 65000)}",
    "NSEC3": lambda: f"1 0 10 {blob(1, 8)} {'0123456789ABCDEFGHIJKLMNOPQRSTUV'} A RRSIG",
    "NSEC3PARAM": lambda: f"1 0 {number(16)} -",
    "CAA": lambda: f"128 issue {text()}",
    "URI": lambda: f'{number(16)} {number(16)} "https://example.org/{number(30)}"',
    "HTTPS": lambda: f'1 {name()} alpn="h2,h3" port={number(16)} ipv4hint={ipv4()},{ipv4()} ipv6hint={ipv6()}',
    "SVCB": lambda: f"{CHANCE.randrange(1, 1 << 16)} {name()} mandatory=port port={number(16)} key667=\"a\\001b\"",
    "EUI48": lambda: "-".join(f"{CHANCE.randrange(256):02x}" for _ in range(6)),
    "OPENPGPKEY": lambda: "AAAA",
    "TYPE65280": lambda: f"\\# {(len(data := blob())) // 2} {data}",
}


def one_message(identifier: int) -> tuple[dns.message.Message, bytes]:
    kind = CHANCE.choice(list(DATA))
    question = dns.name.from_text(name())
    message = dns.message.make_query(question, kind, use_edns=CHANCE.random() < 0.5, payload=1232)
    message.id = identifier
    if CHANCE.random() < 0.2:
        return message, message.to_wire()
    answer = dns.message.make_response(message)
    answer.set_rcode(CHANCE.choice((0, 0, 0, 2, 3, 5)))
    if answer.edns >= 0 and CHANCE.random() < 0.2:
        answer.set_rcode(16)
    for _ in range(CHANCE.randrange(0, 6)):
        kind = CHANCE.choice(list(DATA))
        data = dns.rdata.from_text("IN", kind, DATA[kind](), origin=dns.name.root, relativize=False)
        owner = dns.name.from_text(name())
        answer.answer.append(dns.rrset.from_rdata(owner, CHANCE.randrange(1 << 31), data))
    return answer, answer.to_wire(max_size=65535)


def frame(payload: bytes) -> bytes:
    udp = struct.pack(">HHHH", 53, 40000, 8 + len(payload), 0) + payload
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, b"\xc0\0\2\1", b"\xc0\0\2\2")
    return bytes(12) + b"\x08\0" + ip + udp


def capture_of(payloads: list[bytes]) -> bytes:
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
    for number_, payload in enumerate(payloads):
        data = frame(payload)
        out.append(struct.pack("<IIII", number_, 0, len(data), len(data)) + data)
    return b"".join(out)


def same_name(shown: str, wanted: dns.name.Name) -> bool:
    return dns.name.from_text(shown, origin=dns.name.root).labels == wanted.labels


def compare(row: dict[str, str], message: dns.message.Message) -> None:
    question = message.question[0]
    is_response = bool(message.flags & dns.flags.QR)
    assert row["message"] == "dns", row
    assert int(row["dns_id"]) == message.id and row["dns_response"] == str(int(is_response)), row
    assert same_name(row["dns_query"], question.name), (row["dns_query"], question.name)
    assert row["dns_type"] == dns.rdatatype.to_text(question.rdtype), (row["dns_type"], question)
    assert row["dns_edns_size"] == (str(message.payload) if message.edns >= 0 else ""), row
    if not is_response:
        assert row["dns_answers"] == row["dns_rcode"] == "", row
        return
    rcode = dns.rcode.to_text(message.rcode())
    assert row["dns_rcode"] == rcode, (row["dns_rcode"], rcode)
    texts, ttls = json.loads(row["dns_answers"]), json.loads(row["dns_ttls"])
    assert len(texts) == len(ttls) == len(message.answer), row
    for shown, ttl, record in zip(texts, ttls, message.answer):
        read = dns.rdata.from_text("IN", record.rdtype, shown, origin=dns.name.root, relativize=False)
        assert read.to_wire() == record[0].to_wire(), (shown, record)
        assert ttl == record.ttl, (ttl, record)


def main() -> int:
    options = common.arguments(__doc__)
    messages = [one_message(number_) for number_ in range(MESSAGES)]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "dns.pcap"
        path.write_bytes(capture_of([wire for _, wire in messages]))
        columns = ("message,dns_id,dns_response,dns_rcode,dns_query,dns_type,dns_edns_size,dns_answers,dns_ttls")
        rows = common.read_csv(options.command, path, "--columns", columns).rows()
    assert len(rows) == MESSAGES
    for row, (message, _) in zip(rows, messages):
        compare(row, message)
    print(f"{MESSAGES} messages of dnspython, {sum(len(m.answer) for m, _ in messages)} records: all the same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
