//! A presigned URL that passes, as Rust that signs it with the SDK in a cell.

use super::presigned_judge::Question;
use super::presigned_url::Method;

impl Question {
    /// `None` where the URL is not for the backend's own key and endpoint.
    pub(super) fn cell(&self) -> Option<String> {
        if self.own_key.is_some() || self.host.is_some() || self.region.is_some() || self.date.is_some() {
            return None;
        }
        let operation = match self.method {
            Method::Get => "get_object",
            Method::Put => "put_object",
            Method::Head => "head_object",
            Method::Delete => "delete_object",
        };
        // The SDK names its setters after parameters and headers.
        let signed = self.parameters.iter().chain(&self.headers);
        let setters: Vec<String> = signed
            .map(|(name, value)| {
                let setter = name.to_ascii_lowercase().replace('-', "_");
                format!("        .{setter}({value:?})\n")
            })
            .collect();
        Some(format!(
            "{{\n    let duree = std::time::Duration::from_secs({});\n    \
             let duree = aws_sdk_s3::presigning::PresigningConfig::expires_in(duree).unwrap();\n    \
             let atelier = prelude::commencer(\"url\").await;\n    let requete = atelier\n        .s3\n        \
             .{operation}()\n        .bucket({:?})\n        .key({:?})\n{}        .presigned(duree);\n    \
             requete.await.unwrap().uri().to_string()\n}}",
            self.life.0,
            self.bucket,
            self.key,
            setters.concat()
        ))
    }
}
