//! Cells that read their standard input.

use std::collections::VecDeque;
use std::time::Duration;

use engine::EvcxrEngine;
use workbook::engine::{Chunk, Engine as _, Evaluation, InputRequest, Listener, Outcome, Reply};

use super::{LIMIT, engine, printed, value};

/// Answers in order, then says that there is no more; remembers what it was asked.
struct Answers {
    left: VecDeque<Reply>,
    asked: Vec<InputRequest>,
    shown: String,
}

impl Listener for Answers {
    fn chunk(&mut self, chunk: Chunk) {
        if let Chunk::Stdout(text) = chunk {
            self.shown += &text;
        }
    }

    fn input(&mut self, request: &InputRequest) -> Reply {
        self.asked.push(request.clone());
        self.left.pop_front().unwrap_or(Reply::End)
    }
}

fn answered(engine: &mut EvcxrEngine, source: &str, lines: &[&str]) -> (Evaluation, Answers) {
    let mut answers = Answers {
        left: lines.iter().map(|line| Reply::Line((*line).to_owned())).collect(),
        asked: Vec::new(),
        shown: String::new(),
    };
    let ended = engine.eval(source, LIMIT, &mut answers).unwrap();
    (ended, answers)
}

fn prompts(answers: &Answers) -> Vec<&str> {
    answers
        .asked
        .iter()
        .map(|request| request.prompt.as_str())
        .collect()
}

#[test]
fn a_cell_reads_the_lines_that_it_asks_for_each_in_its_turn() {
    let source = "let mut nom = String::new();
        print!(\"Ton nom : \");
        std::io::stdin().read_line(&mut nom).unwrap();
        println!(\"Bonjour {}\", nom.trim_end());
        print!(\"Ton âge : \");
        let mut age = String::new();
        std::io::stdin().read_line(&mut age).unwrap();
        println!(\"{}\", age.trim().parse::<u8>().unwrap() + 1);";
    let engine = &mut engine();
    let (ended, answers) = answered(engine, source, &["Zoé", "41"]);
    assert_eq!(ended.outcome, Outcome::Done, "{ended:?}");
    assert_eq!(ended.output.stdout, "Ton nom : Bonjour Zoé\nTon âge : 42\n");
    assert_eq!(answers.shown, ended.output.stdout);
    assert_eq!(prompts(&answers), ["Ton nom : ", "Ton âge : "]);
    assert_eq!(value(engine, "nom"), "\"Zoé\\n\"");
}

#[test]
fn a_cell_reads_lines_to_their_end_and_the_next_cell_has_an_input_again() {
    let engine = &mut engine();
    let source = "println!(\"{:?}\", std::io::stdin().lines().map_while(Result::ok).collect::<Vec<_>>());";
    for lines in [&["un", "", "trois"][..], &["quatre"]] {
        let (ended, answers) = answered(engine, source, lines);
        assert_eq!(ended.output.stdout, format!("{lines:?}\n"));
        assert_eq!(answers.asked.len(), lines.len() + 1);
    }
}

#[test]
fn a_line_longer_than_a_pipe_arrives_whole() {
    let long = "é".repeat(200_000);
    let source =
        "let mut lu = String::new(); std::io::stdin().read_line(&mut lu).unwrap(); lu.trim().chars().count()";
    let (ended, answers) = answered(&mut engine(), source, &[&long]);
    assert_eq!(
        (ended.output.rich[0].data.as_str(), answers.asked.len()),
        ("200000", 1)
    );
}

#[test]
fn what_a_cell_has_not_read_is_not_the_next_one_s() {
    let engine = &mut engine();
    let first = "let mut octet = [0]; std::io::Read::read_exact(&mut std::fs::File::open(\"/dev/stdin\").unwrap(), &mut octet).unwrap();
        println!(\"{}\", octet[0] as char);";
    let (ended, _) = answered(engine, first, &["abc"]);
    assert_eq!(ended.output.stdout, "a\n", "{ended:?}");
    let next =
        "let mut lu = String::new(); std::io::stdin().read_line(&mut lu).unwrap(); println!(\"{lu:?}\");";
    let (ended, answers) = answered(engine, next, &["neuf"]);
    assert_eq!(ended.output.stdout, "\"neuf\\n\"\n");
    assert_eq!(answers.asked.len(), 1);
}

#[test]
fn a_program_that_a_cell_starts_reads_the_same_input_and_a_thread_too() {
    let engine = &mut engine();
    let source = "std::process::Command::new(\"sh\").args([\"-c\", \"printf 'Mot ? '; read mot; echo lu $mot\"]).status().unwrap();";
    let (ended, answers) = answered(engine, source, &["ananas"]);
    assert_eq!(ended.output.stdout, "Mot ? lu ananas\n", "{ended:?}");
    assert_eq!(prompts(&answers), ["Mot ? "]);
    let source = "let lu = std::thread::spawn(|| std::io::stdin().lines().next().unwrap().unwrap()).join().unwrap();
        println!(\"lu {lu}\");
        let lu = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(tokio::io::stdin())).next_line().await.unwrap();
        println!(\"lu {lu:?}\");";
    let (ended, _) = answered(engine, source, &["un", "deux"]);
    assert_eq!(ended.output.stdout, "lu un\nlu Some(\"deux\")\n", "{ended:?}");
}

#[test]
fn a_question_in_evcxr_s_words_is_the_prompt_and_is_text_where_nothing_reads() {
    let engine = &mut engine();
    let reads = "let mut lu = String::new(); std::io::stdin().read_line(&mut lu).unwrap(); println!(\"{}\", lu.len());";
    for (words, hidden) in [
        ("EVCXR_INPUT_REQUEST", false),
        ("EVCXR_INPUT_REQUEST_PASSWORD", true),
    ] {
        let (ended, answers) = answered(
            engine,
            &format!("println!(\"{words}:Secret ?\"); {reads}"),
            &["abc"],
        );
        assert_eq!(ended.output.stdout, "4\n", "{ended:?}");
        let asked = InputRequest {
            prompt: "Secret ?".to_owned(),
            hidden,
        };
        assert_eq!(answers.asked, [asked]);
        let (ended, answers) = answered(
            engine,
            &format!("println!(\"{words}:x\"); println!(\"suite\");"),
            &[],
        );
        assert_eq!(ended.output.stdout, format!("{words}:x\nsuite\n"));
        assert_eq!(answers.asked, []);
        let (ended, _) = answered(engine, &format!("println!(\"{words}:x\");"), &[]);
        assert_eq!(ended.output.stdout, format!("{words}:x\n"));
    }
}

/// Answers late, by some condition that takes longer than the cell may.
struct Late(Duration);

impl Listener for Late {
    fn chunk(&mut self, _: Chunk) {}

    fn input(&mut self, _: &InputRequest) -> Reply {
        let since = std::time::Instant::now();
        while since.elapsed() < self.0 {
            std::thread::yield_now();
        }
        Reply::Line("tard".to_owned())
    }
}

#[test]
fn the_time_that_an_answer_takes_is_not_the_cell_s() {
    let engine = &mut engine();
    let limit = Duration::from_secs(6);
    let source =
        "let mut lu = String::new(); std::io::stdin().read_line(&mut lu).unwrap(); println!(\"{lu}\");";
    let ended = engine
        .eval(source, limit, &mut Late(limit + Duration::from_secs(1)))
        .unwrap();
    assert_eq!(
        (&ended.outcome, ended.output.stdout.as_str()),
        (&Outcome::Done, "tard\n\n"),
        "{ended:?}"
    );
    assert!(ended.elapsed < limit, "{:?}", ended.elapsed);
}

#[test]
fn a_cell_that_closes_its_input_has_another_one_in_the_next() {
    let engine = &mut engine();
    printed(
        engine,
        "unsafe extern \"C\" { safe fn close(numero: i32) -> i32; } close(0);",
    );
    let source =
        "let mut lu = String::new(); std::io::stdin().read_line(&mut lu).unwrap(); println!(\"{lu}\");";
    let (ended, _) = answered(engine, source, &["encore"]);
    assert_eq!(ended.output.stdout, "encore\n\n", "{ended:?}");
}

#[test]
fn who_stops_a_cell_that_waits_gets_the_next_one_and_its_input() {
    let engine = &mut engine();
    printed(engine, "fn gardee() -> u8 { 3 }");
    let source =
        "let mut lu = String::new(); std::io::stdin().read_line(&mut lu).unwrap(); println!(\"{lu}\");";
    let mut answers = Answers {
        left: [Reply::Interrupt].into(),
        asked: Vec::new(),
        shown: String::new(),
    };
    let ended = engine.eval(source, LIMIT, &mut answers).unwrap();
    assert_eq!(ended.outcome, Outcome::Interrupted);
    assert!(ended.lost && ended.ran);
    let (ended, _) = answered(engine, source, &["encore"]);
    assert_eq!(ended.output.stdout, "encore\n\n");
    assert_eq!(value(engine, "gardee()"), "3");
}
