//! The tables that Cahier writes, opened by `LibreOffice`: letters, numbers and columns are what they were.

use crate::class::{course, unpacked};
use crate::support::Machine;
use std::path::Path;
use std::process::{Command, Stdio};

/// The cells of a CSV as `LibreOffice` reads it with these separators: `1.5` for a number, `« texte »` for a text. Nothing
/// where there is no `LibreOffice`.
#[expect(clippy::print_stderr, reason = "what is not tested is told")]
fn opened(folder: &Path, file: &str, filter: &str) -> Option<Vec<Vec<String>>> {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profil").display());
    let import = format!("--infilter=CSV:{filter}");
    let mut office = Command::new("soffice");
    office
        .args([&profile, "--headless", &import, "--convert-to", "fods", file])
        .current_dir(folder);
    let ended = office.stdin(Stdio::null()).output();
    let Ok(ended) = ended else {
        eprintln!("LibreOffice is not here: its reading of {file} is not tested");
        return None;
    };
    let table = folder.join(file).with_extension("fods");
    let table = std::fs::read_to_string(Path::new(folder).join(table.file_name().unwrap()))
        .unwrap_or_else(|error| panic!("{error}: {ended:?}"));
    let document = roxmltree::Document::parse(&table).unwrap();
    let named = |node: &roxmltree::Node<'_, '_>, name: &str| node.tag_name().name() == name;
    let rows = document.descendants().filter(|node| named(node, "table-row"));
    let attribute = |node: roxmltree::Node<'_, '_>, name: &str| {
        let mut all = node.attributes();
        all.find(|one| one.name() == name)
            .map(|one| one.value().to_owned())
    };
    let cell = |node: roxmltree::Node<'_, '_>| {
        let texts = node.descendants().filter(roxmltree::Node::is_text);
        let text: String = texts.filter_map(|node| node.text()).collect();
        let shown = match attribute(node, "value-type").as_deref() {
            Some("float") => attribute(node, "value").unwrap(),
            Some("date") => attribute(node, "date-value").unwrap(),
            _ => format!("«{}»", text.trim()),
        };
        // Cells that are the same stand there once.
        let times = attribute(node, "number-columns-repeated").map_or(1, |times| times.parse().unwrap());
        vec![shown; std::cmp::min(times, 100)]
    };
    let row = |row: roxmltree::Node<'_, '_>| {
        let cells = row.children().filter(|node| named(node, "table-cell"));
        cells.flat_map(cell).collect()
    };
    Some(rows.map(row).collect())
}

#[test]
fn a_gradebook_has_its_accents_its_columns_and_numbers_that_are_numbers() {
    let machine = Machine::new();
    course(&machine);
    let list = "id,nom,prenom,groupe\nada,\"Lovelace; née Byron\",Adélaïde,A\nbob,=1+1,Zoé,œuvre\n";
    std::fs::write(machine.folder.path().join("liste.csv"), list).unwrap();
    let run = |arguments: &[&str]| {
        let said = machine.on_lessons(&[&["classe"], arguments].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
    };
    run(&["creer", "cours", "--eleves", "liste.csv"]);
    unpacked(&machine, "ada");
    run(&["collecter", "chez-soi", "--cours", "cours"]);
    run(&["noter", "--cours", "cours"]);
    let marks = "devoir,id,exercice,points,commentaire\nessai,ada,essai-double,1.5,\n";
    std::fs::write(machine.folder.path().join("cours/corrections.csv"), marks).unwrap();
    for (form, filter) in [
        (&[][..], "44,34,76,1,,1033"),
        (&["--tableur"], "59,34,76,1,,1036"),
    ] {
        run(&[&["rapport", "--cours", "cours"], form].concat());
        let folder = machine.folder.path().join("cours/rapport");
        let Some(rows) = opened(&folder, "notes.csv", filter) else {
            return;
        };
        let titles = [
            "«id»",
            "«nom»",
            "«prenom»",
            "«groupe»",
            "«essai-double»",
            "«essai:total»",
            "«essai:sur»",
        ];
        assert_eq!(rows[0][..7], titles, "{form:?}");
        let ada = [
            "«ada»",
            "«Lovelace; née Byron»",
            "«Adélaïde»",
            "«A»",
            "1.5",
            "1.5",
            "2",
        ];
        assert_eq!(rows[1][..7], ada, "{form:?}");
        if form == ["--tableur"] {
            // A name that begins as a formula is text there. The plain form is for programs, and says what was said.
            assert!(
                rows[2][1].starts_with('«') && rows[2][1].contains("=1+1"),
                "{:?}",
                rows[2]
            );
        }
        assert_eq!((rows[2][2].as_str(), rows[2][3].as_str()), ("«Zoé»", "«œuvre»"));
    }
}
