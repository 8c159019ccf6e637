//! The ports that are opened on this machine.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

/// An open port, and what is answered there.
#[derive(Debug)]
pub(crate) struct Listening {
    /// The port; it does not block.
    pub(super) listener: TcpListener,
    /// What every request is answered.
    pub(super) page: String,
    /// Ends when the port is closed.
    pub(super) closed: oneshot::Receiver<()>,
}

/// A port that is open, or that could not be opened, while this is kept.
#[derive(Debug)]
pub(super) struct Open {
    /// Where it was to be.
    asked: SocketAddr,
    /// Where it is.
    at: Option<SocketAddr>,
    /// What is to be known of it, where it is elsewhere than on AWS.
    pub(super) note: Option<String>,
    /// Dropped, it closes the port.
    _close: Option<oneshot::Sender<()>>,
}

impl Open {
    /// Whether it is what was asked for.
    pub(super) fn is_for(&self, address: Ipv4Addr, port: u16) -> bool {
        self.asked == SocketAddr::from((address, port))
    }

    /// Its address for browsers.
    pub(super) fn url(&self) -> Option<String> {
        let at = self.at?;
        Some(match at.port() {
            80 => format!("http://{}/", at.ip()),
            port => format!("http://{}:{port}/", at.ip()),
        })
    }
}

/// Opens a port, or the nearest to it that this machine lets anyone open.
pub(super) fn open(server: &UnboundedSender<Listening>, address: Ipv4Addr, port: u16, page: String) -> Open {
    let asked = SocketAddr::from((address, port));
    let (listener, refusal) = match bind(asked) {
        Ok(listener) => (Some(listener), None),
        Err(refusal) => (others(asked).find_map(|other| bind(other).ok()), Some(refusal)),
    };
    let at = listener.as_ref().and_then(|listener| listener.local_addr().ok());
    let note = refusal.map(|refusal| match at {
        Some(at) => format!("{asked} cannot be opened on this machine ({refusal}): {at} stands for it."),
        None => format!("{asked} cannot be opened on this machine ({refusal})."),
    });
    let close = listener.map(|listener| {
        let (close, closed) = oneshot::channel();
        // Without a server any more, the port is closed at once.
        let _ = server.send(Listening {
            listener,
            page,
            closed,
        });
        close
    });
    Open {
        asked,
        at,
        note,
        _close: close,
    }
}

/// What stands for an address that cannot be opened: a port that needs no privilege, or any that is free; then the same on
/// the one loopback address that every system has.
fn others(asked: SocketAddr) -> impl Iterator<Item = SocketAddr> {
    let unprivileged = asked.port().saturating_add(8000);
    let here = std::net::IpAddr::from(Ipv4Addr::LOCALHOST);
    [asked.ip(), here]
        .into_iter()
        .flat_map(move |ip| [unprivileged, 0].map(|port| SocketAddr::new(ip, port)))
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use tokio::sync::mpsc;

    #[test]
    fn a_port_that_is_taken_is_stood_for_by_another() {
        let taken = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let port = taken.local_addr().unwrap().port();
        let (server, mut opened) = mpsc::unbounded_channel();
        let open = open(&server, Ipv4Addr::LOCALHOST, port, "page".to_owned());
        assert!(open.is_for(Ipv4Addr::LOCALHOST, port));
        let listening = opened.try_recv().unwrap();
        let other = listening.listener.local_addr().unwrap().port();
        assert_ne!(other, port);
        assert_eq!(open.url(), Some(format!("http://127.0.0.1:{other}/")));
        assert!(
            open.note
                .unwrap()
                .contains(&format!("127.0.0.1:{port} cannot be opened"))
        );
    }
}
