//! Who is at the other end of a connection from this machine.

use std::fs;
use std::net::{IpAddr, SocketAddr};

use super::tree::{Tree, hold_socket};

/// Whether a connection comes from a process of an instance. Where the system does not say who has it, everyone may.
pub(super) fn belongs(peer: SocketAddr, here: SocketAddr, tree: Tree) -> bool {
    let tables: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .collect();
    if tables.is_empty() {
        return true;
    }
    let found = tables.iter().find_map(|table| inode(table, peer, here));
    found.is_some_and(|inode| hold_socket(&tree.processes(), inode))
}

/// The number of the socket that is bound to one address and connected to another.
fn inode(table: &str, from: SocketAddr, to: SocketAddr) -> Option<&str> {
    let (from, to) = (written(from)?, written(to)?);
    let is = |shown: &str, wanted: &str| {
        shown == wanted || shown.strip_prefix(MAPPED).is_some_and(|shown| shown == wanted)
    };
    table.lines().find_map(|line| {
        let mut fields = line.split_whitespace();
        let (local, remote) = (fields.nth(1)?, fields.next()?);
        (is(local, &from) && is(remote, &to)).then(|| fields.nth(6))?
    })
}

/// What stands before an IPv4 address in the table of IPv6.
const MAPPED: &str = "0000000000000000FFFF0000";

/// An IPv4 address and a port as the system's table has them.
fn written(address: SocketAddr) -> Option<String> {
    match address.ip() {
        IpAddr::V4(ip) => Some(format!(
            "{:08X}:{:04X}",
            u32::from_ne_bytes(ip.octets()),
            address.port()
        )),
        IpAddr::V6(_) => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::net::{TcpListener, TcpStream};
    use std::process::{Command, Stdio};

    #[test]
    fn a_connection_belongs_to_who_made_it_and_to_nobody_else() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, peer) = listener.accept().unwrap();
        let here = accepted.local_addr().unwrap();
        let mut other = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        assert!(belongs(peer, here, Tree::new(std::process::id(), false)));
        assert!(!belongs(peer, here, Tree::new(other.id(), false)));
        drop((stream, other.stdin.take()));
        other.wait().unwrap();
    }

    #[test]
    fn an_address_is_found_in_both_tables() {
        let from = "127.1.2.3:8080".parse().unwrap();
        let to = "127.0.0.1:80".parse().unwrap();
        let (local, remote) = (written(from).unwrap(), written(to).unwrap());
        let row = |prefix: &str| {
            format!(
                "  sl  local_address rem_address   st\n   0: {prefix}{local} {prefix}{remote} 01 00000000:00000000 00:00000000 \
                 00000000  1000        0 4711 1 0000000000000000 20 4 0 10 -1\n"
            )
        };
        assert_eq!(inode(&row(""), from, to), Some("4711"));
        assert_eq!(inode(&row(MAPPED), from, to), Some("4711"));
        assert_eq!(inode(&row(""), to, from), None);
    }
}
