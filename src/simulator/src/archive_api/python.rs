//! A layer tried out in Python: unpacked into a folder that goes away, its modules imported from where a function would
//! find them.
//!
//! The process has nothing of its surroundings: no credentials, no proxy that leads anywhere, no packages of this
//! machine. It is ended, with all its children, when it takes too long.

use std::ffi::OsString;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tempfile::TempDir;

use crate::services::lambda::{Archive, python_here, unpack};

/// What is tried of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Try {
    /// The module to import: `facture`, `facture.taux`.
    pub module: String,
    /// What must hold once it is imported, in Python: `facture.tva(100) == 20`.
    pub expression: Option<String>,
}

/// What came of trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trial {
    /// There is no Python 3 on this machine.
    NoPython,
    /// The layer could not be tried, for this reason of the system's.
    Impossible(String),
    /// Python ran.
    Ran(Run),
}

/// A run of Python.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its version: `3.13`.
    pub version: String,
    /// What came of each attempt, in their order; fewer where the process ended before the last one.
    pub tried: Vec<Tried>,
    /// Whether it was ended because it took too long.
    pub too_long: bool,
}

/// What came of one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tried {
    /// Whether the module was imported.
    pub imported: bool,
    /// Why the module was not imported, or the expression not evaluated.
    pub error: Option<Failure>,
    /// Whether the expression holds.
    pub holds: Option<bool>,
    /// What stands on the left of the expression's `==`, as Python shows it.
    pub left: Option<String>,
}

/// An exception of Python.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Failure {
    /// Its name: `ModuleNotFoundError`.
    pub kind: String,
    /// Its words.
    pub message: String,
}

#[derive(Deserialize)]
struct Report {
    version: String,
    outcomes: Vec<Tried>,
}

/// How long the whole run may take.
const LIMIT: Duration = Duration::from_secs(10);

/// How often it is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(5);

/// The largest report, in bytes: its texts are short.
const LONGEST_REPORT: u64 = 1 << 20;

/// The most files that are unpacked: a layer has a few thousand.
const MOST_FILES: usize = 20_000;

/// The program that gives others a namespace; by its place, as a layer may bring one of that name.
const UNSHARE: &str = "/usr/bin/unshare";

/// A port of this machine at which nobody listens.
const NOWHERE: &str = "http://127.0.0.1:9";

pub(super) fn run(archive: &Archive, version: &str, tries: &[Try]) -> Trial {
    let Some((python, found)) = python_here(version) else {
        return Trial::NoPython;
    };
    if archive.entries().len() > MOST_FILES {
        return Trial::Impossible(format!("{MOST_FILES} fichiers au plus"));
    }
    match try_in(archive, version, tries, &python) {
        Ok((report, too_long)) => Trial::Ran(Run {
            version: report.as_ref().map_or(found, |report| report.version.clone()),
            tried: report.map(|report| report.outcomes).unwrap_or_default(),
            too_long,
        }),
        Err(error) => Trial::Impossible(error.to_string()),
    }
}

/// Unpacks, runs, and reads the report, which a module that ends its process at once leaves unwritten.
fn try_in(
    archive: &Archive,
    version: &str,
    tries: &[Try],
    python: &Path,
) -> std::io::Result<(Option<Report>, bool)> {
    let folder = TempDir::with_prefix("cahier-couche-")?;
    let (opt, task) = (folder.path().join("opt"), folder.path().join("task"));
    std::fs::create_dir(&opt)?;
    std::fs::create_dir(&task)?;
    unpack(archive, &opt)?;
    let report = folder.path().join("report.json");
    let asked = json!({
        "paths": [opt.join(format!("python/lib/python{version}/site-packages")), opt.join("python")],
        "tries": tries,
        "report": report,
    });
    let mut process = Process(command(python, &opt, &task).spawn()?);
    if let Some(mut stdin) = process.0.stdin.take() {
        // A process that died already reads nothing: its missing report tells.
        let _ = stdin.write_all(asked.to_string().as_bytes());
    }
    let too_long = !process.ends_within(LIMIT)?;
    drop(process);
    Ok((read_report(&report), too_long))
}

/// Reads a report; a module may have put anything in its place.
fn read_report(path: &Path) -> Option<Report> {
    let about = std::fs::symlink_metadata(path).ok()?;
    if !about.is_file() || about.len() > LONGEST_REPORT {
        return None;
    }
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn command(python: &Path, opt: &Path, task: &Path) -> Command {
    let path = |folder: &str, after: &str| {
        let mut path = OsString::from(opt.join(folder));
        path.push(after);
        path
    };
    let mut command = alone(python);
    command
        // Nothing of this machine's packages or settings, no bytecode left behind.
        .args(["-I", "-S", "-B", "-c", include_str!("trial.py")])
        .env_clear()
        .env("PATH", path("bin", ":/usr/local/bin:/usr/bin:/bin"))
        .env("LD_LIBRARY_PATH", path("lib", ""))
        .env("HOME", task)
        .env("TMPDIR", task)
        .env("LANG", "C.UTF-8")
        .env("TZ", ":UTC")
        .envs(
            [
                "http_proxy",
                "https_proxy",
                "HTTP_PROXY",
                "HTTPS_PROXY",
                "ALL_PROXY",
            ]
            .map(|name| (name, NOWHERE)),
        )
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(task)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    command
}

/// A command that is the first process of a PID namespace, where the system lets it be: whatever it starts ends with it.
fn alone(program: &Path) -> Command {
    const OPTIONS: [&str; 6] = [
        "--user",
        "--map-root-user",
        "--pid",
        "--fork",
        "--kill-child",
        "--",
    ];
    static POSSIBLE: OnceLock<bool> = OnceLock::new();
    let possible = POSSIBLE.get_or_init(|| {
        let mut trial = Command::new(UNSHARE);
        trial.args(OPTIONS).arg("true");
        trial
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        trial.status().is_ok_and(|status| status.success())
    });
    if !possible {
        return Command::new(program);
    }
    let mut command = Command::new(UNSHARE);
    command.args(OPTIONS).arg(program);
    command
}

/// A process that does not outlive this value, nor do its children.
struct Process(Child);

impl Process {
    fn ends_within(&mut self, limit: Duration) -> std::io::Result<bool> {
        let end = Instant::now() + limit;
        while self.0.try_wait()?.is_none() {
            if Instant::now() > end {
                return Ok(false);
            }
            std::thread::sleep(PAUSE);
        }
        Ok(true)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            // It may be gone already.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::{Cursor, Read as _};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::archive_api::LayerArchive;

    fn layer(files: &[(&str, &str)]) -> LayerArchive {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        LayerArchive::read(zip.finish().unwrap().into_inner()).unwrap()
    }

    fn tried(files: &[(&str, &str)], tries: &[(&str, &str)]) -> Run {
        let tries: Vec<Try> = tries
            .iter()
            .map(|(module, expression)| Try {
                module: (*module).to_owned(),
                expression: Some((*expression).to_owned()).filter(|text| !text.is_empty()),
            })
            .collect();
        match layer(files).try_python("3.13", &tries) {
            Trial::Ran(run) => run,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn modules_are_found_where_a_function_finds_them_and_nowhere_else() {
        let run = tried(
            &[
                (
                    "python/facture.py",
                    "import taux\ndef tva(x): return x * taux.NORMAL // 100",
                ),
                ("python/lib/python3.13/site-packages/taux.py", "NORMAL = 20"),
                ("racine.py", ""),
            ],
            &[
                ("facture", "facture.tva(100) == 20"),
                ("facture", "facture.tva(100) == 19"),
                ("racine", ""),
            ],
        );
        assert_eq!((run.tried[0].holds, &run.tried[0].error), (Some(true), &None));
        assert_eq!(
            (run.tried[1].holds, run.tried[1].left.as_deref()),
            (Some(false), Some("20"))
        );
        let failure = run.tried[2].error.clone().unwrap();
        assert_eq!(failure.kind, "ModuleNotFoundError");
        assert_eq!(failure.message, "No module named 'racine'");
    }

    #[test]
    fn the_process_has_neither_credentials_nor_packages_of_this_machine() {
        let looks = "import os, sys\nkeys = [k for k in os.environ if k.startswith('AWS_') and k != 'AWS_EC2_METADATA_DISABLED']\n\
                     foreign = [p for p in sys.path if 'site-packages' in p and 'cahier-couche' not in p or 'dist-packages' in p]";
        let run = tried(
            &[("python/a.py", looks)],
            &[("a", "a.keys == []"), ("a", "a.foreign == []")],
        );
        assert!(run.tried.iter().all(|one| one.holds == Some(true)), "{run:?}");
    }

    #[test]
    fn a_module_that_ends_its_process_costs_what_comes_after_it_alone() {
        let run = tried(
            &[
                ("python/a.py", ""),
                ("python/b.py", "import os; os._exit(3)"),
                ("python/c.py", "raise SystemExit"),
            ],
            &[("a", ""), ("c", ""), ("b", ""), ("a", "")],
        );
        assert_eq!(run.tried.len(), 2);
        assert_eq!(run.tried[1].error.clone().unwrap().kind, "SystemExit");
        assert!(!run.too_long);
    }

    #[test]
    fn a_child_with_a_session_of_its_own_ends_with_the_trial() {
        let folder = tempfile::tempdir().unwrap();
        let alive = folder.path().join("alive");
        let source = format!(
            "import os, time\nif os.fork() == 0:\n    os.setsid()\n    lock = open({alive:?}, 'w')\n    import fcntl\n    \
             fcntl.flock(lock, fcntl.LOCK_EX)\n    lock.write('x'); lock.flush()\n    time.sleep(600)\n\
             while not (os.path.exists({alive:?}) and os.path.getsize({alive:?})): time.sleep(0.001)"
        );
        let run = tried(&[("python/a.py", &source)], &[("a", "")]);
        assert_eq!(run.tried[0].error, None);
        // Whoever holds the lock is alive.
        let file = std::fs::File::open(&alive).unwrap();
        assert!(alone_is_possible_here().is_none_or(|()| file.try_lock().is_ok()));
    }

    /// `Some` where the system has namespaces for it.
    fn alone_is_possible_here() -> Option<()> {
        (alone(Path::new("true")).get_program() == UNSHARE).then_some(())
    }

    #[test]
    fn a_report_that_a_module_put_something_else_in_the_place_of_is_none() {
        let pipe = "import os, sys\nreport = sys.modules['__main__'].asked['report']\nos.mkfifo(report)\nos._exit(0)";
        assert_eq!(tried(&[("python/a.py", pipe)], &[("a", "")]).tried, []);
        let link = "import os, sys\nreport = sys.modules['__main__'].asked['report']\nos.symlink('/dev/zero', report)\nos._exit(0)";
        assert_eq!(tried(&[("python/a.py", link)], &[("a", "")]).tried, []);
    }

    #[test]
    fn an_expression_that_ends_the_process_leaves_what_was_known_before() {
        let run = tried(
            &[("python/a.py", "import os\ndef end(): os._exit(0)")],
            &[("a", "a.end() == 1")],
        );
        let tried = &run.tried[0];
        assert!(
            tried.imported && tried.error.is_none() && tried.holds.is_none(),
            "{tried:?}"
        );
    }

    #[test]
    fn a_process_that_goes_on_is_ended_with_its_children() {
        let mut child = Command::new("sh")
            .args(["-c", "sleep 600 & wait"])
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut output = child.stdout.take().unwrap();
        let begun = Instant::now();
        let mut process = Process(child);
        assert!(!process.ends_within(Duration::ZERO).unwrap());
        drop(process);
        // It ends with the last process that holds it.
        output.read_to_end(&mut Vec::new()).unwrap();
        assert!(begun.elapsed() < Duration::from_mins(5));
    }
}
