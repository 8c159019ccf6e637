//! Bodies of `multipart/form-data`. <https://www.rfc-editor.org/rfc/rfc7578>

use crate::services::s3::fault::{Fault, Outcome};
use bytes::Bytes;

/// The fields before the file hold this many bytes at most.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html>
const FIELDS_LIMIT: usize = 20 * 1024;

/// What a form holds. What follows the file does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::services::s3) struct Form {
    /// Names in lower case, values as they were sent.
    fields: Vec<(String, String)>,
    pub(in crate::services::s3) file: Option<Bytes>,
    /// The file's name on the sender's disk, without its folders.
    pub(in crate::services::s3) filename: String,
}

impl Form {
    /// A field, whatever the case of its name.
    pub(in crate::services::s3) fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(in crate::services::s3) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn malformed() -> Fault {
    let message = "The body of your POST request is not well-formed multipart/form-data.";
    Fault::new(400, "MalformedPOSTRequest", message)
}

/// Reads a body.
pub(in crate::services::s3) fn read(content_type: &str, body: &Bytes) -> Outcome<Form> {
    let boundary = boundary(content_type).ok_or_else(malformed)?;
    let mut form = Form::default();
    let mut size = 0;
    let mut rest = after_first(body, boundary).ok_or_else(malformed)?;
    let end = format!("\r\n--{boundary}");
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let (headers, content) = split(part, b"\r\n\r\n").ok_or_else(malformed)?;
        let (content, behind) = split(content, end.as_bytes()).ok_or_else(malformed)?;
        rest = behind;
        let (name, filename) = disposition(headers).ok_or_else(malformed)?;
        if name == "file" {
            form.file = Some(body.slice_ref(content));
            form.filename = filename.unwrap_or_default();
            return Ok(form);
        }
        let value = String::from_utf8_lossy(content).into_owned();
        size += name.len() + value.len();
        if size > FIELDS_LIMIT {
            let message = "Your POST request fields preceding the upload file were too large.";
            return Err(Fault::new(400, "MaxPostPreDataLengthExceeded", message)
                .with("MaxPostPreDataLengthBytes", FIELDS_LIMIT.to_string()));
        }
        form.fields.push((name, value));
    }
    if rest.starts_with(b"--") {
        Ok(form)
    } else {
        Err(malformed())
    }
}

fn boundary(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).map(str::trim);
    let value = parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?
        .1;
    Some(value.trim_matches('"')).filter(|boundary| !boundary.is_empty())
}

/// What follows the first boundary; text before it does not count.
fn after_first<'b>(body: &'b [u8], boundary: &str) -> Option<&'b [u8]> {
    let first = format!("--{boundary}");
    if let Some(rest) = body.strip_prefix(first.as_bytes()) {
        return Some(rest);
    }
    split(body, format!("\r\n{first}").as_bytes()).map(|(_, rest)| rest)
}

fn split<'b>(bytes: &'b [u8], separator: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let first = *separator.first()?;
    let mut from = 0;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(separator) {
            return Some((&bytes[..at], &bytes[at + separator.len()..]));
        }
        from = at + 1;
    }
}

/// The name of a part in lower case, and that of its file.
fn disposition(headers: &[u8]) -> Option<(String, Option<String>)> {
    let headers = String::from_utf8_lossy(headers);
    let mut lines = headers.split("\r\n").filter_map(|line| line.split_once(':'));
    let value = lines
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))?
        .1;
    let name = parameter(value, "name")?.to_lowercase();
    let filename = parameter(value, "filename");
    Some((name, filename.map(|path| base_name(&path).to_owned())))
}

/// A parameter such as `name="key"`; a quotation mark within is escaped as browsers do it.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once(';') {
        rest = after.trim_start();
        let (name, value) = rest.split_once('=')?;
        let (value, behind) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => value.split_at(value.find(';').unwrap_or(value.len())),
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value.trim().replace("%22", "\""));
        }
        rest = behind;
    }
    None
}

/// Some browsers send the whole path.
fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn form(body: &'static str) -> Outcome<Form> {
        read(
            "multipart/form-data; boundary=XX",
            &Bytes::from_static(body.as_bytes()),
        )
    }

    #[test]
    fn a_form_has_fields_and_a_file() {
        let form = form(
            "--XX\r\nContent-Disposition: form-data; name=\"Key\"\r\n\r\na/${filename}\r\n--XX\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"C:\\notes\\é.txt\"\r\nContent-Type: text/plain\
             \r\n\r\nline\r\n--X\r\n\r\n--XX\r\nContent-Disposition: form-data; name=\"late\"\r\n\r\nx\r\n--XX--\r\n",
        )
        .unwrap();
        assert_eq!(form.get("key"), Some("a/${filename}"));
        assert_eq!(form.get("late"), None);
        assert_eq!(form.filename, "é.txt");
        assert_eq!(form.file.unwrap(), "line\r\n--X\r\n");
    }

    #[test]
    fn a_form_may_have_no_file() {
        let form = form("--XX\r\nContent-Disposition: form-data; name=key\r\n\r\n\r\n--XX--").unwrap();
        assert_eq!((form.get("KEY"), &form.file), (Some(""), &None));
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for body in [
            "",
            "--YY--",
            "--XX",
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nvalue",
            "--XX\r\nContent-Type: text/plain\r\n\r\nvalue\r\n--XX--",
        ] {
            assert_eq!(form(body).unwrap_err().code, "MalformedPOSTRequest", "{body}");
        }
        let body = Bytes::from_static(b"--XX--");
        assert!(read("multipart/form-data", &body).is_err());
    }
}
