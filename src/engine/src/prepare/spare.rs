//! Spares the compiler what nobody will use: while the crates are prepared, this program stands
//! before rustc (cargo's `RUSTC_WRAPPER`) and adds two flags where they help.
//!
//! Most of an AWS SDK is never called. `-Zhint-mostly-unused` leaves the machine code of its
//! functions to the crate that calls them: here the prelude, for the operations that lessons use,
//! and a cell, for any other. `-Zshare-generics=n` keeps a crate from listing all the generic
//! functions that it compiled for itself: rustc reads these lists anew with each cell, which was most
//! of the time that a cell took. Both flags are rustc's own, but not stable yet; a compiler that does
//! not know them does without ([`is_known`]).

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// The name under which cargo calls this program.
pub(crate) const WRAPPER: &str = "cahier-rustc";
/// Lets a stable rustc take flags that are not.
const UNSTABLE: (&str, &str) = ("RUSTC_BOOTSTRAP", "1");
const UNUSED: &str = "-Zhint-mostly-unused";
const ALONE: &str = "-Zshare-generics=n";

/// Beginnings of the names of crates whose functions are compiled where they are called.
const MOSTLY_UNUSED: [&str; 1] = ["aws_sdk_"];
/// Beginnings of the names of crates whose generic functions no cell takes from there.
const UNSHARED: [&str; 24] = [
    "aws_config",
    "aws_lc_rs",
    "aws_runtime",
    "aws_sdk_",
    "aws_sigv4",
    "aws_smithy_http_client",
    "aws_smithy_json",
    "aws_smithy_schema",
    "aws_smithy_xml",
    "crc_fast",
    "crypto_common",
    "h2",
    "hyper",
    "icu_",
    "idna",
    "indexmap",
    "p256",
    "regex_lite",
    "rustls",
    "time",
    "tokio_rustls",
    "tower",
    "tracing",
    "webpki",
];

/// Whether `rustc` takes the flags.
pub(super) fn is_known(rustc: &Path) -> bool {
    let tried = Command::new(rustc)
        .args([UNUSED, ALONE, "--print=sysroot"])
        .env(UNSTABLE.0, UNSTABLE.1)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

/// Acts as cargo's wrapper of rustc: the first argument is the compiler, the others are its own.
pub(crate) fn rustc(arguments: &[OsString]) -> ! {
    let Some((rustc, arguments)) = arguments.split_first() else {
        std::process::exit(101)
    };
    let mut command = Command::new(rustc);
    command.args(arguments);
    let added = flags(name(arguments));
    if !added.is_empty() {
        command.args(added).env(UNSTABLE.0, UNSTABLE.1);
    }
    let _ = command.exec();
    std::process::exit(101)
}

/// The crate that a call of rustc compiles.
fn name(arguments: &[OsString]) -> &str {
    let at = arguments.iter().position(|word| word == "--crate-name");
    at.and_then(|at| arguments.get(at + 1)?.to_str())
        .unwrap_or_default()
}

fn flags(name: &str) -> Vec<&'static str> {
    let begins = |list: &[&str]| list.iter().any(|beginning| name.starts_with(beginning));
    let unused = begins(&MOSTLY_UNUSED).then_some(UNUSED);
    let alone = begins(&UNSHARED).then_some(ALONE);
    unused.into_iter().chain(alone).collect()
}

#[cfg(test)]
mod tests {
    use super::{ALONE, UNUSED, flags, is_known, name};
    use std::ffi::OsString;
    use std::path::Path;

    #[test]
    fn an_sdk_is_compiled_where_it_is_called_and_what_cells_share_is_not_touched() {
        assert_eq!(flags("aws_sdk_s3"), [UNUSED, ALONE]);
        assert_eq!(flags("rustls"), [ALONE]);
        for shared in ["prelude", "tokio", "aws_smithy_types", "plotters", ""] {
            assert!(flags(shared).is_empty(), "{shared}");
        }
    }

    #[test]
    fn the_crate_is_the_word_behind_its_option() {
        let words = ["--edition", "2021", "--crate-name", "h2", "--crate-type"].map(OsString::from);
        assert_eq!(name(&words), "h2");
        assert_eq!(name(&[OsString::from("-vV")]), "");
    }

    #[test]
    fn a_program_that_is_no_rustc_knows_no_flag() {
        assert!(!is_known(Path::new("/bin/false")));
    }
}
