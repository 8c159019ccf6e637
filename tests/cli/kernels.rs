//! `cahier jupyter installer`: kernelspecs that Jupyter finds, and nobody else's lost.

use crate::support::{Machine, Said};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const INSTALL: &[&str] = &["jupyter", "installer", "--prefixe", "env"];

fn kernels(machine: &Machine) -> PathBuf {
    machine.folder.path().join("env/share/jupyter/kernels")
}

fn spec(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("kernel.json")).unwrap()).unwrap()
}

/// Installs what `options` add to [`INSTALL`], where there is a stock kernel of that path.
fn install(machine: &Machine, options: &[&str], evcxr: Option<&Path>) -> Said {
    let mut command = machine.command(&[INSTALL, options].concat());
    command.envs(evcxr.map(|path| ("EVCXR_JUPYTER", path)));
    command.output().unwrap().into()
}

/// A program that stands for the stock kernel.
fn stock(machine: &Machine) -> PathBuf {
    let program = machine.folder.path().join("evcxr_jupyter");
    fs::write(&program, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program
}

#[test]
fn the_kernel_of_cahier_is_described_where_jupyter_looks_and_goes_away_again() {
    let machine = Machine::with_rust();
    let said = install(&machine, &["--json", "--lecons", "lecons"], None);
    assert_eq!(said.code, Some(0), "{said:?}");
    let folder = kernels(&machine).join("cahier");
    assert_eq!(said.json()["name"], "cahier");
    assert_eq!(said.json()["kernelspec"], folder.display().to_string());
    let spec = spec(&folder);
    assert_eq!(spec["display_name"], "Cahier (Rust)");
    assert_eq!(spec["interrupt_mode"], "message");
    let argv: Vec<&str> = spec["argv"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(argv[1..4], ["jupyter", "lancer", "{connection_file}"]);
    assert!(Path::new(argv[0]).is_file(), "{argv:?}");
    assert_eq!(argv[4..], ["--lecons", machine.lessons().to_str().unwrap()]);
    assert_eq!(
        spec["env"]["CAHIER_DATA_DIR"],
        machine.data().display().to_string()
    );
    for name in ["PATH", "CARGO_HOME", "RUSTUP_HOME", "CAHIER_PREPARATION_DIR"] {
        assert!(spec["env"][name].is_string(), "{name}: {spec}");
    }
    assert!(folder.join("logo-svg.svg").is_file());
    let again = install(&machine, &[], None);
    assert!(
        again.out.contains("Le noyau «\u{a0}Cahier (Rust)\u{a0}»"),
        "{again:?}"
    );
    let removed = install(&machine, &["--desinstaller", "--json"], None);
    assert_eq!(removed.json()["removed"][0], folder.display().to_string());
    assert!(!folder.exists());
    let nothing = install(&machine, &["--desinstaller"], None);
    assert_eq!(
        (nothing.code, nothing.out.contains("Rien à retirer")),
        (Some(0), true)
    );
}

#[test]
fn without_a_prefix_the_user_s_own_folder_is_taken() {
    let machine = Machine::with_rust();
    for (name, value, place) in [
        (
            "JUPYTER_DATA_DIR",
            "donnees-jupyter",
            "donnees-jupyter/kernels/cahier",
        ),
        ("JUPYTER_DATA_DIR", "", ".local/share/jupyter/kernels/cahier"),
    ] {
        let mut command = machine.command(&["jupyter", "install"]);
        let said: Said = command.env(name, value).output().unwrap().into();
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(
            machine.folder.path().join(place).join("kernel.json").is_file(),
            "{place}"
        );
    }
}

#[test]
fn stock_evcxr_gets_the_prepared_prelude_under_the_name_that_notebooks_ask_for() {
    let machine = Machine::with_rust();
    let program = stock(&machine);
    let said = install(&machine, &["--evcxr", "--json"], Some(&program));
    assert_eq!(
        (said.code, &said.json()["name"]),
        (Some(0), &"rust".into()),
        "{said:?}"
    );
    let spec = spec(&kernels(&machine).join("rust"));
    assert_eq!(spec["display_name"], "Rust (evcxr, Cahier)");
    assert_eq!(spec["argv"][0], program.display().to_string());
    assert_eq!(spec["argv"][1], "--control_file");
    for name in ["PATH", "EVCXR_CONFIG_DIR", "CAHIER_BIN", "CAHIER_DATA_DIR"] {
        assert!(spec["env"][name].is_string(), "{name}: {spec}");
    }
    let path = spec["env"]["PATH"].as_str().unwrap();
    let first = std::env::split_paths(path).next().unwrap();
    assert!(first.join("cargo").exists(), "{path}");
}

#[test]
fn a_kernel_of_somebody_else_is_never_written_over_nor_removed() {
    let machine = Machine::with_rust();
    let program = stock(&machine);
    let foreign = "{\"argv\": [\"evcxr_jupyter\"], \"display_name\": \"Rust\"}";
    for name in ["rust", "cahier"] {
        fs::create_dir_all(kernels(&machine).join(name)).unwrap();
        fs::write(kernels(&machine).join(name).join("kernel.json"), foreign).unwrap();
    }
    let said = install(&machine, &["--evcxr", "--json"], Some(&program));
    assert_eq!(
        (said.code, &said.json()["name"]),
        (Some(0), &"rust-cahier".into()),
        "{said:?}"
    );
    assert!(said.err.contains("il reste comme il est"), "{said:?}");
    let own = install(&machine, &[], None);
    assert_eq!(own.code, Some(2), "{own:?}");
    assert!(own.err.contains("n’est pas de Cahier"), "{own:?}");
    let removed = install(&machine, &["--evcxr", "--desinstaller"], None);
    assert!(removed.err.contains("reste comme il est"), "{removed:?}");
    assert!(!kernels(&machine).join("rust-cahier").exists());
    for name in ["rust", "cahier"] {
        let kept = fs::read_to_string(kernels(&machine).join(name).join("kernel.json")).unwrap();
        assert_eq!(kept, foreign);
    }
    fs::remove_dir_all(kernels(&machine).join("rust")).unwrap();
    install(&machine, &["--evcxr"], Some(&program));
    assert!(kernels(&machine).join("rust").exists() && !kernels(&machine).join("rust-cahier").exists());
}

#[test]
fn what_a_kernel_cannot_be_installed_for_is_said_in_french() {
    let machine = Machine::new();
    let absent = install(&machine, &["--evcxr"], None);
    assert!(
        absent.err.contains("evcxr_jupyter est introuvable dans PATH"),
        "{absent:?}"
    );
    assert!(
        absent
            .err
            .contains("cargo install evcxr_jupyter --version 0.22.0"),
        "{absent:?}"
    );
    let wrong = install(&machine, &["--evcxr"], Some(Path::new("nulle-part")));
    assert!(
        wrong.err.contains("EVCXR_JUPYTER désigne nulle-part"),
        "{wrong:?}"
    );
    let file = machine.run(&["jupyter", "installer", "--prefixe", "lecons/01-essai.md"]);
    assert!(file.err.contains("ce n’est pas un dossier"), "{file:?}");
    let bare = install(&machine, &["--json"], None);
    assert_eq!(bare.json()["error"]["code"], "engine", "{bare:?}");
    assert!(!kernels(&machine).join("cahier").exists());
    let aws = machine.run(&["jupyter", "installer", "--aws"]);
    assert!(aws.err.contains("par --oui"), "{aws:?}");
    for said in [absent, wrong, file, bare, aws] {
        assert_eq!(said.code, Some(2), "{said:?}");
    }
}

#[test]
fn an_empty_prefix_is_no_place() {
    let machine = Machine::with_rust();
    let said = machine.run(&["jupyter", "installer", "--prefixe", ""]);
    assert_eq!(
        (said.code, said.err.contains("--prefixe est vide")),
        (Some(2), true),
        "{said:?}"
    );
}

#[test]
fn what_an_installation_that_was_stopped_left_is_nobody_s() {
    let machine = Machine::with_rust();
    fs::create_dir_all(kernels(&machine).join("cahier")).unwrap();
    let said = install(&machine, &[], None);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(kernels(&machine).join("cahier/kernel.json").is_file());
}

#[test]
fn the_stock_kernel_finds_no_kernelspec_to_put_back_to_its_own() {
    let machine = Machine::with_rust();
    let said = install(&machine, &["--evcxr"], Some(&stock(&machine)));
    assert_eq!(said.code, Some(0), "{said:?}");
    let path = spec(&kernels(&machine).join("rust"))["env"]["JUPYTER_PATH"].clone();
    let path = Path::new(path.as_str().unwrap()).join("kernels/rust");
    assert!(path.is_absolute() && !path.exists(), "{path:?}");
}
