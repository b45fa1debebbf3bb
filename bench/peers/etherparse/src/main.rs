//! etherparse: hosts and ports of every packet of a mapped little-endian microsecond pcap file.
//!
//!     etherparse_ports FILE
//!
//! Prints the number of packets and the endpoint sum: over all packets, both ports and the last two bytes of both
//! addresses, as big-endian numbers.

use std::{env, fs::File, process::ExitCode};

use etherparse::{NetSlice, SlicedPacket, TransportSlice};

const FILE_HEADER_BYTES: usize = 24;
const RECORD_HEADER_BYTES: usize = 16;
const MAGIC: [u8; 4] = [0xd4, 0xc3, 0xb2, 0xa1];

fn last_two_bytes(address: &[u8]) -> u64 {
    let at = address.len() - 2;
    u64::from(address[at]) << 8 | u64::from(address[at + 1])
}

fn endpoint_sum(frame: &[u8]) -> u64 {
    let Ok(packet) = SlicedPacket::from_ethernet(frame) else {
        return 0;
    };
    let hosts = match &packet.net {
        Some(NetSlice::Ipv4(ip)) => {
            let header = ip.header();
            last_two_bytes(&header.source()) + last_two_bytes(&header.destination())
        }
        Some(NetSlice::Ipv6(ip)) => {
            let header = ip.header();
            last_two_bytes(&header.source()) + last_two_bytes(&header.destination())
        }
        _ => 0,
    };
    let ports = match &packet.transport {
        Some(TransportSlice::Tcp(tcp)) => u64::from(tcp.source_port()) + u64::from(tcp.destination_port()),
        Some(TransportSlice::Udp(udp)) => u64::from(udp.source_port()) + u64::from(udp.destination_port()),
        _ => 0,
    };
    hosts + ports
}

/// The frame that begins the records, and the records after it; nothing at the end or where a record is cut.
fn split_record(records: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = records.get(8..12)?.try_into().ok()?;
    let end = RECORD_HEADER_BYTES.checked_add(u32::from_le_bytes(length) as usize)?;
    Some((records.get(RECORD_HEADER_BYTES..end)?, &records[end..]))
}

fn run(path: &str) -> Result<(u64, u64), String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    // SAFETY: nothing changes the file while it is measured.
    let bytes = unsafe { memmap2::Mmap::map(&file) }.map_err(|error| error.to_string())?;
    if bytes.len() < FILE_HEADER_BYTES || bytes[..4] != MAGIC {
        return Err("not a little-endian microsecond pcap file".to_string());
    }
    let mut records = &bytes[FILE_HEADER_BYTES..];
    let (mut packets, mut total) = (0, 0);
    while let Some((frame, rest)) = split_record(records) {
        packets += 1;
        total += endpoint_sum(frame);
        records = rest;
    }
    Ok((packets, total))
}

fn main() -> ExitCode {
    let Some(path) = env::args().nth(1) else {
        eprintln!("usage: etherparse_ports FILE");
        return ExitCode::from(2);
    };
    match run(&path) {
        Ok((packets, total)) => {
            println!("{packets} packets, endpoint sum {total}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("etherparse_ports: {path}: {message}");
            ExitCode::FAILURE
        }
    }
}
