//! Help while typing: completion and inspection, of what the cell at hand and the cells before it say.

use engine::EvcxrEngine;
use workbook::engine::{Completions, Engine, Inspection, Kind};

use super::{engine, printed};

/// A client that talks to nobody.
const CLIENT: &str = "let config = aws_sdk_s3::Config::builder()
    .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest()).build();
let client = aws_sdk_s3::Client::from_conf(config);";

/// Completes at the `¦`.
fn complete(engine: &mut EvcxrEngine, text: &str) -> Completions {
    let (source, position) = at(text);
    let found = engine.complete(&source, position).unwrap();
    assert!(
        found.range.end == position && source.is_char_boundary(found.range.start),
        "{found:?}"
    );
    found
}

fn texts(engine: &mut EvcxrEngine, text: &str) -> Vec<String> {
    let found = complete(engine, text);
    found.items.into_iter().map(|item| item.text).collect()
}

fn inspect(engine: &mut EvcxrEngine, text: &str) -> Option<Inspection> {
    let (source, position) = at(text);
    engine.inspect(&source, position).unwrap()
}

fn at(text: &str) -> (String, usize) {
    (text.replacen('¦', "", 1), text.find('¦').unwrap())
}

#[test]
fn a_client_of_an_earlier_cell_is_completed_with_its_own_methods_first() {
    let mut engine = engine();
    printed(&mut engine, CLIENT);
    let all = texts(&mut engine, "client.¦");
    assert!(
        all[..5].contains(&"abort_multipart_upload()".to_owned()),
        "{all:?}"
    );
    assert!(
        !all.iter().any(|text| text.starts_with("with_subscriber")),
        "{all:?}"
    );
    let found = complete(&mut engine, "client.list_b¦");
    assert_eq!((found.range, found.items[0].kind), (7..13, Kind::Function));
    assert!(found.items.iter().any(|item| item.text == "list_buckets()"));
    assert!(found.items.iter().all(|item| item.text.starts_with("list_b")));
}

#[test]
fn what_another_cell_changed_is_not_completed_as_before() {
    let mut engine = engine();
    printed(&mut engine, "let valeur = 1_u8;");
    assert!(texts(&mut engine, "valeur.count¦").contains(&"count_ones()".to_owned()));
    printed(&mut engine, "let valeur = String::new();");
    assert!(texts(&mut engine, "valeur.count¦").is_empty());
    assert!(texts(&mut engine, "valeur.push¦").contains(&"push_str(".to_owned()));
}

#[test]
fn fields_behind_accents_and_cells_that_are_not_finished_are_completed() {
    let mut engine = engine();
    printed(&mut engine, "struct Été { durée: u32, début: u32 }");
    let fields = complete(
        &mut engine,
        "let été = Été { durée: 1, début: 2 }; /* déjà */ été.d¦",
    );
    let names: Vec<_> = fields.items.iter().map(|item| item.text.as_str()).collect();
    assert_eq!(names, ["durée", "début"]);
    assert!(
        texts(
            &mut engine,
            "let a = prelude::commencer(\"été\").await;\nlet r = a.dynamodb.query()\n    .table_name(\"é\")\n    .key_c¦\n    .send()"
        )
        .contains(&"key_condition_expression(".to_owned())
    );
    assert!(
        texts(&mut engine, "for i in 0..3 { let mots = vec![\"a\"]; mots.is_e¦")
            .contains(&"is_empty()".to_owned())
    );
}

#[test]
fn modules_and_types_are_completed_in_paths_and_uses() {
    let mut engine = engine();
    // Nothing is completed while the engine starts.
    printed(&mut engine, "println!();");
    assert_eq!(
        texts(&mut engine, "aws_sdk_s3::types::StorageClas¦")[0],
        "StorageClass"
    );
    assert!(texts(&mut engine, "use aws_sdk_dynamodb::¦").contains(&"Client".to_owned()));
    assert_eq!(texts(&mut engine, "prelude::comm¦"), ["commencer("]);
}

#[test]
fn nothing_is_completed_or_explained_in_a_string_or_a_comment() {
    let mut engine = engine();
    printed(&mut engine, "let mots = vec![1];");
    for inside in ["\"mots.l¦\"", "\"été mots.¦", "// mots.le¦", "/* mots.l¦ */", "¦"] {
        assert!(texts(&mut engine, inside).is_empty(), "{inside}");
        assert_eq!(inspect(&mut engine, inside), None, "{inside}");
    }
}

#[test]
fn a_variable_is_explained_by_its_type_and_what_that_is() {
    let mut engine = engine();
    printed(&mut engine, CLIENT);
    let found = inspect(&mut engine, "clie¦nt.list_buckets()").unwrap();
    assert_eq!((found.range, found.signature.as_str()), (0..6, "client: Client"));
    assert_eq!(found.place, "aws_sdk_s3::Client");
    assert!(
        found.documentation.contains("Client for Amazon"),
        "{}",
        found.documentation
    );
    let fresh = inspect(
        &mut engine,
        "let été = 1; let seaux¦ = client.list_buckets(); été",
    )
    .unwrap();
    assert_eq!(fresh.signature, "let seaux: ListBucketsFluentBuilder");
}

#[test]
fn methods_types_and_functions_of_the_prelude_are_explained_wherever_they_stand() {
    let mut engine = engine();
    printed(&mut engine, CLIENT);
    for text in [
        "client.list_¦buckets().send()",
        "let été = client\n    .list_buckets¦();",
        "println!(\"é {:?}\", client.list_buckets(¦))",
        "if true { client.list_buckets¦() }",
    ] {
        let found = inspect(&mut engine, text).unwrap_or_default();
        assert_eq!(
            found.signature, "pub fn list_buckets(&self) -> ListBucketsFluentBuilder",
            "{text}"
        );
        assert!(found.documentation.contains("ListBuckets"), "{text}: {found:?}");
    }
    let closure = inspect(&mut engine, "[1_u8].iter().map(|x| x¦.pow(2)).count()").unwrap_or_default();
    assert_eq!(closure.signature, "x: &u8");
    let function = inspect(&mut engine, "let a = prelude::commen¦cer(\"x\").await;").unwrap();
    assert_eq!(
        function.signature,
        "pub async fn commencer(lecon: &str) -> Atelier"
    );
    assert!(
        function
            .documentation
            .starts_with("Prépare les clients d'une leçon.")
    );
    let class = inspect(&mut engine, "aws_sdk_s3::types::Storage¦Class::Standard").unwrap();
    assert!(
        class.signature.starts_with("pub enum StorageClass {"),
        "{class:?}"
    );
    assert!(inspect(&mut engine, "println!¦(\"\")").is_some());
    assert_eq!(inspect(&mut engine, "nimporte_quoi¦()"), None);
}

#[test]
fn variables_are_listed_by_name_with_their_types() {
    let mut engine = engine();
    printed(&mut engine, "let b = vec![1_u8]; let a = \"é\".to_owned();");
    let listed: Vec<_> = engine
        .variables()
        .unwrap()
        .into_iter()
        .map(|one| (one.name, one.type_name))
        .collect();
    let pair = |name: &str, type_name: &str| (name.to_owned(), type_name.to_owned());
    assert_eq!(listed, [pair("a", "String"), pair("b", "Vec<u8>")]);
}
