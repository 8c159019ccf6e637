//! A message of Jupyter's protocol, as frames that are signed: read, checked, written.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use std::fmt::Write as _;
use std::sync::Arc;
use uuid::Uuid;

/// Between who a message is for and the message itself.
const DELIMITER: &[u8] = b"<IDS|MSG>";
/// Header, parent, metadata, content.
const PARTS: usize = 4;
/// The protocol that this kernel speaks.
pub(super) const PROTOCOL: &str = "5.4";

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// Who it comes from or goes to; the topic, of what is published.
    pub(super) identities: Vec<Bytes>,
    pub(super) header: Value,
    pub(super) parent: Value,
    pub(super) metadata: Value,
    pub(super) content: Value,
}

/// Why frames are no message.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("il n’a pas la forme du protocole")]
    Form,
    #[error("sa signature n’est pas la bonne")]
    Signature,
}

/// What signs messages; nothing, where there is no key.
#[derive(Clone)]
pub(super) struct Key(Option<Hmac<Sha256>>);

impl Key {
    pub(super) fn new(key: &str) -> Self {
        let signs = Some(key).filter(|key| !key.is_empty());
        Self(signs.and_then(|key| Hmac::new_from_slice(key.as_bytes()).ok()))
    }

    fn over(&self, parts: &[Bytes]) -> Option<Hmac<Sha256>> {
        let mut mac = self.0.clone()?;
        for part in parts {
            mac.update(part);
        }
        Some(mac)
    }

    fn sign(&self, parts: &[Bytes]) -> String {
        let Some(mac) = self.over(parts) else {
            return String::new();
        };
        let bytes = mac.finalize().into_bytes();
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Whether `signature` is that of the parts; compared in a time that tells nothing of it.
    fn verifies(&self, parts: &[Bytes], signature: &[u8]) -> bool {
        let Some(mac) = self.over(parts) else {
            return true;
        };
        bytes_of(signature).is_some_and(|signature| mac.verify_slice(&signature).is_ok())
    }
}

/// Bytes that are written in hexadecimal.
fn bytes_of(hexadecimal: &[u8]) -> Option<Vec<u8>> {
    let pairs = hexadecimal.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs.collect()
}

impl Message {
    /// Reads frames, and checks who signed them.
    pub(super) fn read(frames: Vec<Bytes>, key: &Key) -> Result<Self, Refused> {
        let delimiter = frames.iter().position(|frame| frame[..] == *DELIMITER);
        let delimiter = delimiter.ok_or(Refused::Form)?;
        let mut identities = frames;
        let mut rest = identities.split_off(delimiter);
        if rest.len() < 2 + PARTS {
            return Err(Refused::Form);
        }
        let parts = rest.split_off(2);
        // Buffers may follow, which nobody signs.
        if !key.verifies(&parts[..PARTS], &rest[1]) {
            return Err(Refused::Signature);
        }
        let part = |rank: usize| {
            let value: Option<Value> = serde_json::from_slice(&parts[rank]).ok();
            value.filter(Value::is_object).ok_or(Refused::Form)
        };
        let message = Self {
            identities,
            header: part(0)?,
            parent: part(1)?,
            metadata: part(2)?,
            content: part(3)?,
        };
        if message.header["msg_type"].is_string() {
            Ok(message)
        } else {
            Err(Refused::Form)
        }
    }

    /// The frames of this message, signed.
    pub(super) fn frames(&self, key: &Key) -> Vec<Bytes> {
        let part = |value: &Value| Bytes::from(value.to_string());
        let parts = [&self.header, &self.parent, &self.metadata, &self.content].map(part);
        let signature = Bytes::from(key.sign(&parts));
        let ends = [Bytes::from_static(DELIMITER), signature];
        let identities = self.identities.iter().cloned();
        identities.chain(ends).chain(parts).collect()
    }

    /// What it asks for, or is.
    pub(super) fn kind(&self) -> &str {
        self.header["msg_type"].as_str().unwrap_or_default()
    }

    /// A text of its content; empty where there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.content[name].as_str().unwrap_or_default()
    }

    /// A switch of its content.
    pub(super) fn flag(&self, name: &str, default: bool) -> bool {
        self.content[name].as_bool().unwrap_or(default)
    }
}

/// What this kernel writes in each header.
#[derive(Debug, Clone)]
pub(super) struct Author {
    session: Arc<str>,
}

impl Author {
    pub(super) fn new() -> Self {
        Self {
            session: Uuid::new_v4().to_string().into(),
        }
    }

    fn header(&self, kind: &str) -> Value {
        let now = time::OffsetDateTime::now_utc();
        let date = now.format(&time::format_description::well_known::Rfc3339);
        json!({
            "msg_id": Uuid::new_v4().to_string(),
            "session": &*self.session,
            "username": "cahier",
            "date": date.unwrap_or_default(),
            "msg_type": kind,
            "version": PROTOCOL,
        })
    }

    /// A message to these identities, because of a request with that header.
    pub(super) fn write(
        &self,
        identities: Vec<Bytes>,
        parent: &Value,
        kind: &str,
        content: Value,
    ) -> Message {
        Message {
            identities,
            header: self.header(kind),
            parent: parent.clone(),
            metadata: Value::Object(Map::new()),
            content,
        }
    }

    /// The answer to a request: of the type that goes with it, to who asked.
    pub(super) fn reply(&self, request: &Message, content: Value) -> Message {
        let kind = request.kind().replace("_request", "_reply");
        self.write(request.identities.clone(), &request.header, &kind, content)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn message() -> Message {
        let identities = vec![Bytes::from_static(b"client"), Bytes::from_static(b"\0\x01")];
        Author::new().write(
            identities,
            &json!({"msg_id": "a"}),
            "execute_request",
            json!({"code": "été 🦀"}),
        )
    }

    #[test]
    fn what_is_written_is_read_back_with_all_its_identities() {
        for key in ["", "une clé"] {
            let key = Key::new(key);
            let message = message();
            let frames = message.frames(&key);
            assert_eq!(frames.len(), 2 + 2 + 4);
            let buffered = [&frames[..], &[Bytes::from_static(b"\xff")]].concat();
            assert_eq!(Message::read(frames, &key).unwrap(), message);
            assert_eq!(Message::read(buffered, &key).unwrap(), message);
        }
    }

    #[test]
    fn a_signature_is_the_one_that_the_protocol_describes() {
        let parts = [&b"{}"[..], b"{}", b"{}", b"{}"].map(Bytes::from_static);
        // python3 -c "import hmac; print(hmac.new(b'cle', b'{}{}{}{}', 'sha256').hexdigest())"
        let expected = "037020278ac38e97433b7d88a018e0be7347d86fc1683b03892e9c1d382f6eb1";
        assert_eq!(Key::new("cle").sign(&parts), expected);
        assert_eq!(Key::new("").sign(&parts), "");
    }

    #[test]
    fn a_message_that_somebody_changed_or_that_nobody_signed_is_refused() {
        let key = Key::new("clé");
        let frames = message().frames(&key);
        for (rank, forged) in [(7, "{\"code\":\"rm\"}"), (3, ""), (3, "zz"), (3, "é"), (3, "00")] {
            let mut frames = frames.clone();
            frames[rank] = Bytes::from(forged);
            assert_eq!(Message::read(frames, &key), Err(Refused::Signature), "{forged}");
        }
        assert_eq!(
            Message::read(message().frames(&Key::new("autre")), &key),
            Err(Refused::Signature)
        );
    }

    #[test]
    fn frames_without_the_form_of_the_protocol_are_no_message() {
        let key = Key::new("");
        let frames = message().frames(&key);
        let cut = |rank: usize, text: &'static str| {
            let mut frames = frames.clone();
            frames[rank] = Bytes::from_static(text.as_bytes());
            frames
        };
        for wrong in [
            vec![],
            frames[..2].to_vec(),
            frames[..6].to_vec(),
            cut(4, "[]"),
            cut(4, "{}"),
            cut(7, "é{"),
        ] {
            assert_eq!(Message::read(wrong, &key), Err(Refused::Form));
        }
    }
}
