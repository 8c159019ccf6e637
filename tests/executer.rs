//! `executer`, end to end: the demo cells of a lesson, what they print, how they fail.
#![allow(clippy::unwrap_used)]

mod support;

use support::{LESSON, Machine};

#[test]
fn a_lesson_whose_cells_keep_their_promise_ends_in_zero() {
    let machine = Machine::with_rust();
    let said = machine.on_lessons(&["executer", "essai", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let document = said.json();
    assert_eq!(document["lesson"], "essai");
    let cell = &document["cells"][0];
    assert_eq!(
        (&cell["id"], &cell["status"], &cell["error"]),
        (&"essai-addition".into(), &"ok".into(), &serde_json::Value::Null)
    );
    assert_eq!(cell["stdout"], "somme 3\n");
    assert!(cell["ms"].as_u64().unwrap() > 0);
}

#[test]
fn cells_run_for_a_program_started_from_a_menu_and_what_is_missing_is_no_fault_of_theirs() {
    let said = Machine::without_rust_on_path("/usr/bin:/bin").on_lessons(&["executer", "essai", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let said = Machine::without_rust_on_path("/nulle-part").on_lessons(&["executer", "essai", "--json"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    let error = &said.json()["error"];
    assert_eq!(error["code"], "engine");
    assert!(
        error["message"].as_str().unwrap().contains("«\u{a0}cc\u{a0}»") || said.out.contains("« cc »"),
        "{said:?}"
    );
}

#[test]
fn another_output_than_promised_is_a_failure_that_names_the_line() {
    let machine = Machine::with_rust();
    std::fs::write(
        machine.lessons().join("01-essai.md"),
        LESSON.replace("\nsomme 3\n", "\nsomme 4\n"),
    )
    .unwrap();
    let said = machine.on_lessons(&["executer", "essai", "--json"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let cell = said.json()["cells"][0].clone();
    assert_eq!(cell["status"], "failed");
    let error = cell["error"].as_str().unwrap();
    assert!(error.contains("somme 4") && error.contains("somme 3"), "{error}");
}

#[test]
fn a_cell_that_does_not_compile_shows_its_place_under_its_accents() {
    let machine = Machine::with_rust();
    let broken = LESSON.replace("let somme = 1 + 2;", "let été = 1; let somme = été + prévu;");
    std::fs::write(machine.lessons().join("01-essai.md"), broken).unwrap();
    let said = machine.on_lessons(&["executer", "essai"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.out.contains("E0425") && said.out.contains("été + prévu"),
        "{}",
        said.out
    );
    assert!(said.out.contains("cellule:1:32"), "{}", said.out);
}

#[test]
fn a_class_s_answers_in_rust_run_where_the_teacher_asks_for_it() {
    let machine = Machine::with_rust();
    std::fs::write(
        machine.folder.path().join("liste.csv"),
        "id,nom\nada,Lovelace\nbob,Martin\n",
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let said = machine.run(&[&["classe"], arguments, &["--cours", "cours"]].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
        said
    };
    let made = machine.run(&["classe", "creer", "cours", "--eleves", "liste.csv"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let asked = run(&[
        "devoir",
        "dynamodb",
        "--exercices",
        "ddb-fonction-rcu",
        "--nom",
        "rust",
        "--json",
    ])
    .json();
    let file = asked["exercises"][0]["file"].as_str().unwrap();
    let right = "fn rcu(octets: u64, coherence: &str) -> f64 {\n    let tranches = octets.div_ceil(4096).max(1) as f64;\n    \
                 match coherence { \"forte\" => tranches, \"eventuelle\" => tranches / 2.0, _ => tranches * 2.0 }\n}\n";
    let wrong = right.replace("octets.div_ceil(4096).max(1) as f64", "octets as f64 / 4096.0");
    for (learner, answer) in [("ada", right), ("bob", wrong.as_str())] {
        let archive = machine
            .folder
            .path()
            .join(format!("cours/devoirs/rust/a-distribuer/rust-{learner}.zip"));
        let mut archive = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
        archive.extract(machine.folder.path().join("rendus")).unwrap();
        let place = machine
            .folder
            .path()
            .join(format!("rendus/rust-{learner}"))
            .join(file);
        std::fs::write(place, answer).unwrap();
    }
    run(&["collecter", "rendus"]);
    let graded = run(&["noter", "--executer", "--json"]).json();
    assert_eq!(
        graded[0]["statuses"],
        serde_json::json!({"passed": 1, "not_yet": 1}),
        "{graded}"
    );
    let report = run(&["rapport", "--json"]).json();
    let sheet = &report["assignments"][0];
    assert_eq!(sheet["open"], 0);
    assert_eq!(
        sheet["exercises"][0]["misconceptions"],
        serde_json::json!([{"id": "sans-arrondi", "learners": 1}])
    );
}

/// What the cell of the small lesson runs in place of its own code.
const SHOWN: &str = r#"use prelude::*;
use aws_sdk_dynamodb::types::{AttributeDefinition, AttributeValue, KeySchemaElement, KeyType, ProvisionedThroughput, ScalarAttributeType};
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
let atelier = commencer("essai").await;
montrer(Refus).await;
let ici = CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::from("eu-west-3")).build();
atelier.s3.create_bucket().bucket("factures-essai").create_bucket_configuration(ici).send().await?;
montrer(Versions("factures-essai")).await;
atelier.s3.put_object().bucket("factures-essai").key("a.pdf").body(b"un".to_vec().into()).send().await?;
montrer(Versions("factures-essai")).await;
atelier.dynamodb.create_table().table_name("mesures")
    .attribute_definitions(AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S).build()?)
    .key_schema(KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash).build()?)
    .provisioned_throughput(ProvisionedThroughput::builder().read_capacity_units(5).write_capacity_units(5).build()?)
    .send().await?;
atelier.dynamodb.put_item().table_name("mesures").item("id", AttributeValue::S("a".to_owned())).send().await?;
montrer(Debit("mesures")).await;
atelier.iam.create_user().user_name("essai").send().await?;
let clef = atelier.iam.create_access_key().user_name("essai").send().await?.access_key.unwrap();
let utilisateur = atelier.avec_les_cles(&clef.access_key_id, &clef.secret_access_key, None);
let refus = utilisateur.s3.get_object().bucket("factures-essai").key("a.pdf").send().await.is_err();
println!("refus : {refus}");
montrer(Refus).await;
montrer(Debit("nulle")).await;"#;

#[test]
fn a_denial_a_token_bucket_and_versions_are_shown_on_demand() {
    let machine = Machine::with_rust();
    let lesson = LESSON.replace("let somme = 1 + 2;\nprintln!(\"somme {somme}\");", SHOWN);
    assert!(
        lesson.contains("montrer"),
        "the lesson of the tests reads otherwise"
    );
    std::fs::write(machine.lessons().join("01-essai.md"), lesson).unwrap();
    let said = machine.on_lessons(&["executer", "essai"]);
    for words in [
        "Aucun appel n’a été refusé.",
        "Le compartiment «\u{a0}factures-essai\u{a0}» ne contient aucune version.",
        "refus : true",
        "s3:GetObject par arn:aws:iam::123456789012:user/essai sur arn:aws:s3:::factures-essai/a.pdf\u{a0}: 403 AccessDenied",
        "l’identité\u{a0}: aucune",
        "il n’y a pas de table « nulle »",
    ] {
        assert!(
            said.out.contains(words) || said.err.contains(words),
            "{words}: {said:?}"
        );
    }
    let figures = std::fs::read_dir(machine.data().join("figures")).unwrap();
    let figures: Vec<String> = figures
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    for title in [
        "Les versions de «\u{a0}factures-essai\u{a0}»",
        "Ce qui reste du débit de «\u{a0}mesures\u{a0}»",
    ] {
        assert!(
            figures.iter().any(|svg| svg.contains(title)),
            "{title}: {}",
            figures.len()
        );
    }
}
