//! What a native judgement needs to know of the backend: its keys, its time, its endpoint.

use crate::backend::Backend;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use workbook::evidence::{Evidence, SigningKey};

/// Where an answer was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    keys: Vec<SigningKey>,
    now: i64,
    endpoint: Option<String>,
    real_account: bool,
}

const PATIENCE: Duration = Duration::from_secs(2);

impl Place {
    /// Outside of any backend, now: enough for numbers and choices.
    pub fn nowhere() -> Self {
        Self {
            now: time::OffsetDateTime::now_utc().unix_timestamp(),
            ..Self::default()
        }
    }

    /// A real account, of which nothing is known here.
    pub fn real_account() -> Self {
        Self {
            real_account: true,
            ..Self::nowhere()
        }
    }

    /// The backend of this process.
    pub fn of(backend: &Backend) -> Self {
        let mut place = Self {
            keys: backend.keys(),
            real_account: backend.simulator().is_none(),
            ..Self::nowhere()
        };
        if let Some(simulator) = backend.simulator() {
            place.now = simulator.now().unix_timestamp();
            place.endpoint = Some(simulator.endpoint());
        }
        place
    }

    /// The real account or the simulator that this process's environment leads to, as in a notebook or beside
    /// `cahier simulateur`. Keys are taken for a loopback endpoint only: a real account's secret is
    /// never looked at.
    pub fn inherited() -> Option<Self> {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        if read("CAHIER_MONDE").as_deref() == Some("aws") {
            return Some(Self::real_account());
        }
        let endpoint = read("AWS_ENDPOINT_URL")?;
        let address = loopback(&endpoint)?;
        let key = SigningKey {
            access_key_id: read("AWS_ACCESS_KEY_ID")?,
            secret_access_key: read("AWS_SECRET_ACCESS_KEY")?,
        };
        let mut place = Self {
            keys: vec![key],
            endpoint: Some(endpoint),
            ..Self::nowhere()
        };
        if let Some(now) = read("CAHIER_CONTROL_TOKEN").and_then(|token| clock(address, &token)) {
            place.now = now;
        }
        Some(place)
    }

    /// What evidence starts from here.
    pub fn ground(&self) -> Evidence {
        Evidence {
            keys: self.keys.clone(),
            now: self.now,
            endpoint: self.endpoint.clone(),
            real_account: self.real_account,
            rules: Some(crate::rules::rules),
            documents: Some(crate::rules::documents),
            ..Evidence::default()
        }
    }
}

fn loopback(endpoint: &str) -> Option<SocketAddr> {
    let authority = endpoint.strip_prefix("http://")?.trim_end_matches('/');
    let address: SocketAddr = authority.replace("localhost", "127.0.0.1").parse().ok()?;
    address.ip().is_loopback().then_some(address)
}

/// What a control route (`clock`, `journal`, `journal/7`) of the simulator tells that this process's environment leads to.
pub fn control(route: &str) -> Option<serde_json::Value> {
    let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let address = loopback(&read("AWS_ENDPOINT_URL")?)?;
    ask(address, &read("CAHIER_CONTROL_TOKEN")?, route)
}

fn ask(address: SocketAddr, token: &str, route: &str) -> Option<serde_json::Value> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let request = format!(
        "GET /_cahier/{route} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let ok = head.split(' ').nth(1) == Some("200");
    ok.then(|| serde_json::from_str(body).ok()).flatten()
}

/// The simulated time of the simulator at `address`, in seconds since 1970.
fn clock(address: SocketAddr, token: &str) -> Option<i64> {
    seconds(&ask(address, token, "clock")?["now"])
}

/// A time in seconds, or as ISO 8601.
fn seconds(now: &serde_json::Value) -> Option<i64> {
    let parse = |text: &str| {
        time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339)
            .ok()
            .map(time::OffsetDateTime::unix_timestamp)
    };
    now.as_i64().or_else(|| now.as_str().and_then(parse))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_loopback_endpoint_is_a_simulator() {
        assert!(loopback("http://127.0.0.1:4566").is_some());
        assert!(loopback("http://localhost:4566/").is_some());
        assert!(loopback("https://s3.eu-west-3.amazonaws.com").is_none());
        assert!(loopback("http://10.0.0.1:4566").is_none());
    }

    #[test]
    fn the_clock_is_read_in_both_its_forms() {
        assert_eq!(seconds(&json!(1_700_000_000)), Some(1_700_000_000));
        assert_eq!(seconds(&json!("2023-11-14T22:13:20Z")), Some(1_700_000_000));
        assert_eq!(seconds(&json!(null)), None);
    }
}
