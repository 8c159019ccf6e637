//! What the learner types while files are followed: one table, which help reads too.

use super::desk::Desk;
use crate::cli::overview;
use crate::failure::{Failure, nearest};
use crate::record;
use crate::render::Ink;
use workbook::french::{self, counted};
use workbook::progress::EventKind;

/// One word that may be typed.
struct Order {
    name: &'static str,
    alias: &'static str,
    about: &'static str,
    run: fn(&mut Desk<'_>, &str) -> Result<(), Failure>,
}

const ORDERS: &[Order] = &[
    order("aide", "help", "montre ces commandes", |desk, _| {
        help(desk);
        Ok(())
    }),
    order("indice", "hint", "donne l’indice suivant", |desk, _| {
        overview::hint(desk.context, &desk.drawn()?)
    }),
    order(
        "solution",
        "solution",
        "montre le corrigé d’un exercice réussi\u{a0}; «\u{a0}solution abandonner\u{a0}» sans l’avoir réussi",
        |desk, words| overview::solution(desk.context, &desk.drawn()?, words == "abandonner").map(|_| ()),
    ),
    order("suivant", "next", "passe à l’exercice suivant", |desk, _| {
        desk.go((desk.at + 1) % desk.sheets.len())
    }),
    order("precedent", "previous", "revient au précédent", |desk, _| {
        desk.go((desk.at + desk.sheets.len() - 1) % desk.sheets.len())
    }),
    order("aller", "go", "va à l’exercice dont le nom suit", go),
    order("montrer", "show", "montre de nouveau l’exercice", |desk, _| {
        desk.show()
    }),
    order(
        "liste",
        "list",
        "liste les exercices\u{a0}; «\u{a0}liste reste\u{a0}» et «\u{a0}liste MOT\u{a0}» en choisissent",
        list,
    ),
    order(
        "essais",
        "attempts",
        "montre tes essais de cet exercice",
        |desk, _| attempts(desk),
    ),
    order(
        "recommencer",
        "reset",
        "remet le fichier comme au début et garde l’ancien\u{a0}; «\u{a0}recommencer tout\u{a0}» pour tous",
        start_again,
    ),
    order("quitter", "quit", "quitte\u{a0}; tout est gardé", |desk, _| {
        desk.quit();
        Ok(())
    }),
];

const fn order(
    name: &'static str,
    alias: &'static str,
    about: &'static str,
    run: fn(&mut Desk<'_>, &str) -> Result<(), Failure>,
) -> Order {
    Order {
        name,
        alias,
        about,
        run,
    }
}

/// Does what was typed; a beginning that only one command has will do.
pub(super) fn obey(desk: &mut Desk<'_>, line: &str) -> Result<(), Failure> {
    let (word, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
    let word = word.trim_start_matches(':').to_lowercase();
    if word.is_empty() {
        return desk.show();
    }
    let begun: Vec<&Order> = ORDERS
        .iter()
        .filter(|order| order.name.starts_with(&word))
        .collect();
    let whole = ORDERS
        .iter()
        .find(|order| order.name == word || order.alias == word);
    let only = begun.first().copied().filter(|_| begun.len() == 1);
    if let Some(order) = whole.or(only) {
        return (order.run)(desk, rest.trim());
    }
    refuse(desk, &word);
    Ok(())
}

fn refuse(desk: &Desk<'_>, word: &str) {
    let names = ORDERS.iter().map(|order| order.name);
    let hint = match nearest(word, names) {
        Some(near) => format!("voulais-tu dire «\u{a0}{near}\u{a0}»\u{a0}?"),
        None => "«\u{a0}aide\u{a0}» donne la liste.".to_owned(),
    };
    let message = format!("la commande «\u{a0}{word}\u{a0}» n’existe pas");
    desk.screen.failure("usage", &message, Some(&hint));
}

fn help(desk: &Desk<'_>) {
    let width = ORDERS.iter().map(|order| order.name.len()).max().unwrap_or(0);
    for order in ORDERS {
        let name = desk.screen.paint(Ink::Code, &format!("{:width$}", order.name));
        desk.screen
            .say(&format!("  {name}  {} ({})", order.about, order.alias));
    }
    desk.screen
        .say("Le début d’un nom suffit. Entrée montre l’exercice, Ctrl-C quitte.");
}

fn go(desk: &mut Desk<'_>, id: &str) -> Result<(), Failure> {
    let number = id.parse::<usize>().ok().and_then(|rank| rank.checked_sub(1));
    let place = desk.place_of(id).or(number.filter(|at| *at < desk.sheets.len()));
    if let Some(at) = place {
        return desk.go(at);
    }
    let ids = desk.sheets.iter().map(|sheet| sheet.id.as_str());
    let hint = match nearest(id, ids) {
        Some(near) => format!("voulais-tu dire «\u{a0}{near}\u{a0}»\u{a0}?"),
        None => "«\u{a0}liste\u{a0}» les montre.".to_owned(),
    };
    let message = format!("aucun exercice suivi ne s’appelle «\u{a0}{id}\u{a0}»");
    desk.screen.failure("usage", &message, Some(&hint));
    Ok(())
}

fn list(desk: &mut Desk<'_>, filter: &str) -> Result<(), Failure> {
    let progress = desk.context.progress()?;
    let mut shown = 0;
    for (at, sheet) in desk.sheets.iter().enumerate() {
        let passed = progress.exercise(&sheet.id).passed;
        let wanted = match filter {
            "" => true,
            "reste" => !passed,
            word => sheet.id.contains(word) || sheet.title.to_lowercase().contains(&word.to_lowercase()),
        };
        if wanted {
            let mark = if passed { "✓" } else { "·" };
            let here = if at == desk.at { "→" } else { " " };
            desk.screen.say(&format!(
                "{here}{mark} {:>2} {}  {}",
                at + 1,
                sheet.id,
                sheet.title
            ));
            shown += 1;
        }
    }
    if shown == 0 {
        desk.tip("aucun exercice ne correspond.");
    }
    Ok(())
}

fn attempts(desk: &Desk<'_>) -> Result<(), Failure> {
    let id = &desk.sheet().id;
    let mut count = 0;
    for event in record::events(desk.context.store()?)? {
        let said = match &event.kind {
            EventKind::Attempt {
                exercise,
                status,
                score,
                misconception,
                ..
            } if exercise == id => {
                count += 1;
                let points = render_points(*score);
                let mistake = misconception.as_ref().map(|one| format!(", «\u{a0}{one}\u{a0}»"));
                format!(
                    "{}{}, {points}",
                    crate::render::verdict::in_french(status),
                    mistake.unwrap_or_default()
                )
            }
            EventKind::Hint { exercise, level } if exercise == id => format!("indice {level}"),
            EventKind::SolutionSeen { exercise, .. } if exercise == id => "solution vue".to_owned(),
            EventKind::Reset { exercise } if exercise.as_ref().is_none_or(|one| one == id) => {
                "remis à zéro".to_owned()
            }
            _ => continue,
        };
        desk.screen
            .say(&format!("  {}  {said}", french::moment(event.at)));
    }
    desk.tip(&counted(count, "essai (heures UTC)", "essais (heures UTC)"));
    Ok(())
}

fn render_points(score: f64) -> String {
    crate::render::verdict::counted(score)
}

fn start_again(desk: &mut Desk<'_>, words: &str) -> Result<(), Failure> {
    let all = match words {
        "" => desk.at..desk.at + 1,
        "tout" | "all" => 0..desk.sheets.len(),
        other => {
            let message = format!("«\u{a0}{other}\u{a0}» n’est pas attendu après «\u{a0}recommencer\u{a0}»");
            let hint = "«\u{a0}recommencer\u{a0}» seul, ou «\u{a0}recommencer tout\u{a0}».";
            desk.screen.failure("usage", &message, Some(hint));
            return Ok(());
        }
    };
    for at in all {
        desk.start_again(at)?;
    }
    desk.show()
}
