//! What each screen of an exam looks like, at 60 and at 100 columns, with and without colours, and what its keys do.
#![allow(clippy::unwrap_used)]

use cahier::exam::{Hall, Key, Page, Reaction};
use cahier::render::{Look, exam as render};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use std::collections::BTreeMap;
use std::fmt::Write;
use workbook::Workbook;
use workbook::bank::blueprint;
use workbook::exam::{Act, Effect, Ending, Order, Paper, Record, Report, Sitting, draw};

const BANK: &str = include_str!("../src/workbook/tests/banque.toml");

const BEGUN: i64 = 1_796_000_000;

/// Two questions, of one option and of two; then the same again, up to `count`.
fn paper(count: usize) -> Paper {
    let cell = "```rust cellule=\"la-cellule\"\nlet a = 1;\n```\n";
    let lesson = format!("---\nid: versionnement-s3\ntitre: Un\nresume: Un.\n---\n\n{cell}");
    let files = vec![
        ("04-versionnement-s3.md".to_owned(), lesson),
        ("questions/04-versionnement-s3.toml".to_owned(), BANK.to_owned()),
    ];
    let book = Workbook::load(files).map_err(|error| error.plain()).unwrap();
    let order = Order {
        exam: blueprint::exam("SAA-C03").unwrap(),
        seed: 3,
        questions: None,
        minutes: Some(130),
    };
    let mut paper = draw(book.bank(), &order).unwrap();
    let questions = std::mem::take(&mut paper.questions);
    paper.questions = questions.into_iter().cycle().take(count).collect();
    paper
}

fn hall(count: usize) -> Hall {
    let titles = BTreeMap::from([(
        "versionnement-s3".to_owned(),
        "Gestion des versions dans S3".to_owned(),
    )]);
    Hall::new(Sitting::start(paper(count), BEGUN), titles)
}

fn press(hall: &mut Hall, keys: &[Key]) {
    for key in keys {
        hall.press(*key, BEGUN + 60);
    }
}

/// The hall as it is drawn now.
fn drawn(hall: &mut Hall, width: u16, height: u16, now: i64, color: bool) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let look = Look {
        color,
        ..Look::plain(usize::from(width))
    };
    let mut room = hall.room;
    terminal
        .draw(|frame| room = render::draw(frame, hall, now, look))
        .unwrap();
    hall.room = room;
    terminal.backend().buffer().clone()
}

/// The lines of a screen; where there are colours, what is styled stands between `⟨…⟩`, its style first.
fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width);
    let line = |cells: &[Cell]| {
        let mut shown = String::new();
        for run in cells.chunk_by(|one, other| style(one) == style(other)) {
            let symbols: String = run.iter().map(Cell::symbol).collect();
            match style(&run[0]) {
                style if style.is_empty() => shown.push_str(&symbols),
                style => {
                    let _ = write!(shown, "⟨{style}·{symbols}⟩");
                }
            }
        }
        shown.trim_end().to_owned()
    };
    buffer
        .content
        .chunks(width)
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

fn style(cell: &Cell) -> String {
    let mut style = String::new();
    if cell.fg != ratatui::style::Color::Reset {
        style = cell.fg.to_string().to_lowercase();
    }
    if !cell.modifier.is_empty() {
        let _ = write!(style, " {:?}", cell.modifier);
    }
    style.to_lowercase().trim().to_owned()
}

/// A terminal's.
fn look(width: usize, color: bool) -> Look {
    Look {
        color,
        width,
        fold: true,
    }
}

/// Holds a screen against its snapshots.
fn assert_screen(name: &str, hall: &mut Hall, now: i64) {
    for width in [60, 100] {
        for color in [false, true] {
            let buffer = drawn(hall, width, 30, now, color);
            let shown = text(&buffer);
            let named = format!("{name}-{width}-{}", if color { "couleurs" } else { "sans" });
            if !color {
                assert!(!shown.contains('⟨'), "{named}: no style without colours\n{shown}");
            }
            insta::assert_snapshot!(named, shown);
        }
    }
}

/// The same for a text.
fn assert_text(name: &str, text: impl Fn(Look) -> String) {
    for width in [60, 100] {
        for color in [false, true] {
            let named = format!("{name}-{width}-{}", if color { "couleurs" } else { "sans" });
            let shown = text(look(width, color));
            assert_eq!(shown.contains('\u{1b}'), color, "{named}");
            insta::assert_snapshot!(named, shown.replace("\u{1b}[", "␛["));
        }
    }
}

#[test]
fn a_question_shows_its_options_what_is_chosen_and_the_time() {
    let mut hall = hall(65);
    press(&mut hall, &[Key::Down, Key::Space, Key::Sign('m')]);
    assert_screen("question", &mut hall, BEGUN + 60);
}

#[test]
fn a_question_of_several_answers_counts_them_and_says_when_there_are_too_many() {
    let mut hall = hall(65);
    let double = hall
        .sitting
        .paper()
        .questions
        .iter()
        .position(|asked| asked.question.choose == 2);
    let next = vec![Key::Right; double.unwrap()];
    press(&mut hall, &next);
    press(&mut hall, &[Key::Sign('a'), Key::Sign('c'), Key::Sign('d')]);
    let nearly_over = hall.sitting.deadline() - 65;
    assert_screen("question-deux", &mut hall, nearly_over);
}

#[test]
fn the_list_shows_each_question_with_its_answer_and_its_flag() {
    let mut hall = hall(65);
    drawn(&mut hall, 100, 30, BEGUN, false);
    press(
        &mut hall,
        &[
            Key::Sign('b'),
            Key::Right,
            Key::Sign('a'),
            Key::Sign('m'),
            Key::Sign('l'),
        ],
    );
    press(&mut hall, &[Key::Right, Key::Right]);
    assert_screen("liste", &mut hall, BEGUN + 60);
}

#[test]
fn handing_in_and_leaving_are_asked_about() {
    let mut hall = hall(65);
    press(&mut hall, &[Key::Sign('b'), Key::Sign('m'), Key::Sign('r')]);
    assert_screen("rendre", &mut hall, BEGUN + 60);
    press(&mut hall, &[Key::Escape, Key::Interrupt]);
    assert_screen("quitter", &mut hall, BEGUN + 60);
    press(&mut hall, &[Key::Escape, Key::Sign('?')]);
    assert_screen("aide", &mut hall, BEGUN + 60);
}

/// The first question right, the second half right, the others not answered.
fn over() -> Hall {
    let mut hall = hall(4);
    for at in 0..2 {
        let right = hall.sitting.paper().questions[at].question.right();
        let taken = right.into_iter().take(1).collect();
        hall.sitting.act(Act::Go(at), BEGUN + 60);
        hall.sitting.act(Act::Answer(taken), BEGUN + 60);
    }
    press(&mut hall, &[Key::Sign('r'), Key::Sign('r')]);
    assert_eq!(hall.page, Page::Report);
    hall
}

#[test]
fn the_report_goes_by_domain_and_skill_and_says_that_it_is_no_official_score() {
    let mut hall = over();
    assert_screen("resultat", &mut hall, BEGUN + 99);
}

#[test]
fn the_correction_explains_each_option() {
    let mut hall = over();
    press(&mut hall, &[Key::Enter]);
    assert_screen("correction", &mut hall, BEGUN + 99);
    press(&mut hall, &[Key::Right]);
    assert_screen("correction-deux", &mut hall, BEGUN + 99);
}

#[test]
fn what_is_said_before_an_exam_and_of_those_that_are_over() {
    let paper = Paper {
        ordered: 65,
        ..paper(2)
    };
    assert_text("ouverture", |look| render::opening(&paper, look));
    let mut sitting = Sitting::start(paper, BEGUN);
    assert_text("en-cours", |look| {
        render::unfinished(&sitting, BEGUN + 3000, look)
    });
    sitting.act(Act::Wait, BEGUN + 1_000_000);
    assert_eq!(sitting.ended().unwrap().1, Ending::TimeUp);
    let record = Record::of(&sitting).unwrap();
    let report = Report::of(sitting.paper(), sitting.answers());
    assert_eq!(report.unanswered, 2);
    assert_text("historique", |look| {
        render::history(&[record.clone(), record.clone()], look)
    });
}

#[test]
fn a_screen_that_is_too_small_says_so_and_one_that_is_short_follows_the_cursor() {
    let mut hall = hall(65);
    let shown = text(&drawn(&mut hall, 30, 10, BEGUN, false));
    assert!(
        shown.contains("Agrandis") && shown.contains("2\u{a0}h\u{a0}10"),
        "{shown}"
    );
    let shown = text(&drawn(&mut hall, 40, 12, BEGUN, false));
    assert!(
        shown.contains("Question 1 sur 65") && shown.contains('↓'),
        "{shown}"
    );
    press(&mut hall, &[Key::Down, Key::Down, Key::Down]);
    let shown = text(&drawn(&mut hall, 40, 12, BEGUN, false));
    assert!(shown.contains("▸ [ ] D.") && shown.contains('↑'), "{shown}");
    press(
        &mut hall,
        &[
            Key::PageUp,
            Key::PageUp,
            Key::PageUp,
            Key::PageUp,
            Key::PageUp,
            Key::PageUp,
        ],
    );
    let shown = text(&drawn(&mut hall, 40, 12, BEGUN, false));
    assert!(shown.contains("Question 1 sur 65"), "{shown}");
    press(&mut hall, &[Key::PageDown]);
    let moved = text(&drawn(&mut hall, 40, 12, BEGUN, false));
    assert!(!moved.contains("Question 1 sur 65"), "{moved}");
}

#[test]
fn no_size_and_no_page_makes_the_screen_break() {
    let pages = [
        Page::Question,
        Page::List,
        Page::HandIn,
        Page::Leave,
        Page::Help,
        Page::Report,
        Page::Review,
    ];
    let (mut halls, mut count) = ([hall(65), hall(1), over()], 0);
    for hall in &mut halls {
        for page in pages {
            for (width, height) in [(0, 0), (1, 1), (39, 11), (40, 12), (41, 13), (57, 17), (300, 90)] {
                if page == Page::Report && hall.report.is_none() {
                    continue;
                }
                hall.page = page;
                drawn(hall, width, height, BEGUN, true);
                count += 1;
            }
        }
    }
    assert!(count > 100);
}

#[test]
fn in_the_list_one_moves_by_lines_and_goes_to_a_question() {
    let mut hall = hall(65);
    press(&mut hall, &[Key::Sign('l')]);
    drawn(&mut hall, 100, 30, BEGUN, false);
    let row = hall.room.columns;
    assert_eq!(row, 7);
    press(&mut hall, &[Key::Down, Key::Right, Key::Up, Key::Up, Key::Down]);
    assert_eq!(hall.place, row + 1);
    press(&mut hall, &[Key::End, Key::Right, Key::Down]);
    assert_eq!(hall.place, 64);
    press(&mut hall, &[Key::Enter]);
    assert_eq!((hall.page, hall.sitting.position()), (Page::Question, 64));
    press(&mut hall, &[Key::Right]);
    assert!(hall.notice.as_ref().unwrap().contains("dernière question"));
    press(&mut hall, &[Key::Home, Key::Left]);
    assert!(hall.notice.as_ref().unwrap().contains("première question"));
}

#[test]
fn every_key_that_changes_something_asks_to_keep_it_and_leaving_needs_a_second_key() {
    let mut hall = hall(65);
    let keep = [Reaction::Sitting(Effect::Keep)];
    for key in [
        Key::Sign('a'),
        Key::Space,
        Key::Sign('m'),
        Key::Right,
        Key::Left,
        Key::End,
        Key::Home,
    ] {
        assert_eq!(hall.press(key, BEGUN), keep, "{key:?}");
    }
    for key in [
        Key::Sign('z'),
        Key::Up,
        Key::Sign('l'),
        Key::Escape,
        Key::Sign('q'),
        Key::Escape,
    ] {
        assert_eq!(hall.press(key, BEGUN), [], "{key:?}");
    }
    assert_eq!(hall.page, Page::Question);
    hall.press(Key::Interrupt, BEGUN);
    assert_eq!(hall.press(Key::Interrupt, BEGUN), [Reaction::Leave]);
}

#[test]
fn when_time_is_up_whatever_is_shown_the_result_comes() {
    for key in [
        None,
        Some(Key::Sign('l')),
        Some(Key::Sign('r')),
        Some(Key::Sign('?')),
        Some(Key::Sign('q')),
    ] {
        let mut hall = hall(65);
        if let Some(key) = key {
            hall.press(key, BEGUN);
        }
        let end = hall.sitting.deadline();
        assert_eq!(hall.wait(end - 1), []);
        let both = [Effect::Keep, Effect::End].map(Reaction::Sitting);
        assert_eq!(hall.wait(end), both, "{key:?}");
        assert_eq!(hall.page, Page::Report);
        let shown = text(&drawn(&mut hall, 100, 30, end, false));
        assert!(shown.contains("Le temps était écoulé"), "{shown}");
        assert_eq!(hall.press(Key::Sign('q'), end + 1), [Reaction::Leave]);
    }
}

#[test]
fn what_was_missed_can_be_corrected_alone() {
    let mut hall = over();
    press(&mut hall, &[Key::Enter, Key::Sign('f')]);
    let missed: Vec<usize> = hall.report.as_ref().unwrap().missed().collect();
    assert_eq!(hall.corrected(), missed);
    assert_eq!(hall.place, missed[0]);
    press(&mut hall, &[Key::Right, Key::Right, Key::Right, Key::Right]);
    assert_eq!(Some(&hall.place), missed.last());
    press(
        &mut hall,
        &[Key::Sign('f'), Key::Left, Key::Left, Key::Left, Key::Left],
    );
    assert_eq!(hall.place, 0);
    press(&mut hall, &[Key::Escape]);
    assert_eq!(hall.page, Page::Report);
}
