//! An attempt that the learner's account stopped, and not their code: it is no answer.

use crate::evidence::Evidence;
use crate::verdict::Verdict;

/// How the guard of a real account begins what it says: of a call that it did not send, and of one that AWS, the network or
/// a missing right stopped.
const SAID: [&str; 2] = ["Cahier n’a pas envoyé ", "Cahier\u{a0}: "];

/// The verdict on what a real account let through: what it stopped costs no attempt.
pub(crate) fn held(verdict: Verdict, evidence: &Evidence) -> Verdict {
    if !evidence.real_account || !matches!(verdict, Verdict::NotYet(_)) {
        return verdict;
    }
    let texts = evidence.evaluations.iter().map(|one| &one.output.stderr);
    let mut lines = texts.flat_map(|text| text.lines());
    match lines.find(|line| SAID.iter().any(|begin| line.starts_with(begin))) {
        Some(line) => Verdict::Unverifiable(format!(
            "L’essai s’est arrêté sur ton compte, et il ne compte pas. {line}"
        )),
        None => verdict,
    }
}
