//! What a lesson, a cell, a verdict and the dashboard look like, at 60 and at 100 columns, with and without colours.
#![allow(clippy::unwrap_used)]

use cahier::render::dashboard::{self, Board, Mistake, Part, Tried};
use cahier::render::picture::{Plots, Protocol, Room};
use cahier::render::{self, Look};
use unicode_width::UnicodeWidthStr;
use workbook::Workbook;
use workbook::engine::{Evaluation, Outcome, Output, Rich};
use workbook::verdict::{Feedback, Verdict};

const LESSON: &str = include_str!("screens/01-ecrans.md");
const PLOT: &str = include_str!("../src/render/picture/plot.svg");

/// Holds a text against its snapshots. Code alone may be wider than the screen, where it is not folded.
fn assert_screens(name: &str, text: impl Fn(Look) -> String) {
    for width in [60, 100] {
        for color in [false, true] {
            let look = Look {
                color,
                width,
                fold: true,
            };
            let shown = text(look);
            let named = format!("{name}-{width}-{}", if color { "couleurs" } else { "sans" });
            assert_eq!(shown.contains('\u{1b}'), color, "{named}");
            let widest = plain(&shown).lines().map(UnicodeWidthStr::width).max();
            assert!(widest <= Some(width), "{named}: {widest:?} columns\n{shown}");
            // A space that does not break is seen in the snapshot.
            insta::assert_snapshot!(named, shown.replace("\u{1b}[", "␛[").replace('\u{a0}', "⍽"));
        }
    }
}

/// Without colours.
fn plain(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        text + piece.split_once('m').map_or("", |(_, rest)| rest)
    })
}

fn workbook() -> Workbook {
    let files = vec![
        ("01-ecrans.md".to_owned(), LESSON.to_owned()),
        (
            "images/01-pile.svg".to_owned(),
            "<svg xmlns='http://www.w3.org/2000/svg' width='80' height='40'><rect width='60' height='20'/></svg>".to_owned(),
        ),
    ];
    Workbook::load(files).map_err(|error| error.plain()).unwrap()
}

#[test]
fn a_lesson_shows_its_headings_lists_tables_callouts_code_and_exercises() {
    let workbook = workbook();
    assert_screens("lecon", |look| {
        render::lesson::page(&workbook.lessons()[0], 7, look)
    });
}

#[test]
fn a_lesson_s_image_stands_above_its_words_where_the_terminal_shows_pictures() {
    let workbook = workbook();
    let lesson = &workbook.lessons()[0];
    let room = Room {
        columns: 60,
        lines: 40,
        cell: (8, 16),
    };
    let pictures = Plots::Picture(Protocol::Iterm2, room);
    let shown = render::lesson::illustrated(lesson, 7, Look::plain(60), pictures);
    let (before, after) = shown.split_once("\u{1b}]1337;File=inline=1;").unwrap();
    assert!(before.contains("Une note ordinaire."), "{before}");
    let words = after.split_once('\u{7}').unwrap().1;
    assert!(
        words
            .trim_start()
            .starts_with("[Figure\u{a0}: La pile des versions"),
        "{words}"
    );
    // Nothing else differs from the lesson in words.
    let plain = render::lesson::page(lesson, 7, Look::plain(60));
    assert!(
        plain.contains(words.trim_start()) && plain.starts_with(before.trim_end()),
        "{before}"
    );
}

#[test]
fn the_lessons_of_a_workbook_are_told_in_a_line_each() {
    let workbook = workbook();
    assert_screens("lecons", |look| {
        render::lesson::summary(&workbook.lessons()[0], |id| id == "ecrans-double", look)
    });
}

#[test]
fn a_cell_shows_its_source_its_output_its_table_and_its_plot() {
    let workbook = workbook();
    let cell = workbook.lessons()[0].cells().next().unwrap().clone();
    let table = "clé          version  taille\nrapport.pdf  v2       12 Ko\nété.csv      v1       0,5 Ko";
    let rich = |mime: &str, data: &str| Rich {
        mime: mime.to_owned(),
        data: data.to_owned(),
    };
    let outputs = [rich("text/plain", table), rich("image/svg+xml", PLOT)];
    let folder = tempfile::tempdir().unwrap();
    let place = folder
        .path()
        .join("figures/ecrans-cout.svg")
        .display()
        .to_string();
    assert_screens("cellule", |look| {
        let shown = render::output::rich(&outputs, &cell.id, folder.path(), look, Plots::Text).unwrap();
        format!(
            "{}Coût du mois\u{a0}: 1,25 $\n{}",
            render::lesson::cell(&cell, look),
            shown.replace(&place, "figures/ecrans-cout.svg")
        )
    });
}

#[test]
fn a_cell_that_stopped_says_where_and_why() {
    let stopped = |outcome: Outcome| Evaluation {
        outcome,
        output: Output::default(),
        elapsed: std::time::Duration::from_millis(40),
        ran: true,
        lost: false,
    };
    let denied = "ServiceError(ServiceError { source: Unhandled(Unhandled { source: ErrorMetadata { code: Some(\"AccessDenied\"), \
                  message: Some(\"User: arn:aws:iam::123456789012:user/alice is not authorized to perform: s3:PutObject\") } }) })";
    let ends = [
        Outcome::Panicked {
            message: "index out of bounds: the len is 3 but the index is 7".to_owned(),
            line: Some(4),
        },
        Outcome::Panicked {
            message: denied.to_owned(),
            line: None,
        },
        Outcome::OutOfMemory { limit: 2 << 30 },
    ];
    let ends = ends.map(stopped);
    assert_screens("fins", |look| {
        let told = ends.iter().map(|end| render::output::ending("", end, look));
        told.collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn a_verdict_says_how_far_one_is_and_what_to_do_next() {
    let not_yet = |message: &str, score: f64| {
        Verdict::NotYet(Feedback {
            message: message.to_owned(),
            misconception: None,
            score,
        })
    };
    let wrong = "Tu donnes 250\u{a0}Mo à la couche seule. La limite est partagée\u{a0}: la fonction et toutes ses couches tiennent \
                 ensemble dans 250\u{a0}Mo. Retire ce qui est déjà pris.";
    let partial = "Deux demandes sur trois sont bien décidées.\n\n- `s3:GetObject` sur `rapport.pdf`\u{a0}: accordée, c’est juste\u{a0};\n\
                   - `s3:DeleteObject`\u{a0}: elle devrait être refusée, et ta politique l’accorde par `\"Action\": \"s3:*\"`.";
    let verdicts = [
        ("juste", Verdict::Passed("Exact\u{a0}: il reste 105\u{a0}Mo, **une fois** les deux couches comptées.".into())),
        ("faux", not_yet(wrong, 0.0)),
        ("partiel", not_yet(partial, 1.5)),
        ("illisible", Verdict::Unreadable("Je ne trouve pas de nombre dans ta réponse. Écris par exemple `12`, `0,5` ou `1\u{a0}500`.".into())),
        ("ne-compile-pas", Verdict::DoesNotCompile("error[E0425]: cannot find value `debit` in this scope\n --> cellule:3:9\n  |\n3 |         debit + 1\n  |         ^^^^^ not found\n".into())),
        ("inverifiable", Verdict::Unverifiable("Ce contrôle lit le journal du simulateur\u{a0}: sur un vrai compte AWS, Cahier ne peut pas le savoir.".into())),
    ];
    for (name, verdict) in &verdicts {
        assert_screens(&format!("verdict-{name}"), |look| {
            render::verdict::render(verdict, 2.0, look)
        });
    }
}

#[test]
fn the_dashboard_shows_lessons_kinds_mistakes_and_what_comes_back() {
    let part = |title: &str, passed, count| Part {
        title: title.to_owned(),
        passed,
        count,
    };
    let tried = |id: &str, passed, score, attempts, abandoned| Tried {
        id: id.to_owned(),
        passed,
        score,
        attempts,
        abandoned,
    };
    let mistake = |id: &str, times, avoided, then: &str| Mistake {
        id: id.to_owned(),
        times,
        avoided,
        then: then.to_owned(),
    };
    let board = Board {
        lessons: vec![
            dashboard::Lesson {
                part: part("Les couches Lambda", 21, 21),
                tried: vec![tried("couche-place-restante", true, 1.0, 1, false)],
            },
            dashboard::Lesson {
                part: part(
                    "Débit en lecture et en écriture de DynamoDB, à la demande et provisionné",
                    1,
                    24,
                ),
                tried: vec![
                    tried(
                        "dynamodb-lectures-fortement-coherentes-par-seconde",
                        false,
                        0.5,
                        12,
                        false,
                    ),
                    tried("dynamodb-scan", true, 2.0, 3, true),
                ],
            },
            dashboard::Lesson {
                part: part("URL présignée de S3", 0, 17),
                tried: Vec::new(),
            },
        ],
        kinds: vec![
            part("choix", 4, 12),
            part("mise en ordre", 0, 3),
            part("politique", 9, 9),
        ],
        mistakes: vec![
            mistake("limite-par-couche", 3, false, "à revoir dans 2\u{a0}h"),
            mistake(
                "arrondi-de-la-somme-et-non-de-chaque-element",
                1,
                true,
                "évitée depuis, revient dans 12\u{a0}jours",
            ),
        ],
        review: "3\u{a0}exercices à revoir\u{a0}: `cahier revision`, ou `:revision` dans le cahier."
            .to_owned(),
        days: 4,
    };
    assert_screens("tableau", |look| dashboard::page(&board, look));
}

#[test]
fn a_dashboard_where_nothing_was_tried_is_its_lessons() {
    let board = Board {
        lessons: vec![dashboard::Lesson {
            part: Part {
                title: "Les couches Lambda".to_owned(),
                passed: 0,
                count: 21,
            },
            tried: Vec::new(),
        }],
        ..Board::default()
    };
    assert_eq!(
        dashboard::page(&board, Look::plain(60)),
        "░░░░░░░░░░  Les couches Lambda  0/21\n"
    );
}
