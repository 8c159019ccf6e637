//! The results as one page: it loads nothing, is read aloud and printed as well as seen, and each plot has its table.

use super::plot::{self, Bar};
use super::{Line, Points, Results, Sheet, mean, median};
use crate::class::grade::Status;
use crate::render::html::{escaped, markdown};
use crate::render::verdict::points as shown;
use std::fmt::Write;
use workbook::french::{counted, moment};

const STYLE: &str = include_str!("page.css");
/// How many columns a distribution has.
const CLASSES: usize = 10;

/// The page; `at` is when it is made, seconds since 1970.
pub(crate) fn page(results: &Results, at: i64) -> String {
    let title = escaped(&results.title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}\u{a0}: résultats</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
         <p class=\"faits\">Résultats du {} (UTC). Page à garder pour toi\u{a0}: elle nomme tes élèves.</p>\n",
        moment(at)
    );
    if results.assignments.len() > 1 {
        page.push_str("<nav aria-label=\"Devoirs\"><ul>\n");
        for sheet in &results.assignments {
            let _ = writeln!(page, "<li><a href=\"#{0}\">{0}</a></li>", escaped(&sheet.name));
        }
        page.push_str("</ul></nav>\n");
    }
    for sheet in &results.assignments {
        assignment(&mut page, sheet);
    }
    exams(&mut page, results);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// Mock exams, where somebody joined some: what they are worth is said before what they are.
fn exams(page: &mut String, results: &Results) {
    let codes = results.certifications();
    if codes.is_empty() {
        return;
    }
    page.push_str(
        "<section id=\"examens-blancs\">\n<h2>Examens blancs</h2>\n<p>Chaque élève joint les siens lui-même, et les passe sans \
         surveillance\u{a0}: c’est ce qu’il en dit. Là où tes leçons tirent le même examen, ses réponses sont notées à nouveau.</p>\n\
         <table>\n<thead><tr><th scope=\"col\">élève</th><th scope=\"col\">certification</th><th scope=\"col\">le meilleur</th>\
         <th scope=\"col\">passés</th><th scope=\"col\">le (UTC)</th><th scope=\"col\">noté à nouveau</th></tr></thead>\n<tbody>\n",
    );
    let learners = results.assignments.first().map_or(&[][..], |sheet| &sheet.lines);
    for learner in learners.iter().map(|line| &line.learner) {
        for (code, best) in results.exams.get(&learner.id).into_iter().flatten() {
            let _ = writeln!(
                page,
                "<tr><th scope=\"row\">{} {}</th><td>{}</td><td>{} sur {}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                escaped(&learner.first),
                escaped(&learner.last),
                escaped(code),
                best.correct,
                best.total,
                best.exams,
                moment(best.ended_at),
                if best.graded_again { "oui" } else { "non" }
            );
        }
    }
    page.push_str("</tbody>\n</table>\n</section>\n");
}

fn assignment(page: &mut String, sheet: &Sheet) {
    let _ = writeln!(page, "<section id=\"{0}\">\n<h2>{0}</h2>", escaped(&sheet.name));
    summary(page, sheet);
    distribution(page, sheet);
    success(page, sheet);
    misconceptions(page, sheet);
    facts(page, sheet);
    learners(page, sheet);
    page.push_str("</section>\n");
}

/// A percentage without decimals.
fn percent(part: f64) -> String {
    format!("{:.0}\u{a0}%", part * 100.0)
}

fn ratio(count: usize, of: usize) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(0.0, f64::from);
    if of == 0 { 0.0 } else { number(count) / number(of) }
}

fn summary(page: &mut String, sheet: &Sheet) {
    let totals: Vec<f64> = sheet.handed_in().map(Line::total).collect();
    let open: usize = sheet.lines.iter().map(Line::open).sum();
    let late = sheet
        .handed_in()
        .filter(|line| line.handed.as_ref().is_some_and(|one| one.late))
        .count();
    let _ = write!(
        page,
        "<p>{} sur {} ont rendu",
        totals.len(),
        counted(sheet.lines.len(), "élève", "élèves")
    );
    if late > 0 {
        let _ = write!(page, ", dont {late} après l’échéance");
    }
    page.push('.');
    if let (Some(mean), Some(median)) = (mean(&totals), median(&totals)) {
        let _ = write!(
            page,
            " Parmi eux, la moyenne est de {} et la médiane de {}, sur {}.",
            shown(mean),
            shown(median),
            shown(sheet.max())
        );
    }
    page.push_str("</p>\n");
    if open > 0 {
        let _ = writeln!(
            page,
            "<p><strong>Provisoire</strong>\u{a0}: {} encore de points. Elles comptent 0 jusque-là.</p>",
            counted(open, "réponse n’a pas", "réponses n’ont pas")
        );
    }
}

/// How many learners are in each class of points.
pub(super) fn classes(sheet: &Sheet) -> Vec<(String, usize)> {
    let max = sheet.max();
    let edge = |rank: usize| max * ratio(rank, CLASSES);
    let mut classes: Vec<(String, usize)> = (0..CLASSES)
        .map(|rank| (format!("{}–{}", shown(edge(rank)), shown(edge(rank + 1))), 0))
        .collect();
    for line in sheet.handed_in() {
        let total = line.total();
        // The last class has its upper edge too.
        let rank = (1..CLASSES).filter(|rank| total >= edge(*rank)).count();
        classes[rank].1 += 1;
    }
    classes
}

fn distribution(page: &mut String, sheet: &Sheet) {
    let classes = classes(sheet);
    page.push_str("<h3>Répartition des notes</h3>\n");
    page.push_str(&plot::columns("Nombre d’élèves par tranche de points", &classes));
    table(
        page,
        "Nombre d’élèves par tranche de points (ceux qui ont rendu)",
        &["points", "élèves"],
        classes
            .iter()
            .map(|(class, count)| vec![text(class), number(&count.to_string())]),
    );
}

fn success(page: &mut String, sheet: &Sheet) {
    let handed = sheet.handed_in().count();
    let passed = |rank: usize| {
        sheet
            .handed_in()
            .filter(|line| is_full(sheet, line, rank))
            .count()
    };
    let bars: Vec<Bar> = (0..)
        .zip(&sheet.exercises)
        .map(|(rank, asked)| Bar {
            label: asked.title.clone(),
            part: ratio(passed(rank), handed),
            words: format!("{} ({})", percent(ratio(passed(rank), handed)), passed(rank)),
        })
        .collect();
    page.push_str("<h3>Réussite par exercice</h3>\n");
    page.push_str(&plot::bars(
        "Part des élèves qui ont tous les points, par exercice",
        &bars,
    ));
    let rows = (0..).zip(&sheet.exercises).map(|(rank, asked)| {
        let points: Vec<f64> = sheet
            .handed_in()
            .filter_map(|line| line.points[rank].score)
            .collect();
        let count = |status: Status| {
            sheet
                .handed_in()
                .filter(|line| line.points[rank].status == status)
                .count()
        };
        let open = sheet
            .handed_in()
            .filter(|line| line.points[rank].score.is_none())
            .count();
        vec![
            text(&format!("{} ({})", asked.title, asked.id)),
            number(&passed(rank).to_string()),
            number(&percent(ratio(passed(rank), handed))),
            number(&mean(&points).map_or_else(|| "–".to_owned(), shown)),
            number(&shown(asked.max_score)),
            number(&count(Status::Blank).to_string()),
            number(&(count(Status::Unreadable) + count(Status::DoesNotCompile)).to_string()),
            number(&open.to_string()),
        ]
    });
    table(
        page,
        "Par exercice, parmi ceux qui ont rendu",
        &[
            "exercice",
            "tous les points",
            "part",
            "moyenne",
            "sur",
            "sans réponse",
            "illisibles",
            "en attente",
        ],
        rows,
    );
}

fn is_full(sheet: &Sheet, line: &Line, rank: usize) -> bool {
    line.points[rank]
        .score
        .is_some_and(|points| points >= sheet.exercises[rank].max_score)
}

fn misconceptions(page: &mut String, sheet: &Sheet) {
    let mut found = Vec::new();
    for (rank, asked) in sheet.exercises.iter().enumerate() {
        found.extend(sheet.misconceptions(rank).into_iter().map(|one| (asked, one)));
    }
    found.sort_by_key(|(_, (_, count, _))| usize::MAX - count);
    if found.is_empty() {
        return;
    }
    let most = found.first().map_or(1, |(_, (_, count, _))| *count);
    let bar = |(asked, (id, count, _)): &(&crate::class::grade::Graded, (&str, usize, &str))| Bar {
        label: format!("{id} ({})", asked.id),
        part: ratio(*count, most),
        words: counted(*count, "élève", "élèves"),
    };
    let bars: Vec<Bar> = found.iter().take(20).map(bar).collect();
    page.push_str("<h3>Erreurs reconnues</h3>\n");
    page.push_str(&plot::bars("Les erreurs les plus fréquentes", &bars));
    table(
        page,
        "Erreurs reconnues, avec ce qui est dit au premier élève qui l’a faite",
        &["erreur", "exercice", "élèves", "par exemple"],
        found.iter().map(|(asked, (id, count, said))| {
            vec![
                text(id),
                text(&asked.title),
                number(&count.to_string()),
                format!("<td>{}</td>", markdown(said)),
            ]
        }),
    );
}

/// What the teacher should look at.
fn facts(page: &mut String, sheet: &Sheet) {
    let mut facts: Vec<String> = sheet
        .alike
        .iter()
        .map(|one| {
            let values = if one.other_values {
                ", qui n’ont pas les mêmes valeurs"
            } else {
                ""
            };
            format!(
                "Réponses identiques à l’octet près à {}\u{a0}: {}{values}.",
                one.exercise,
                one.learners.join(", ")
            )
        })
        .collect();
    for line in sheet.handed_in() {
        if let Some(handed) = line.handed.as_ref().filter(|handed| handed.others > 0) {
            facts.push(format!(
                "{} a rendu plusieurs fois\u{a0}: {} compte, et {}.",
                line.learner.id,
                handed.source,
                counted(handed.others, "autre est gardée", "autres sont gardées")
            ));
        }
        for (asked, points) in sheet.exercises.iter().zip(&line.points) {
            if points.score.is_none() {
                let why = if points.feedback.is_empty() {
                    ""
                } else {
                    "\u{a0}: "
                };
                facts.push(format!(
                    "{}, {}\u{a0}: {}{why}{}",
                    line.learner.id,
                    asked.id,
                    points.status.french(),
                    points.feedback
                ));
            }
        }
    }
    if facts.is_empty() {
        return;
    }
    page.push_str("<h3>À regarder</h3>\n<ul>\n");
    for fact in facts {
        let _ = writeln!(page, "<li>{}</li>", escaped(&fact));
    }
    page.push_str("</ul>\n");
}

fn learners(page: &mut String, sheet: &Sheet) {
    page.push_str("<h3>Élèves</h3>\n<div class=\"large\" tabindex=\"0\">\n");
    let mut titles: Vec<&str> = vec!["élève", "id", "groupe", "total", "rendu le (UTC)"];
    titles.extend(sheet.exercises.iter().map(|asked| asked.id.as_str()));
    let rows = sheet.lines.iter().map(|line| {
        let handed = line.handed.as_ref().map_or_else(
            || "rien de rendu".to_owned(),
            |handed| {
                format!(
                    "{}{}",
                    moment(handed.at),
                    if handed.late { " (en retard)" } else { "" }
                )
            },
        );
        let total = format!(
            "{}{}",
            shown(line.total()),
            if line.open() > 0 { " (provisoire)" } else { "" }
        );
        let mut cells = vec![
            format!("<th scope=\"row\">{}</th>", escaped(&line.learner.name())),
            text(&line.learner.id),
            text(&line.learner.group),
            number(&total),
            text(&handed),
        ];
        cells.extend(line.points.iter().map(|points| number(&cell(points))));
        cells
    });
    table(
        page,
        &format!("Points de chaque élève, sur {}", shown(sheet.max())),
        &titles,
        rows,
    );
    page.push_str("</div>\n");
}

/// Points, or why there are none; what is no plain verdict is said.
fn cell(points: &Points) -> String {
    let said = points.score.map(shown);
    match (said, points.status) {
        (Some(said), _) if points.by_hand => format!("{said} (corrigé)"),
        (Some(said), Status::Passed | Status::NotYet) => said,
        (Some(said), status) => format!("{said} ({})", status.french()),
        (None, status) => status.french().to_owned(),
    }
}

fn text(words: &str) -> String {
    format!("<td>{}</td>", escaped(words))
}

fn number(words: &str) -> String {
    format!("<td class=\"n\">{}</td>", escaped(words))
}

/// A table; its cells are HTML.
fn table(page: &mut String, caption: &str, titles: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = write!(
        page,
        "<table><caption>{}</caption>\n<thead><tr>",
        escaped(caption)
    );
    for title in titles {
        let _ = write!(page, "<th scope=\"col\">{}</th>", escaped(title));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        let _ = writeln!(page, "<tr>{}</tr>", row.concat());
    }
    page.push_str("</tbody></table>\n");
}
