//! `pourquoi`: why the last refused call was refused.

use super::{Command, Context, Exit};
use crate::failure::Failure;
use crate::refusal;
use clap::ArgMatches;
use serde_json::json;

/// `cahier pourquoi`.
pub(super) const WHY: Command = Command {
    name: "pourquoi",
    alias: "why",
    about: "explique le dernier appel refusé : qui, quoi, quelles politiques, que changer",
    examples: &[
        "cahier pourquoi",
        "cahier simulateur -- sh -c 'aws s3 ls s3://secret; cahier pourquoi'",
    ],
    args: |command| command,
    run,
};

/// What is said when nothing was refused.
pub const NOTHING: &str = "Aucun appel n’a été refusé pour ses droits ou pour sa signature. Une autre erreur d’AWS, comme `NoSuchBucket`, se lit dans son message.";

/// What is said where there is nobody to ask.
const NOBODY: &str = "Je ne joins aucun simulateur d’ici, et aucune commande du cahier n’a gardé de refus. Pose les variables que «\u{a0}cahier simulateur\u{a0}» affiche, ou travaille dans «\u{a0}cahier simulateur -- bash\u{a0}».";

#[expect(clippy::unnecessary_wraps, reason = "it fills a place of Command")]
fn run(context: &mut Context, _: &ArgMatches) -> Result<Exit, Failure> {
    let call = refusal::found();
    if context.screen.is_json() {
        let explanation = call.as_ref().map(refusal::explain);
        context
            .screen
            .document(&json!({ "call": call, "explanation": explanation }));
        return Ok(Exit::Done);
    }
    match call {
        Some(call) => context.screen.markdown(&refusal::explain(&call)),
        None if refusal::is_reached() => context.screen.markdown(NOTHING),
        None => context.screen.markdown(NOBODY),
    }
    Ok(Exit::Done)
}
