//! The linker of a cell: the C compiler, without what takes it long.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use super::{fail, flag};
use crate::prepare::Manifest;

/// Around a library that must be in the list of those a cell loads.
const KEEP: &str = "-Wl,--push-state,--no-as-needed";
const RESTORE: &str = "-Wl,--pop-state";

/// Acts as the linker of a cell: the C compiler, which gets an empty library of the same name in
/// place of the prepared one. Reading its 150,000 symbols is most of the time that linking takes.
pub(crate) fn link(arguments: &[OsString]) -> ! {
    let Some(manifest) = super::manifest() else {
        fail("cahier: rien n’est préparé ici")
    };
    let error = Command::new("cc").args(linked(&manifest, arguments)).exec();
    fail(&format!("cc: {error}"))
}

fn linked(manifest: &Manifest, arguments: &[OsString]) -> Vec<OsString> {
    let mut linked: Vec<OsString> = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match &manifest.stub {
            // An empty library answers no symbol: the linker would leave it out as not needed.
            Some(stub) if *argument == manifest.library.as_os_str() => {
                linked.extend([KEEP.into(), stub.clone().into(), RESTORE.into()]);
            }
            _ => linked.push(argument.clone()),
        }
    }
    linked
}

/// What has the compiler link the prepared library's name without knowing the library.
pub(super) fn by_name(manifest: &Manifest) -> [OsString; 3] {
    let library = manifest.stub.as_ref().unwrap_or(&manifest.library);
    [OsString::from(KEEP), library.into(), RESTORE.into()].map(|argument| flag("-Clink-arg=", argument))
}

#[cfg(test)]
mod tests {
    use super::{by_name, linked};
    use crate::prepare::Manifest;
    use std::ffi::OsString;

    fn manifest() -> Manifest {
        Manifest {
            library: "/p/libprelude.so".into(),
            stub: Some("/p/stub/libprelude.so".into()),
            ..Manifest::default()
        }
    }

    #[test]
    fn the_linker_gets_the_stub_and_keeps_it() {
        let given: Vec<OsString> = ["-Wl,--as-needed", "a.o", "/p/libprelude.so", "-lc"]
            .map(OsString::from)
            .to_vec();
        assert_eq!(
            linked(&manifest(), &given),
            [
                "-Wl,--as-needed",
                "a.o",
                "-Wl,--push-state,--no-as-needed",
                "/p/stub/libprelude.so",
                "-Wl,--pop-state",
                "-lc"
            ]
        );
    }

    #[test]
    fn a_cell_that_does_not_know_the_library_still_loads_it() {
        let library = OsString::from("-Clink-arg=/p/stub/libprelude.so");
        assert!(by_name(&manifest()).contains(&library));
    }
}
