//! One cell, one call of rustc.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::cache::{self, Known, Place};
use super::{FOLDER, MARK, fail, flag, foreign, lean, moved, notices, stop};
use crate::hook::LINKER;
use crate::prepare::Manifest;
use crate::sys;

/// evcxr's name for the path of the file in which it reads where the compiled cell is.
const RESULT: &str = "EVCXR_EXECUTION_SO_PATH";
/// Bytes that rustc may have, and each program that it starts: a macro or a constant without measure would otherwise
/// take the whole machine's.
const MEMORY: u64 = 4 << 30;
/// Around a library that must be in the list of those a cell loads.
const KEEP: &str = "-Wl,--push-state,--no-as-needed";
const RESTORE: &str = "-Wl,--pop-state";

/// What is part of each compilation besides its text; another number stands for other flags.
const FLAGS: &str = "1";
/// How rustc ends when the text itself is why.
const REFUSED: &[u8] = b"aborting due to ";
/// How it tells that a variable is used after it was given away.
const MOVED: &[u8] = b"\"code\":\"E0382\"";

/// Compiles the cell in `folder`, unless that was done before.
pub(super) fn compile(manifest: &Manifest, folder: &Path, check: bool) -> ! {
    if let Some(host) = std::env::var_os(FOLDER)
        && !stop::begin(Path::new(&host))
    {
        fail("compilation arrêtée");
    }
    match Request::read(manifest, folder, check) {
        Ok(request) => request.answer(),
        Err(error) => fail(&error.to_string()),
    }
}

/// What evcxr asks to compile.
struct Request<'a> {
    manifest: &'a Manifest,
    folder: &'a Path,
    check: bool,
    source: String,
    settings: Settings,
}

impl<'a> Request<'a> {
    fn read(manifest: &'a Manifest, folder: &'a Path, check: bool) -> io::Result<Self> {
        Ok(Self {
            manifest,
            folder,
            check,
            source: fs::read_to_string(folder.join("src/lib.rs"))?,
            settings: Settings::read(&fs::read_to_string(folder.join("Cargo.toml"))?),
        })
    }

    fn answer(&self) -> ! {
        let compilation = self.compilation(self.folder, &self.source);
        let compilation = compilation.unwrap_or_else(|error| fail(&error.to_string()));
        if let Some(place) = std::env::var_os(RESULT) {
            let written = fs::write(place, compilation.library.as_os_str().as_encoded_bytes());
            written.unwrap_or_else(|error| fail(&error.to_string()));
        }
        sys::limit_memory(MEMORY);
        compilation.run(|| self.next())
    }

    /// What evcxr will ask for if the compiler refuses this, as far as can be guessed. It is compiled in a folder of
    /// its own, under the same relative path: a panic tells it.
    fn next(&self) -> Option<Compilation> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let source = moved::without_given_away(&self.source).filter(|_| processors > 1)?;
        self.compilation(&self.folder.join("target/next"), &source).ok()
    }

    fn compilation(&self, folder: &Path, source: &str) -> io::Result<Compilation> {
        let manifest = self.manifest;
        let target = folder.join("target");
        fs::create_dir_all(&target)?;
        let beyond: BTreeMap<_, _> = self
            .settings
            .dependencies
            .iter()
            .filter(|(name, _)| !manifest.provides(name))
            .collect();
        let used = used(manifest, source);
        let text = compiled_text(source, !used.is_empty());
        fs::write(target.join("lib.rs"), &text)?;
        let mut arguments = library_arguments(manifest, &used);
        let mut place = None;
        if !beyond.is_empty() {
            arguments.extend(foreign::externs(manifest, &target, &beyond)?);
        } else if !self.check {
            place = self.place(&text);
        }
        let library = target.join("libctx.so");
        let mut rustc = rustc(manifest, folder, &self.settings.opt_level);
        rustc.args(arguments).arg("target/lib.rs");
        if self.check {
            rustc
                .arg("--emit=metadata")
                .arg("-o")
                .arg(target.join("libctx.rmeta"));
        } else {
            rustc.arg("--emit=link").arg("-o").arg(&library);
        }
        Ok(Compilation {
            rustc,
            library,
            place,
        })
    }

    /// Where what this text becomes is kept.
    fn place(&self, text: &str) -> Option<Place> {
        let cells = std::env::var_os(cache::VARIABLE)?;
        let (version, level) = (&self.manifest.version, &self.settings.opt_level);
        let by = format!("{FLAGS} {version} {level} {}", self.manifest.path.display());
        Place::of(Path::new(&cells), text, &by)
    }
}

/// The compiler in `folder`, with all that every cell is compiled with.
fn rustc(manifest: &Manifest, folder: &Path, opt_level: &str) -> Command {
    let mut rustc = Command::new(&manifest.rustc);
    rustc
        .current_dir(folder)
        .args([
            "--crate-name",
            "ctx",
            "--edition",
            "2024",
            "--crate-type",
            "cdylib",
        ])
        .arg("--error-format=json")
        .arg(format!("-Copt-level={opt_level}"))
        .args([
            "-Cprefer-dynamic",
            "-Cdebug-assertions=on",
            "-Coverflow-checks=on",
        ])
        // Nobody sees a warning of a cell, and to look for them takes an eighth of the time.
        .args(["-Cstrip=debuginfo", "-Awarnings"])
        .args(runtime_paths(manifest));
    sys::dies_with_parent(&mut rustc);
    rustc
}

/// One call of rustc.
struct Compilation {
    rustc: Command,
    library: PathBuf,
    /// Where its result is kept.
    place: Option<Place>,
}

impl Compilation {
    /// Without a place for its result, this process becomes rustc. What `next` gives is compiled meanwhile, to be
    /// found where the compiler refuses this.
    fn run(mut self, next: impl FnOnce() -> Option<Self>) -> ! {
        let Some(place) = self.place else {
            fail(&self.rustc.exec().to_string())
        };
        match place.fetch(&self.library) {
            Known::Compiled => std::process::exit(0),
            Known::Refused(words) => end(&words, 1),
            Known::Nothing => {}
        }
        let next = next().and_then(Next::start);
        match self.rustc.stderr(Stdio::piped()).output() {
            Ok(output) if output.status.success() => {
                next.map(Next::forget);
                place.keep_library(&self.library);
                end(&output.stderr, 0)
            }
            Ok(output) => {
                let refused = contains(&output.stderr, REFUSED);
                // A compiler that was stopped, or had no memory left, has not refused anything.
                if refused {
                    place.keep_refusal(&output.stderr);
                }
                match next {
                    Some(next) if refused && contains(&output.stderr, MOVED) => next.keep(),
                    next => drop(next.map(Next::forget)),
                }
                end(&output.stderr, output.status.code().unwrap_or(101))
            }
            Err(error) => fail(&error.to_string()),
        }
    }
}

/// A compilation that nobody asked for yet.
struct Next {
    rustc: Child,
    library: PathBuf,
    place: Place,
}

impl Next {
    fn start(mut compilation: Compilation) -> Option<Self> {
        let rustc = compilation.rustc.stderr(Stdio::null()).spawn().ok()?;
        Some(Self {
            rustc,
            library: compilation.library,
            place: compilation.place?,
        })
    }

    fn keep(mut self) {
        if self.rustc.wait().is_ok_and(|status| status.success()) {
            self.place.keep_library(&self.library);
        }
    }

    fn forget(mut self) {
        let _ = self.rustc.kill();
    }
}

fn contains(text: &[u8], words: &[u8]) -> bool {
    text.windows(words.len()).any(|found| found == words)
}

/// Passes on what the compiler said.
fn end(words: &[u8], code: i32) -> ! {
    let _ = io::stderr().write_all(words);
    std::process::exit(code)
}

/// What is compiled of evcxr's source.
fn compiled_text(source: &str, with_prelude: bool) -> String {
    // A stock kernel, which compiles through here without a mark, reads evcxr's own words.
    let mark = std::env::var(MARK).ok();
    let mut text = notices::showing(source, mark.as_deref());
    if with_prelude {
        text = lean::lean(&text);
    }
    if let Some(mark) = mark {
        text = notices::one_name(&notices::marked(&text, &mark));
    }
    if with_prelude {
        text = with_library(&text);
    }
    text
}

/// What of evcxr's `Cargo.toml` matters here.
struct Settings {
    opt_level: String,
    dependencies: BTreeMap<String, toml::Value>,
}

impl Settings {
    fn read(text: &str) -> Self {
        let table: toml::Table = toml::from_str(text).unwrap_or_default();
        let level = table
            .get("profile")
            .and_then(|profile| profile.get("dev")?.get("opt-level"));
        let opt_level = level.map_or_else(|| "0".to_owned(), |level| level.to_string().replace('"', ""));
        let dependencies = table.get("dependencies").and_then(toml::Value::as_table).cloned();
        Self {
            opt_level,
            dependencies: dependencies.unwrap_or_default().into_iter().collect(),
        }
    }
}

/// Where a cell's own process finds the shared libraries, wherever it is started from.
fn runtime_paths(manifest: &Manifest) -> Vec<OsString> {
    let folders = [manifest.library.parent(), Some(manifest.std_folder.as_path())];
    folders
        .into_iter()
        .flatten()
        .map(|folder| flag("-Clink-arg=-Wl,-rpath,", folder))
        .collect()
}

/// The crates of the library that the text of a cell names; without any, rustc need not read it.
fn used<'a>(manifest: &'a Manifest, source: &str) -> Vec<(&'a String, &'a PathBuf)> {
    let words = words(source);
    manifest
        .externs
        .iter()
        .filter(|(name, _)| words.contains(name.as_str()))
        .collect()
}

fn words(source: &str) -> std::collections::HashSet<&str> {
    source
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .collect()
}

/// The arguments for the crates of the library that a cell names.
fn library_arguments(manifest: &Manifest, used: &[(&String, &PathBuf)]) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = Vec::new();
    if used.is_empty() {
        return arguments;
    }
    for folder in &manifest.folders {
        arguments.extend(["-L".into(), flag("dependency=", folder)]);
    }
    for (name, path) in used {
        arguments.extend(["--extern".into(), flag(&format!("{name}="), path)]);
    }
    if !used.iter().any(|(name, _)| *name == "prelude") {
        arguments.extend(["--extern".into(), flag("prelude=", &manifest.library)]);
    }
    let linker = super::sibling(Path::new(&std::env::args_os().next().unwrap_or_default()), LINKER);
    if manifest.stub.is_some() && linker.exists() {
        arguments.push(flag("-Clinker=", linker));
    }
    arguments
}

/// The crates inside the library are only taken from there if the cell uses the library itself. On
/// the last line, so that no line of the learner's moves.
fn with_library(source: &str) -> String {
    format!("{} extern crate prelude as _;\n", source.trim_end())
}

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

#[cfg(test)]
mod tests {
    use super::{Settings, linked, used, with_library};
    use crate::prepare::Manifest;
    use std::ffi::OsString;

    fn manifest() -> Manifest {
        let mut manifest = Manifest {
            library: "/p/libprelude.so".into(),
            ..Manifest::default()
        };
        manifest.stub = Some("/p/stub/libprelude.so".into());
        for name in ["aws_sdk_s3", "tokio"] {
            manifest
                .externs
                .insert(name.to_owned(), format!("/p/lib{name}.rlib").into());
        }
        manifest
    }

    #[test]
    fn a_cell_that_names_no_crate_of_the_library_does_without_it() {
        let manifest = manifest();
        assert!(used(&manifest, "let tokio_like = aws_sdk_s3s();").is_empty());
        let named = used(&manifest, "use aws_sdk_s3::Client;");
        assert_eq!(named.len(), 1);
        assert_eq!(named[0].0, "aws_sdk_s3");
    }

    #[test]
    fn using_the_library_moves_no_line() {
        let source = "fn a() {\n}\n";
        assert_eq!(with_library(source).lines().count(), 2);
        assert!(with_library(source).starts_with("fn a() {\n}"));
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
    fn evcxr_s_manifest_gives_its_level_and_its_dependencies() {
        let settings = Settings::read("[profile.dev]\nopt-level = 2\n[dependencies]\nrand = \"0.9\"\n");
        assert_eq!(settings.opt_level, "2");
        assert_eq!(settings.dependencies.keys().collect::<Vec<_>>(), ["rand"]);
    }
}
