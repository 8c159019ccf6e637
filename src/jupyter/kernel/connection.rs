//! The connection file that Jupyter writes for a kernel: where its sockets are, and the key that messages are signed with.

use crate::failure::{Failure, system};
use serde::Deserialize;
use std::net::IpAddr;
use std::path::Path;

/// Where a kernel listens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Connection {
    transport: String,
    ip: String,
    /// Requests.
    pub shell_port: u16,
    /// What is published to everybody.
    pub iopub_port: u16,
    /// Questions to whoever asked for a cell.
    pub stdin_port: u16,
    /// Requests that do not wait.
    pub control_port: u16,
    /// The echo.
    pub hb_port: u16,
    /// Signs messages; empty where nobody does.
    #[serde(default)]
    pub key: String,
    #[serde(default = "usual_scheme")]
    signature_scheme: String,
}

fn usual_scheme() -> String {
    "hmac-sha256".to_owned()
}

impl Connection {
    /// Reads a connection file.
    ///
    /// # Errors
    /// When it cannot be read, or asks for what there is not.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| bad(path, &format!("ne se lit pas ({})", system(&source))))?;
        Self::parse(&text).map_err(|why| bad(path, &why))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let connection: Self = serde_json::from_str(text).map_err(|error| {
            format!(
                "n’est pas un fichier de connexion de Jupyter (ligne {})",
                error.line()
            )
        })?;
        if connection.transport != "tcp" {
            let transport = &connection.transport;
            return Err(format!(
                "demande le transport «\u{a0}{transport}\u{a0}»\u{a0}: seul tcp est possible"
            ));
        }
        if connection.signature_scheme != usual_scheme() {
            let scheme = &connection.signature_scheme;
            return Err(format!(
                "demande la signature «\u{a0}{scheme}\u{a0}»\u{a0}: seule hmac-sha256 est possible"
            ));
        }
        if connection.ip != "*" && connection.host().parse::<IpAddr>().is_err() {
            return Err(format!(
                "demande l’adresse «\u{a0}{}\u{a0}», qui n’en est pas une",
                connection.ip
            ));
        }
        Ok(connection)
    }

    fn host(&self) -> &str {
        match self.ip.as_str() {
            "localhost" => "127.0.0.1",
            other => other,
        }
    }

    /// The address of one of the ports.
    pub(super) fn address(&self, port: u16) -> String {
        match self.host() {
            "*" => format!("tcp://0.0.0.0:{port}"),
            host if host.contains(':') => format!("tcp://[{host}]:{port}"),
            host => format!("tcp://{host}:{port}"),
        }
    }
}

fn bad(path: &Path, why: &str) -> Failure {
    Failure::Kernel {
        message: format!("{} {why}", path.display()),
        hint: "c’est Jupyter qui écrit ce fichier et lance le noyau\u{a0}: «\u{a0}cahier jupyter installer\u{a0}», puis «\u{a0}jupyter lab\u{a0}».".to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn file(changes: &Value) -> String {
        let mut file = json!({
            "transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4,
            "hb_port": 5, "key": "abc", "signature_scheme": "hmac-sha256", "kernel_name": "cahier",
        });
        for (name, value) in changes.as_object().unwrap() {
            file[name] = value.clone();
        }
        file.to_string()
    }

    #[test]
    fn a_connection_file_says_where_each_socket_is() {
        let connection = Connection::parse(&file(&json!({}))).unwrap();
        assert_eq!(connection.address(connection.iopub_port), "tcp://127.0.0.1:2");
        let six = Connection::parse(&file(&json!({"ip": "::1", "key": ""}))).unwrap();
        assert_eq!(
            (six.address(1), six.key.as_str()),
            ("tcp://[::1]:1".to_owned(), "")
        );
        let any = Connection::parse(&file(&json!({"ip": "*"}))).unwrap();
        assert_eq!(any.address(1), "tcp://0.0.0.0:1");
    }

    #[test]
    fn what_a_connection_file_cannot_ask_for_is_said_in_french() {
        for (changes, words) in [
            (json!({"transport": "ipc"}), "seul tcp"),
            (json!({"signature_scheme": "hmac-md5"}), "seule hmac-sha256"),
            (json!({"ip": "chez moi"}), "qui n’en est pas une"),
            (json!({"shell_port": "x"}), "n’est pas un fichier de connexion"),
        ] {
            let why = Connection::parse(&file(&changes)).unwrap_err();
            assert!(why.contains(words), "{why}");
        }
        assert!(
            Connection::read(Path::new("absent.json"))
                .unwrap_err()
                .to_string()
                .contains("introuvable")
        );
    }
}
