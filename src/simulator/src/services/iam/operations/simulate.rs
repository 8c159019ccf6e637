//! Placeholder so that the crate compiles.
use super::{Answer, Work};
pub(super) fn custom(_: &mut Work<'_>) -> Answer {
    Ok(serde_json::Value::Null)
}
pub(super) fn principal(_: &mut Work<'_>) -> Answer {
    Ok(serde_json::Value::Null)
}
pub(super) fn keys_of_custom(_: &mut Work<'_>) -> Answer {
    Ok(serde_json::Value::Null)
}
pub(super) fn keys_of_principal(_: &mut Work<'_>) -> Answer {
    Ok(serde_json::Value::Null)
}
