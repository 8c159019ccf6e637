//! Runtimes and architectures.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>

use time::macros::date;
use time::{Date, OffsetDateTime};

use super::errors::invalid_parameter;
use crate::error::AwsError;
use crate::services::form::Form;

/// A runtime that AWS supports, or did.
struct Runtime {
    name: &'static str,
    /// From when functions can no longer be created with it, where that is known.
    blocked: Option<Date>,
}

const fn supported(name: &'static str) -> Runtime {
    Runtime { name, blocked: None }
}

const fn gone(name: &'static str) -> Runtime {
    Runtime {
        name,
        blocked: Some(date!(2026 - 01 - 01)),
    }
}

/// Every runtime of the API, those that functions can still be made with in the order in which AWS's errors have them. AWS
/// blocks the creation of functions some time after a runtime's deprecation: those whose block lies before 2026 are gone
/// here.
static RUNTIMES: &[Runtime] = &[
    supported("nodejs20.x"),
    supported("python3.14"),
    supported("provided.al2023"),
    supported("python3.12"),
    supported("python3.13"),
    supported("nodejs24.x"),
    supported("nodejs22.x"),
    supported("java25"),
    supported("python3.10"),
    supported("python3.11"),
    supported("java21"),
    supported("ruby3.3"),
    supported("ruby3.4"),
    supported("ruby3.2"),
    supported("python3.8"),
    supported("python3.9"),
    supported("java17"),
    supported("nodejs16.x"),
    supported("dotnet10"),
    supported("dotnet8"),
    supported("java11"),
    supported("dotnet6"),
    supported("nodejs18.x"),
    supported("provided.al2"),
    supported("java8.al2"),
    supported("nodejs26.x"),
    supported("python3.15"),
    supported("ruby4.0"),
    supported("java17.al2023"),
    supported("java11.al2023"),
    supported("java8.al2023"),
    gone("nodejs14.x"),
    gone("nodejs12.x"),
    gone("nodejs10.x"),
    gone("nodejs8.10"),
    gone("nodejs6.10"),
    gone("nodejs4.3"),
    gone("nodejs4.3-edge"),
    gone("nodejs"),
    gone("python3.7"),
    gone("python3.6"),
    gone("python2.7"),
    gone("java8"),
    gone("dotnetcore3.1"),
    gone("dotnetcore2.1"),
    gone("dotnetcore2.0"),
    gone("dotnetcore1.0"),
    gone("ruby2.7"),
    gone("ruby2.5"),
    gone("go1.x"),
    gone("provided"),
];

/// The architectures.
pub(super) const ARCHITECTURES: [&str; 2] = ["x86_64", "arm64"];

/// The constraint on the runtime of a function or layer.
fn usable_set() -> String {
    let usable = RUNTIMES.iter().filter(|runtime| runtime.blocked.is_none());
    enumerated(usable)
}

fn enumerated<'a>(runtimes: impl Iterator<Item = &'a Runtime>) -> String {
    let names: Vec<&str> = runtimes.map(|runtime| runtime.name).collect();
    format!("Member must satisfy enum value set: [{}]", names.join(", "))
}

fn is_runtime(name: &str) -> bool {
    RUNTIMES.iter().any(|runtime| runtime.name == name)
}

/// Refuses what is no runtime of a function.
fn known(name: &str) -> Result<(), AwsError> {
    if is_runtime(name) {
        return Ok(());
    }
    Err(invalid_parameter(format!(
        "Value {name} at 'runtime' failed to satisfy constraint: {} or be a valid ARN",
        usable_set()
    )))
}

/// Notes what is no runtime among those that a layer is said to be compatible with.
pub(super) fn compatible(form: &mut Form<'_>, names: &[String]) {
    if !names.iter().all(|name| is_runtime(name)) {
        let value = format!("[{}]", names.join(", "));
        form.wrong("CompatibleRuntimes", &value, &usable_set());
    }
}

/// Notes what is no runtime in a list's filter.
pub(super) fn filter(form: &mut Form<'_>, name: &str) {
    if !is_runtime(name) {
        form.wrong("CompatibleRuntime", name, &enumerated(RUNTIMES.iter()));
    }
}

/// Refuses a runtime with which functions can no longer be made.
pub(super) fn usable(name: &str, now: OffsetDateTime) -> Result<(), AwsError> {
    known(name)?;
    let runtime = RUNTIMES.iter().find(|runtime| runtime.name == name);
    if runtime
        .and_then(|runtime| runtime.blocked)
        .is_none_or(|blocked| now.date() < blocked)
    {
        return Ok(());
    }
    Err(invalid_parameter(format!(
        "The runtime parameter of {name} is no longer supported for creating or updating AWS Lambda functions. We recommend \
         you use a supported runtime while creating or updating functions."
    )))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    #[test]
    fn a_runtime_is_usable_gone_or_unknown() {
        usable("python3.13", NOW).unwrap();
        let gone = usable("python3.6", NOW).unwrap_err().message;
        assert!(
            gone.starts_with("The runtime parameter of python3.6 is no longer supported"),
            "{gone}"
        );
        let unknown = usable("python9", NOW).unwrap_err().message;
        assert!(unknown.starts_with("Value python9 at 'runtime'"), "{unknown}");
        known("python3.6").unwrap();
    }
}
