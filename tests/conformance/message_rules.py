"""Why the columns of application protocols may differ from what tshark says."""

from __future__ import annotations

import re

from common import Difference, Rule

# What tshark finds by what it saw earlier of the conversation.
CONVERSATIONS = ("http", "tls", "ssh", "sip", "quic", "dtls")
FIRST = {"http": ("http.request.method", "http.response.code"), "tls": ("tls.handshake.extensions_server_name",),
         "ssh": ("ssh.protocol",), "sip": ("sip.Method", "sip.Status-Code"), "quic": ("quic.scid",), "dtls": ()}
ODD_START_LINES = ("http-evader", "http1-noint-status", "long-session")
LINES = ("http_user_agent", "http_host", "http_referer", "http_content_type", "http_server", "sip_call_id")
HELLO = ("tls_sni", "tls_ja3", "tls_ja3s", "tls_alpn")


def goes_on(d: Difference) -> bool:
    return d.ours is None and d.theirs in CONVERSATIONS and not any(d.frame[field] for field in FIRST[d.theirs])


def is_state_of_quic(d: Difference) -> bool:
    return d.row["message"] == "quic" and d.ours is None


def is_cut_line(d: Difference) -> bool:
    return d.ours is None and d.row["message"] in ("http", "ssdp", "sip") and d.row["payload_len"] != ""


def is_masked(d: Difference) -> bool:
    pattern = re.escape(d.ours or "").replace(re.escape("***"), ".*")
    return "***" in (d.ours or "") and re.fullmatch(pattern, d.theirs or "") is not None


RULES: tuple[Rule, ...] = (
    Rule("conversation", ("message",), goes_on,
         "tshark calls every segment of a conversation by its protocol; here a packet has a message that begins in it"),
    Rule("start lines that are none", ("message",),
         lambda d: d.ours is None and d.theirs == "http" and any(name in d.file for name in ODD_START_LINES),
         "captures made of lines that RFC 9112 does not allow: two blanks, tabs, GET alone, a status of letters"),
    Rule("SCTP", ("message",), lambda d: d.ours is None and "sctp" in (d.frame["frame.protocols"] or [""])[0],
         "messages are looked for in TCP and UDP"),
    Rule("malformed", ("message",), lambda d: d.ours is None and bool(d.frame["_ws.malformed"]),
         "tshark reads by the port, and finds the bytes malformed"),
    Rule("by its port", ("message",), lambda d: d.ours is None and d.theirs in ("dns", "nbns", "dhcpv6", "ntp", "ssdp"),
         "tshark takes what is on a port for what is expected there"),
    Rule("by its content", ("message",), lambda d: d.ours is not None and d.theirs is None,
         "found on a port where tshark does not look for it, or in a conversation that tshark takes for another one"),
    Rule("segments", ("message",), lambda d: d.ours == "tls" and d.theirs == "http",
         "a CONNECT or an upgrade before: tshark shows the outer protocol first"),
    Rule("state of QUIC", HELLO, is_state_of_quic,
         "a hello over several datagrams, or a server's, whose keys follow from an earlier datagram"),
    Rule("Initial packets that tshark leaves closed", HELLO,
         lambda d: d.row["message"] == "quic" and d.theirs is None and d.ours is not None,
         "QUIC version 2, and packets after a Retry, which tshark 4.0 does not decrypt"),
    Rule("fingerprints of DTLS", ("tls_ja3", "tls_ja3s"),
         lambda d: d.row["message"] == "dtls" and d.theirs is None, "tshark has no JA3 of DTLS"),
    Rule("old drafts of TLS 1.3", ("tls_ja3s",), lambda d: d.row["message"] == "tls" and d.ours is None,
         "ServerHellos of drafts before 22 have another form"),
    Rule("hello of a message over packets", ("tls_ja3s",), lambda d: d.row["message"] == "tls" and d.theirs is None,
         "a record that goes on in a later packet, of which the ServerHello is all there"),
    Rule("names of types", ("dns_type",), lambda d: (d.theirs or "").isdigit(),
         "the table of this check has the common types"),
    Rule("secrets", ("http_uri", "http_referer"), is_masked, "values of parameters that are named like secrets"),
    Rule("lines that are not whole", LINES, is_cut_line, "the line's end is in another packet"),
    Rule("lengths that are none", ("http_content_length",), lambda d: d.ours is None or d.theirs is None,
         "headers made to be misread: what is no number is null, and a value before a stray line end is read"),
)
