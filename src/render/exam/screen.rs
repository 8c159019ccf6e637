//! The full screen of an exam, drawn with ratatui: what is left above, the page, the keys below.

use super::duration::clock;
use super::question::{Body, corrected, question, status};
use super::report::report;
use super::styled;
use crate::exam::{Hall, Page, Room};
use crate::render::style::{Ink, Look};
use crate::render::wrap::{Piece, columns, wrap};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Text;
use ratatui::widgets::{Block, Clear, Paragraph};
use std::fmt::Write;
use workbook::french::counted;

/// The smallest screen that an exam can be sat on: columns and lines.
pub const SMALLEST: (u16, u16) = (40, 12);

/// Longer lines tire the eye.
const WIDEST: u16 = 100;

/// Less than this is left: it is said in red.
const SHORT: i64 = 300;

/// Draws the screen at `now`, seconds since 1970, and tells how much room its page had.
pub fn draw(frame: &mut Frame<'_>, hall: &Hall, now: i64, look: Look) -> Room {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let words = format!(
            "Agrandis cette fenêtre\u{a0}: il faut {} colonnes et {} lignes. Le temps passe\u{a0}: il reste {}.",
            SMALLEST.0,
            SMALLEST.1,
            clock(hall.sitting.left(now))
        );
        put(frame, area, &wrapped(&words, Ink::Plain, area.width, look));
        return Room::default();
    }
    let width = area.width.min(WIDEST);
    let column = Rect {
        x: area.x + (area.width - width) / 2,
        width,
        ..area
    };
    let look = Look {
        width: usize::from(width),
        fold: true,
        ..look
    };
    let head = head(hall, now, look);
    let foot = foot(hall, look);
    let (above, below) = (lines(&head), lines(&foot));
    let page = Rect {
        y: column.y + above,
        height: column.height.saturating_sub(above + below),
        ..column
    };
    put(
        frame,
        Rect {
            height: above,
            ..column
        },
        &head,
    );
    let room = body(frame, page, hall, look);
    put(
        frame,
        Rect {
            y: column.bottom().saturating_sub(below),
            height: below,
            ..column
        },
        &foot,
    );
    room
}

fn lines(text: &[String]) -> u16 {
    u16::try_from(text.len()).unwrap_or(u16::MAX)
}

fn put(frame: &mut Frame<'_>, area: Rect, text: &[String]) {
    let text: Vec<_> = text.iter().map(|line| styled::line(line)).collect();
    frame.render_widget(Paragraph::new(Text::from(text)), area);
}

fn wrapped(words: &str, ink: Ink, width: u16, look: Look) -> Vec<String> {
    let lines = wrap(&[Piece::new(words, ink)], usize::from(width), look);
    lines.into_iter().map(|line| line.text).collect()
}

/// What exam this is, how much is done, and how much time is left.
fn head(hall: &Hall, now: i64, look: Look) -> Vec<String> {
    let sitting = &hall.sitting;
    let title = format!("Examen blanc {}", sitting.paper().exam.code);
    let rule = look.paint(Ink::Dim, &"─".repeat(look.width));
    if hall.report.is_some() {
        return vec![look.paint(Ink::Strong, &title), rule];
    }
    let left = sitting.left(now);
    let time = format!("reste {}", clock(left));
    let ink = if left < SHORT { Ink::Bad } else { Ink::Strong };
    let gap = look.width.saturating_sub(columns(&title) + columns(&time)).max(1);
    let status = status(sitting);
    let room = look.width.saturating_sub(columns(&status) + 2);
    let full = (sitting.answered() * room) / sitting.paper().questions.len();
    vec![
        format!(
            "{}{}{}",
            look.paint(Ink::Strong, &title),
            " ".repeat(gap),
            look.paint(ink, &time)
        ),
        format!(
            "{}{}  {status}",
            look.paint(Ink::Good, &"█".repeat(full)),
            look.paint(Ink::Dim, &"░".repeat(room - full)),
        ),
        rule,
    ]
}

/// A word on the last key, and the keys.
fn foot(hall: &Hall, look: Look) -> Vec<String> {
    let mut foot = vec![look.paint(Ink::Dim, &"─".repeat(look.width))];
    if let Some(notice) = &hall.notice {
        let lines = wrap(&[Piece::new(notice.as_str(), Ink::Warn)], look.width, look);
        foot.extend(lines.into_iter().map(|line| line.text));
    }
    let mut pieces = Vec::new();
    for (rank, (key, does)) in keys(hall).into_iter().enumerate() {
        if rank > 0 {
            pieces.push(Piece::new(" · ", Ink::Dim));
        }
        pieces.push(Piece::new(key, Ink::Strong));
        pieces.push(Piece::new(
            format!("\u{a0}{}", does.replace(' ', "\u{a0}")),
            Ink::Plain,
        ));
    }
    foot.extend(wrap(&pieces, look.width, look).into_iter().map(|line| line.text));
    foot
}

/// The keys of a page and what they do.
fn keys(hall: &Hall) -> Vec<(&'static str, &'static str)> {
    match hall.page {
        Page::Question => vec![
            ("↑↓", "option"),
            ("Espace", "choisir"),
            ("←→", "question"),
            ("M", "marquer"),
            ("L", "liste"),
            ("R", "rendre"),
            ("Q", "quitter"),
            ("?", "aide"),
        ],
        Page::List => vec![
            ("↑↓←→", "choisir"),
            ("Entrée", "y aller"),
            ("R", "rendre"),
            ("Échap", "revenir"),
        ],
        Page::HandIn => vec![("R", "rendre"), ("Échap", "revenir à l’examen")],
        Page::Leave => vec![("Q", "quitter"), ("Échap", "revenir à l’examen")],
        Page::Help => vec![("Échap", "revenir")],
        Page::Report => vec![("Entrée", "correction"), ("↑↓", "défiler"), ("Q", "quitter")],
        Page::Review => vec![
            ("←→", "question"),
            ("↑↓", "défiler"),
            (
                "F",
                if hall.only_missed {
                    "toutes"
                } else {
                    "les manquées seulement"
                },
            ),
            ("Échap", "résultat"),
            ("Q", "quitter"),
        ],
    }
}

/// The page itself; questions of the exam stand behind what is asked of the learner.
fn body(frame: &mut Frame<'_>, area: Rect, hall: &Hall, look: Look) -> Room {
    let mut columns = 0;
    // The last columns are for the marks that there is more.
    let look = Look {
        width: look.width.saturating_sub(2),
        ..look
    };
    let page = match hall.page {
        Page::Question | Page::HandIn | Page::Leave | Page::Help if hall.report.is_none() => {
            question(&hall.sitting, Some(hall.cursor), look)
        }
        Page::List => {
            columns = look.width / CELL;
            list(hall, columns, look)
        }
        Page::Review => corrected(&hall.sitting, hall.place, look),
        _ => hall.report.as_ref().map_or_else(Body::default, |result| {
            let title = |id: &str| hall.titles.get(id).cloned().unwrap_or_else(|| id.to_owned());
            report(&hall.sitting, result, &title, look)
        }),
    };
    let height = usize::from(area.height);
    let most = page.lines.len().saturating_sub(height);
    let first = if hall.follows || hall.page == Page::List {
        page.focus
            .end
            .saturating_sub(height)
            .min(page.focus.start)
            .min(most)
    } else {
        hall.scroll.min(most)
    };
    let last = (first + height).min(page.lines.len());
    put(frame, area, &page.lines[first..last]);
    more(frame, area, first, most, look);
    match hall.page {
        Page::HandIn => dialog(frame, area, "Rendre l’examen\u{a0}?", &handing_in(hall), look),
        Page::Leave => dialog(frame, area, "Quitter\u{a0}?", LEAVING, look),
        Page::Help => dialog(frame, area, "Les touches", HELP, look),
        _ => {}
    }
    Room {
        lines: height,
        most,
        columns,
    }
}

/// That there is more above or below, at the page's right edge.
fn more(frame: &mut Frame<'_>, area: Rect, first: usize, most: usize, look: Look) {
    let edge = Rect {
        x: area.right().saturating_sub(1),
        width: 1,
        height: 1,
        ..area
    };
    if first > 0 {
        put(frame, edge, &[look.paint(Ink::Strong, "↑")]);
    }
    if first < most {
        let y = area.bottom().saturating_sub(1);
        put(frame, Rect { y, ..edge }, &[look.paint(Ink::Strong, "↓")]);
    }
}

/// Columns of a question in the list.
const CELL: usize = 13;

/// All questions: their numbers, what is chosen, the flag.
fn list(hall: &Hall, columns: usize, look: Look) -> Body {
    let sitting = &hall.sitting;
    let mut body = Body::default();
    body.lines.push(look.paint(Ink::Heading, "Toutes les questions"));
    body.lines.push(String::new());
    let count = sitting.paper().questions.len();
    for start in (0..count).step_by(columns.max(1)) {
        let mut line = String::new();
        for at in start..(start + columns.max(1)).min(count) {
            line.push_str(&cell(hall, at, look));
            if at == hall.place {
                body.focus = body.lines.len()..body.lines.len() + 1;
            }
        }
        body.lines.push(line.trim_end().to_owned());
    }
    body.lines.push(String::new());
    let legend = "— sans réponse · … réponse incomplète · ⚑ marquée";
    let legend = wrap(&[Piece::new(legend, Ink::Dim)], look.width, look);
    body.lines.extend(legend.into_iter().map(|line| line.text));
    body
}

fn cell(hall: &Hall, at: usize, look: Look) -> String {
    let sitting = &hall.sitting;
    let chosen: String = sitting.chosen(at).iter().collect();
    let answer = match (chosen.is_empty(), sitting.is_answered(at)) {
        (true, _) => "—".to_owned(),
        (false, true) => chosen,
        (false, false) => format!("{chosen}…"),
    };
    let here = at == hall.place;
    let flag = if sitting.is_flagged(at) { "⚑" } else { " " };
    let text = format!("{}{:>3} {answer:<5}", if here { "▸" } else { " " }, at + 1);
    let ink = match (here, sitting.is_answered(at)) {
        (true, _) => Ink::Heading,
        (false, true) => Ink::Good,
        (false, false) => Ink::Plain,
    };
    let gap = " ".repeat(CELL.saturating_sub(columns(&text) + 1));
    format!("{}{}{gap}", look.paint(ink, &text), look.paint(Ink::Warn, flag))
}

const LEAVING: &str =
    "L’examen est gardé, mais le temps continue, comme à l’examen. «\u{a0}cahier examen\u{a0}» le reprend.";

const HELP: &str = "↑ ↓ passent d’une option à l’autre, Espace la choisit ou la retire\u{a0}; la lettre d’une option fait les deux. \
                    ← → (ou P et N) changent de question, L montre la liste. M marque une question pour y revenir. R rend \
                    l’examen, après confirmation. Q ou Ctrl-C quitte, sans rien perdre. Page haut et Page bas font défiler.";

fn handing_in(hall: &Hall) -> String {
    let sitting = &hall.sitting;
    let total = sitting.paper().questions.len();
    let missing = total - sitting.answered();
    let mut words = format!(
        "Tu as répondu à {} sur {total}.",
        counted(sitting.answered(), "question", "questions")
    );
    if missing > 0 {
        let one = "question sans réponse complète comptera comme fausse";
        let many = "questions sans réponse complète compteront comme fausses";
        let _ = write!(words, " {}.", counted(missing, one, many));
    }
    if sitting.flagged() > 0 {
        let flagged = counted(sitting.flagged(), "est marquée", "sont marquées");
        let _ = write!(words, " {flagged} pour y revenir.");
    }
    words
}

/// A box in the middle of the page.
fn dialog(frame: &mut Frame<'_>, area: Rect, title: &str, words: &str, look: Look) {
    let width = area.width.saturating_sub(4).min(64);
    let text = wrapped(words, Ink::Plain, width.saturating_sub(4), look);
    let height = (lines(&text) + 2).min(area.height);
    let place = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    };
    let block = Block::bordered()
        .title(styled::line(&format!(" {} ", look.paint(Ink::Strong, title))))
        .padding(ratatui::widgets::Padding::horizontal(1));
    frame.render_widget(Clear, place);
    let inner = block.inner(place);
    frame.render_widget(block, place);
    put(frame, inner, &text);
}
