//! The learners of a course: who they are, read from a teacher's list and kept in `eleves.csv`.

use super::table::{Encoding, Row, Table};
use crate::sheet::{self, Cell, Form};
use std::collections::BTreeMap;

/// The longest id of a learner, in characters.
const LONGEST_ID: usize = 64;
/// The longest name, in characters.
const LONGEST_NAME: usize = 120;
/// The columns of a list, and the titles under which each is found.
const COLUMNS: [(&str, &[&str]); 5] = [
    (
        "id",
        &[
            "id",
            "identifiant",
            "eleve",
            "login",
            "utilisateur",
            "username",
            "nom d\u{27}utilisateur",
            "nom d’utilisateur",
        ],
    ),
    (
        "nom",
        &["nom", "nom de famille", "last_name", "lastname", "last name"],
    ),
    ("prenom", &["prenom", "first_name", "firstname", "first name"]),
    ("groupe", &["groupe", "group", "classe"]),
    (
        "courriel",
        &[
            "courriel",
            "email",
            "e-mail",
            "mail",
            "adresse de courriel",
            "adresse e-mail",
        ],
    ),
];

/// A learner, as the teacher's list has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Learner {
    /// What the class knows them by; part of files' names, and what the seed is computed from.
    pub(crate) id: String,
    /// The family name.
    pub(crate) last: String,
    /// The first name.
    pub(crate) first: String,
    /// The group, where there are any.
    pub(crate) group: String,
    /// The e-mail address, where it was given.
    pub(crate) mail: String,
}

/// All learners, in the list's order; no two have the same id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Roster {
    learners: Vec<Learner>,
}

/// What adding a list to the learners changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// New ids.
    pub(crate) added: Vec<String>,
    /// Ids whose name, group or address is another.
    pub(crate) changed: Vec<String>,
    /// Ids that the list does not have, and that stay.
    pub(crate) kept: Vec<String>,
}

impl Learner {
    /// First name and family name, or else the id.
    pub(crate) fn name(&self) -> String {
        let name = format!("{} {}", self.first, self.last);
        match name.trim() {
            "" => self.id.clone(),
            name => name.to_owned(),
        }
    }

    fn cells(&self) -> [&str; 5] {
        [&self.id, &self.last, &self.first, &self.group, &self.mail]
    }
}

impl Roster {
    /// Reads a list. Every mistake is told, each with its line.
    ///
    /// # Errors
    /// When it is no table, or lines of it cannot be used: what is wrong, in French.
    pub(crate) fn read(bytes: &[u8]) -> Result<(Self, Encoding), Vec<String>> {
        let table = Table::read(bytes).map_err(|error| vec![error.to_string()])?;
        let columns = COLUMNS.map(|(_, titles)| table.column(titles));
        if columns[0].is_none() {
            return Err(vec![format!(
                "il manque la colonne «\u{a0}id\u{a0}»\u{a0}; la première ligne dit «\u{a0}{}\u{a0}»",
                table.columns.join("\u{a0}», «\u{a0}")
            )]);
        }
        let mut faults = Vec::new();
        let mut lines: BTreeMap<String, u64> = BTreeMap::new();
        let mut learners = Vec::new();
        for row in &table.rows {
            let [id, last, first, group, mail] = columns.map(|column| row.cell(column).to_owned());
            let learner = Learner {
                id,
                last,
                first,
                group,
                mail,
            };
            faults.extend(faults_of(&learner, row, table.columns.len()));
            // File systems that do not tell capitals would mix two such learners up.
            if let Some(before) = lines
                .insert(learner.id.to_lowercase(), row.line)
                .filter(|_| !learner.id.is_empty())
            {
                faults.push(format!(
                    "ligne {}\u{a0}: l’identifiant «\u{a0}{}\u{a0}» est déjà celui de la ligne {before}",
                    row.line, learner.id
                ));
            }
            learners.push(learner);
        }
        if table.rows.is_empty() {
            faults.push("il n’y a aucun élève sous la ligne des titres".to_owned());
        }
        if faults.is_empty() {
            Ok((Self { learners }, table.encoding))
        } else {
            Err(faults)
        }
    }

    /// All learners, in the list's order.
    pub(crate) fn learners(&self) -> &[Learner] {
        &self.learners
    }

    /// The learner with this id.
    pub(crate) fn learner(&self, id: &str) -> Option<&Learner> {
        self.learners.iter().find(|learner| learner.id == id)
    }

    /// Adds the learners of another list; nobody is taken out.
    pub(crate) fn join(&mut self, list: Self) -> Change {
        let mut change = Change::default();
        let missing = |learner: &&Learner| list.learner(&learner.id).is_none();
        change.kept = self
            .learners
            .iter()
            .filter(missing)
            .map(|one| one.id.clone())
            .collect();
        for learner in list.learners {
            match self.learners.iter_mut().find(|one| one.id == learner.id) {
                Some(known) if *known == learner => {}
                Some(known) => {
                    change.changed.push(learner.id.clone());
                    *known = learner;
                }
                None => {
                    change.added.push(learner.id.clone());
                    self.learners.push(learner);
                }
            }
        }
        change
    }

    /// The list as it is kept.
    pub(crate) fn written(&self) -> String {
        let titles = COLUMNS.map(|(title, _)| title);
        let row = |learner: &Learner| learner.cells().map(Cell::from).to_vec();
        let rows: Vec<_> = self.learners.iter().map(row).collect();
        sheet::written(&titles, &rows, Form::Own)
    }

    /// The learner whom the name of a file or folder names, if it names one only: it is the id, or holds first name and
    /// family name. An id within other words names nobody: `semaine-3` is not learner 3's.
    pub(crate) fn named_by(&self, name: &str) -> Option<&Learner> {
        let words = bare(name);
        let is_named = |learner: &&Learner| {
            let parts = [bare(&learner.first), bare(&learner.last)];
            let whole = parts.iter().all(|part| !part.is_empty() && holds(&words, part));
            words == bare(&learner.id) || whole
        };
        let mut named = self.learners.iter().filter(is_named);
        let first = named.next()?;
        named.next().is_none().then_some(first)
    }
}

/// Letters and digits in lower case, everything else one blank.
fn bare(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|letter: char| !letter.is_alphanumeric()).collect();
    words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether a text holds another as whole words.
fn holds(text: &str, part: &str) -> bool {
    format!(" {text} ").contains(&format!(" {part} "))
}

fn faults_of(learner: &Learner, row: &Row, columns: usize) -> Vec<String> {
    let mut faults = Vec::new();
    let mut fault = |words: String| faults.push(format!("ligne {}\u{a0}: {words}", row.line));
    if row.len() > columns {
        fault(format!(
            "elle a {} cellules, et les titres {columns}\u{a0}: mets entre guillemets un texte qui contient le séparateur",
            row.len()
        ));
        // What stands in which column is not known then.
        return faults;
    }
    if learner.id.is_empty() {
        fault("l’identifiant est vide".to_owned());
    } else if let Some(wrong) = wrong_id(&learner.id) {
        fault(format!(
            "l’identifiant «\u{a0}{}\u{a0}» {wrong}",
            learner.id.escape_debug()
        ));
    }
    for text in [&learner.last, &learner.first, &learner.group] {
        if text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control) {
            let shown: String = text.chars().take(40).collect();
            fault(format!(
                "«\u{a0}{}\u{a0}» est trop long, ou contient un caractère invisible",
                shown.escape_debug()
            ));
        }
    }
    let mail = &learner.mail;
    let mail_is_one = mail.split('@').filter(|part| !part.is_empty()).count() == 2;
    if !mail.is_empty()
        && (!mail_is_one
            || mail
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || "<>,;".contains(c)))
    {
        fault(format!(
            "«\u{a0}{}\u{a0}» n’est pas une adresse de courriel",
            mail.escape_debug()
        ));
    }
    faults
}

fn wrong_id(id: &str) -> Option<String> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "._@+-".contains(letter);
    if let Some(letter) = id.chars().find(|letter| !allowed(*letter)) {
        return Some(format!(
            "contient «\u{a0}{}\u{a0}»\u{a0}: il devient un nom de fichier, et n’a que des lettres sans accent, des chiffres et . _ @ + -",
            letter.escape_debug()
        ));
    }
    if !id.starts_with(|letter: char| letter.is_ascii_alphanumeric()) {
        return Some("doit commencer par une lettre ou un chiffre".to_owned());
    }
    (id.len() > LONGEST_ID).then(|| format!("a plus de {LONGEST_ID} caractères"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn roster(text: &str) -> Roster {
        Roster::read(text.as_bytes()).unwrap().0
    }

    #[test]
    fn every_mistake_of_a_list_is_told_with_its_line() {
        let list = "id;nom;courriel\na1;Un;a@b.fr\n;Deux;\nA1;Trois;\né5;Cinq;\n../x;Six;pas une adresse\nb;trop;de;cellules\n-z;Huit;\n";
        let faults = Roster::read(list.as_bytes()).unwrap_err();
        let told = faults.join("\n");
        for words in [
            "ligne 3\u{a0}: l’identifiant est vide",
            "ligne 4\u{a0}: l’identifiant «\u{a0}A1\u{a0}» est déjà celui de la ligne 2",
            "ligne 5\u{a0}: l’identifiant «\u{a0}é5\u{a0}» contient «\u{a0}é\u{a0}»",
            "ligne 6\u{a0}: l’identifiant «\u{a0}../x\u{a0}»",
            "ligne 6\u{a0}: «\u{a0}pas une adresse\u{a0}»",
            "ligne 7\u{a0}: elle a 4 cellules",
            "ligne 8\u{a0}: l’identifiant «\u{a0}-z\u{a0}» doit commencer",
        ] {
            assert!(told.contains(words), "{words}\n{told}");
        }
        assert_eq!(faults.len(), 7, "{told}");
        let untitled = Roster::read(b"a1;Un\n").unwrap_err();
        assert!(untitled[0].contains("colonne «\u{a0}id\u{a0}»"), "{untitled:?}");
    }

    #[test]
    fn a_longer_list_adds_learners_and_takes_nobody_out() {
        let mut known = roster("id,nom\na,Un\nb,Deux\n");
        let change = known.join(roster("Identifiant;NOM;Prénom\nc;Trois;Zoé\nb;Deuxième;\n"));
        assert_eq!(
            change,
            Change {
                added: vec!["c".into()],
                changed: vec!["b".into()],
                kept: vec!["a".into()]
            }
        );
        let kept = roster(&known.written());
        assert_eq!(kept, known);
        assert_eq!(kept.learner("c").unwrap().name(), "Zoé Trois");
        assert_eq!(kept.learner("a").unwrap().name(), "Un");
        assert_eq!(known.clone().join(kept), Change::default());
    }

    #[test]
    fn a_name_that_looks_like_a_formula_is_kept_as_it_is_however_often_it_is_written() {
        let mut class = roster("id,nom,prenom\na,=1+1,@x\nb,-Durand,+1\n");
        for _ in 0..2 {
            class = roster(&class.written());
        }
        assert_eq!(class.learner("a").unwrap().name(), "@x =1+1");
        assert_eq!(class.learner("b").unwrap().name(), "+1 -Durand");
    }

    #[test]
    fn a_file_s_name_names_a_learner_by_id_or_by_both_names() {
        let class = roster("id,nom,prenom\ne-1,Dupont,Jean\ne-2,Dupont-Martin,Jean\ne-3,Petit,Zoé\n");
        let named = |words: &str| class.named_by(words).map(|one| one.id.as_str());
        assert_eq!(named("E-3"), Some("e-3"));
        assert_eq!(named("Zoé PETIT_123_assignsubmission_file_"), Some("e-3"));
        assert_eq!(named("Jean Dupont_4"), Some("e-1"));
        for nobody in ["Jean Dupont-Martin_4", "devoir", "semaine-e-3", "e-10", ""] {
            assert_eq!(named(nobody), None, "{nobody}");
        }
    }
}
