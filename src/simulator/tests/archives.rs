//! Archives of layers, good ones and hostile ones, as Lambda reads them and Python imports from them.
#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Write};

use simulator::archive_api::{LayerArchive, Trial, Try};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn zip(write: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    write(&mut zip);
    zip.finish().unwrap().into_inner()
}

fn plain(files: &[(&str, &str)]) -> Vec<u8> {
    zip(|zip| {
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
    })
}

fn import(module: &str) -> Vec<Try> {
    vec![Try {
        module: module.to_owned(),
        expression: None,
    }]
}

#[test]
fn an_archive_is_listed_with_its_sizes_and_what_may_be_executed() {
    let bytes = zip(|zip| {
        let options = SimpleFileOptions::default();
        zip.add_directory("bin/", options).unwrap();
        zip.start_file("bin/outil", options.unix_permissions(0o755))
            .unwrap();
        zip.write_all(b"#!/bin/sh\n").unwrap();
        zip.start_file("python/a.py", options.unix_permissions(0o644))
            .unwrap();
    });
    let archive = LayerArchive::read(bytes.clone()).unwrap();
    let listed: Vec<(String, u64, bool)> = archive
        .entries()
        .into_iter()
        .map(|entry| (entry.path, entry.bytes, entry.executable))
        .collect();
    let expected = [
        ("bin/", 0, false),
        ("bin/outil", 10, true),
        ("python/a.py", 0, false),
    ];
    let expected: Vec<(String, u64, bool)> = expected
        .map(|(path, bytes, executable)| (path.to_owned(), bytes, executable))
        .into();
    assert_eq!(listed, expected);
    assert_eq!((archive.zipped(), archive.unzipped()), (bytes.len(), 10));
}

#[test]
fn what_lambda_refuses_is_refused_in_its_words() {
    let message = |bytes: Vec<u8>| LayerArchive::read(bytes).unwrap_err().message;
    let broken = "Could not unzip uploaded file. Please check your file, then try to upload again.";
    assert_eq!(message(b"PK\x03\x04 pas vraiment".to_vec()), broken);
    assert_eq!(message(Vec::new()), "Uploaded file must be a non-empty zip");
    for outside in ["../python/a.py", "python/../../a.py", "a/../../../b"] {
        assert_eq!(message(plain(&[(outside, "")])), broken, "{outside}");
    }
}

#[test]
fn a_bomb_is_refused_by_what_it_holds_not_by_what_it_weighs() {
    let bytes = zip(|zip| {
        let block = vec![0; 1 << 20];
        for name in ["a", "b"] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            (0..126).for_each(|_| zip.write_all(&block).unwrap());
        }
    });
    assert!(bytes.len() < 1 << 20, "{}", bytes.len());
    let refusal = LayerArchive::read(bytes).unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.message.as_str()),
        (
            "InvalidParameterValueException",
            "Unzipped size must be smaller than 262144000 bytes"
        )
    );
}

#[test]
fn a_link_leads_nowhere() {
    let bytes = zip(|zip| {
        zip.add_symlink("python/lien.py", "/etc/passwd", SimpleFileOptions::default())
            .unwrap();
        zip.start_file("python/b.py", SimpleFileOptions::default())
            .unwrap();
        zip.write_all(b"import pathlib\nTEXT = (pathlib.Path(__file__).parent / 'lien.py').read_text()")
            .unwrap();
    });
    let tries = [Try {
        module: "b".to_owned(),
        expression: Some("b.TEXT == '/etc/passwd'".to_owned()),
    }];
    let Trial::Ran(run) = LayerArchive::read(bytes).unwrap().try_python("3.13", &tries) else {
        panic!("Python is needed here");
    };
    assert_eq!(run.tried[0].holds, Some(true), "{run:?}");
}

#[test]
fn files_without_number_are_not_unpacked() {
    let bytes = zip(|zip| {
        for number in 0..20_001 {
            zip.start_file(format!("python/f{number}"), SimpleFileOptions::default())
                .unwrap();
        }
    });
    let trial = LayerArchive::read(bytes)
        .unwrap()
        .try_python("3.13", &import("a"));
    assert!(matches!(trial, Trial::Impossible(_)), "{trial:?}");
}

#[test]
fn a_file_where_a_folder_must_be_makes_room_and_a_name_that_no_system_has_is_a_failure() {
    let try_it = |bytes| {
        let archive = LayerArchive::read(bytes).unwrap();
        archive.try_python("3.13", &import("a"))
    };
    let trial = try_it(plain(&[("python", "un fichier"), ("python/a.py", "")]));
    assert!(
        matches!(&trial, Trial::Ran(run) if run.tried[0].error.is_none()),
        "{trial:?}"
    );
    let long = format!("python/{}", "x".repeat(300));
    let trial = try_it(plain(&[("python/a.py", ""), (&long, "")]));
    assert!(matches!(trial, Trial::Impossible(_)), "{trial:?}");
}
