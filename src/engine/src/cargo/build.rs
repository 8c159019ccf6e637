//! One cell, one call of rustc.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache::{self, Place};
use super::compilation::{Answer, Compilation};
use super::order::Ordered;
use super::{
    FOLDER, MARK, alone, analysis, defined, fail, flag, foreign, lean, linker, moved, narrow, notices, stop,
};
use crate::hook::LINKER;
use crate::prepare::{self, Manifest};
use crate::sys;

/// evcxr's name for the path of the file in which it reads where the compiled cell is.
const RESULT: &str = "EVCXR_EXECUTION_SO_PATH";
/// Bytes that rustc may have, and each program that it starts: a macro or a constant without measure would otherwise
/// take the whole machine's.
const MEMORY: u64 = 4 << 30;

/// The text that is compiled, in the folder of the compilation.
pub(crate) const TEXT: &str = "target/lib.rs";
/// The file name of a compiled cell.
const COMPILED: &str = "libctx.so";
/// What is part of each compilation besides its text; another number stands for other flags.
const FLAGS: &str = "3";

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
    /// What evcxr wrote, in an order that does not change.
    source: Ordered,
    settings: Settings,
}

impl<'a> Request<'a> {
    fn read(manifest: &'a Manifest, folder: &'a Path, check: bool) -> io::Result<Self> {
        Ok(Self {
            manifest,
            folder,
            check,
            source: Ordered::of(&fs::read_to_string(folder.join("src/lib.rs"))?),
            settings: Settings::read(&fs::read_to_string(folder.join("Cargo.toml"))?),
        })
    }

    fn answer(&self) -> ! {
        self.answered()
            .unwrap_or_else(|error| fail(&error.to_string()))
            .pass_on(&self.source)
    }

    /// Plain Rust is compiled without the library. What is refused for more than its own borrows is given to the compiler
    /// as evcxr wrote it, and that answer holds.
    fn answered(&self) -> io::Result<Answer> {
        if let Some(place) = std::env::var_os(RESULT) {
            let library = self.folder.join("target").join(COMPILED);
            fs::write(place, library.as_os_str().as_encoded_bytes())?;
        }
        sys::limit_memory(MEMORY);
        let untold = narrow::of_no_known_type(&self.source.text).filter(|_| !self.check);
        if let Some((name, rest)) = untold {
            // What rustc finds in the cell may be why.
            let answer = self.whole(self.folder, &rest)?.answer(|| None)?;
            return Ok(if answer.is_compiled() {
                Answer::of_no_known_type(name)
            } else {
                answer
            });
        }
        if let Some(text) = self.alone(&self.source.text) {
            let compilation = self.plain(self.folder, &text)?;
            let answer = compilation
                .answer(|| self.next(|folder, source| self.plain(folder, &self.alone(source)?).ok()))?;
            if answer.is_final() {
                return Ok(answer);
            }
        }
        let compilation = self.whole(self.folder, &self.source.text)?;
        let answer = compilation.answer(|| self.next(|folder, source| self.whole(folder, source).ok()))?;
        if answer.is_compiled() {
            self.remember_imports();
        }
        Ok(answer)
    }

    /// What evcxr will ask for if the compiler refuses this, as far as can be guessed. It is compiled in a folder of
    /// its own, under the same relative path: a panic tells it.
    fn next(&self, compilation: impl FnOnce(&Path, &str) -> Option<Compilation>) -> Option<Compilation> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let source = moved::without_given_away(&self.source.text).filter(|_| processors > 1)?;
        let folder = self.folder.join("target/next");
        // What was compiled there in vain may have left files.
        let _ = fs::remove_dir_all(&folder);
        compilation(&folder, &source)
    }

    /// The text of a cell that needs nothing of the library.
    fn alone(&self, source: &str) -> Option<String> {
        if self.check || !self.is_all_there(source) {
            return None;
        }
        let known = fs::read_to_string(self.imports()).unwrap_or_default();
        let text = narrow::untouched_variables_left_out(&shown(source));
        // What evcxr adds to a cell names crates too.
        let text = alone::alone(&text)?;
        let text = narrow::untouched_imports_left_out(&text, &known.lines().collect(), &prepare::shown());
        let is_crate = |name: &str| self.manifest.externs.contains_key(name);
        alone::does_without(&text, is_crate).then(|| marked(&text))
    }

    /// Whether all names that the cell touches stand in its text: no other file is part of it, and no macro of a crate that
    /// we do not know puts names together.
    fn is_all_there(&self, source: &str) -> bool {
        // evcxr's module speaks of such files in its comments.
        let module = lean::store(source).unwrap_or_default();
        let own = [&source[..module.start], &source[module.end..]];
        self.beyond().is_empty() && !own.into_iter().any(cache::depends_on_more)
    }

    /// Where the imports are that the compiler has seen to be right.
    fn imports(&self) -> PathBuf {
        self.folder.join("target/imports")
    }

    fn remember_imports(&self) {
        let is_crate = |name: &str| self.manifest.externs.contains_key(name);
        let mut known = fs::read_to_string(self.imports()).unwrap_or_default();
        for import in narrow::imports(&self.source.text, &is_crate) {
            if !known.lines().any(|line| line == import) {
                known.push_str(import);
                known.push('\n');
            }
        }
        // Without the file, the next cell reads the library.
        let _ = fs::write(self.imports(), known);
    }

    /// The compilation of a text that does not know the library, in `folder`.
    fn plain(&self, folder: &Path, text: &str) -> io::Result<Compilation> {
        let arguments = linker::by_name(self.manifest).to_vec();
        self.compilation(folder, text, arguments)
    }

    /// The compilation of evcxr's source, in `folder`.
    fn whole(&self, folder: &Path, source: &str) -> io::Result<Compilation> {
        let mut text = shown(source);
        if self.check {
            text = analysis::of_lasting_variables(&text);
        }
        if self.is_all_there(source) {
            text = narrow::untouched_variables_left_out(&text);
        }
        let used = used(self.manifest, &text);
        let text = if used.is_empty() {
            marked(&text)
        } else {
            with_library(&marked(&lean::lean(&text)))
        };
        self.compilation(folder, &text, library_arguments(self.manifest, &used))
    }

    fn compilation(
        &self,
        folder: &Path,
        text: &str,
        mut arguments: Vec<OsString>,
    ) -> io::Result<Compilation> {
        let target = folder.join("target");
        fs::create_dir_all(&target)?;
        fs::write(folder.join(TEXT), text)?;
        let beyond = self.beyond();
        let mut place = None;
        if !beyond.is_empty() {
            arguments.extend(foreign::externs(self.manifest, &target, &beyond)?);
        } else if !self.check {
            place = self.place(text);
        }
        let library = target.join(COMPILED);
        let mut rustc = rustc(self.manifest, folder, &self.settings.opt_level);
        rustc.args(arguments).arg(TEXT);
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

    /// The dependencies that the library does not have.
    fn beyond(&self) -> BTreeMap<&String, &toml::Value> {
        let wanted = self.settings.dependencies.iter();
        wanted.filter(|(name, _)| !self.manifest.provides(name)).collect()
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

/// The mark of the engine's own words; a stock kernel, which compiles through here without one, reads evcxr's.
fn mark() -> Option<String> {
    std::env::var(MARK).ok()
}

/// evcxr's source with a way to show any value, and variables kept as of the learner's own definitions.
fn shown(source: &str) -> String {
    defined::told_apart(&notices::showing(source, mark().as_deref()))
}

fn marked(text: &str) -> String {
    match mark() {
        Some(mark) => notices::one_name(&notices::marked(text, &mark)),
        None => text.to_owned(),
    }
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
    let words = narrow::words(source);
    manifest
        .externs
        .iter()
        .filter(|(name, _)| words.contains(name.as_str()))
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

#[cfg(test)]
mod tests {
    use super::{Settings, used, with_library};
    use crate::prepare::Manifest;

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
    fn evcxr_s_manifest_gives_its_level_and_its_dependencies() {
        let settings = Settings::read("[profile.dev]\nopt-level = 2\n[dependencies]\nrand = \"0.9\"\n");
        assert_eq!(settings.opt_level, "2");
        assert_eq!(settings.dependencies.keys().collect::<Vec<_>>(), ["rand"]);
    }
}
