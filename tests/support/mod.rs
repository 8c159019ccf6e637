//! What the end-to-end tests share: the built program in an environment of its own, and small lessons.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses its part"
)]

pub mod account;
pub mod proxy;
pub mod terminal;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A learner's machine: a data folder, a folder of lessons, and nothing inherited but a minimal PATH.
pub struct Machine {
    pub folder: TempDir,
    path: String,
    preparation: Option<PathBuf>,
}

/// What a program said.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

pub const LESSON: &str = r#"---
id: essai
titre: Une leçon d'essai
resume: Pour les tests.
jupyter:
  kernelspec: {display_name: Rust, language: rust, name: rust}
---

## Premiers pas

Un *mot* et une liste :

- un
- deux

```rust cellule="essai-addition"
let somme = 1 + 2;
println!("somme {somme}");
```

```text sortie="essai-addition"
somme 3
```

```toml exercice="essai-double"
genre = "nombre"
titre = "Le double"
points = 2
reponse = "n * 2"
unite = "RCU"
[parametres]
n = { min = 10, max = 90, pas = 10 }
```

Combien font deux fois @{n} ?

```toml erreurs="essai-double"
[[erreur]]
id = "moitie"
formule = "n / 2"
explication = "Tu as pris la moitié."
```

```markdown indice="essai-double"
Doubler, c'est multiplier.
```

```markdown indice="essai-double"
Multiplier par deux.
```

```markdown indice="essai-double"
@{n} × 2.
```

```markdown corrige="essai-double"
@{n} × 2 = @{n * 2}.
```
"#;

impl Machine {
    /// A machine without any Rust toolchain.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lessons = folder.path().join("lecons");
        std::fs::create_dir(&lessons).unwrap();
        std::fs::write(lessons.join("01-essai.md"), LESSON).unwrap();
        Self {
            folder,
            path: "/usr/bin:/bin".to_owned(),
            preparation: None,
        }
    }

    /// A machine where Rust cells run; prepared once for all tests.
    pub fn with_rust() -> Self {
        let default = engine::prepare::folder(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("data"));
        engine::prepare::prepare(&default, Path::new(env!("CARGO_BIN_EXE_cahier")), &mut |_| {}).unwrap();
        Self {
            path: std::env::var("PATH").unwrap(),
            preparation: Some(default),
            ..Self::new()
        }
    }

    /// The same, as a program started from a menu finds it: with no Rust on its PATH.
    pub fn without_rust_on_path(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..Self::with_rust()
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("donnees")
    }

    pub fn lessons(&self) -> PathBuf {
        self.folder.path().join("lecons")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cahier"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.folder.path())
            .env("CAHIER_DATA_DIR", self.data())
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        if let Some(preparation) = &self.preparation {
            command.env("CAHIER_PREPARATION_DIR", preparation);
            for name in ["RUSTUP_HOME", "CARGO_HOME"] {
                let home = std::env::var("HOME").unwrap_or_default();
                let usual = PathBuf::from(home).join(if name == "CARGO_HOME" { ".cargo" } else { ".rustup" });
                command.env(name, std::env::var_os(name).unwrap_or(usual.into_os_string()));
            }
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        self.command(arguments).output().unwrap().into()
    }

    /// The same, on the machine's own lessons.
    pub fn on_lessons(&self, arguments: &[&str]) -> Said {
        let mut command = self.command(arguments);
        command.arg("--lecons").arg(self.lessons());
        command.output().unwrap().into()
    }

    /// The prompt.
    pub fn prompt(&self) -> Command {
        let mut command = self.command(&["--lecons"]);
        command.arg(self.lessons());
        command
    }

    /// The prompt, with `lines` typed at it.
    pub fn type_in(&self, lines: impl AsRef<[u8]>) -> Said {
        fed(self.prompt(), lines)
    }
}

/// Runs a program with `input` on its standard input.
pub fn fed(mut command: Command, input: impl AsRef<[u8]>) -> Said {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that fails early does not read its input: that is its business.
    let _ = child.stdin.take().unwrap().write_all(input.as_ref());
    child.wait_with_output().unwrap().into()
}
