//! What stands for a real account: a second simulator, which the learner's environment leads to.

use simulator::Simulator;
use std::process::Command;

/// Leads a program to `account`, as keys in the environment do.
pub fn towards<'a>(command: &'a mut Command, account: &Simulator) -> &'a mut Command {
    at(command, account, &account.endpoint())
}

/// The same, by way of `endpoint`.
pub fn at<'a>(command: &'a mut Command, account: &Simulator, endpoint: &str) -> &'a mut Command {
    command
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", account.access_key_id())
        .env("AWS_SECRET_ACCESS_KEY", account.secret_access_key())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        // What a run makes is named as the lesson names it.
        .env("CAHIER_PREFIXE", "cahier-")
}

/// What was told, with the names that the lessons give to what a run names its own way.
pub fn as_in_lessons(told: &str) -> String {
    let mut shown = String::new();
    let mut rest = told;
    while let Some(at) = rest.find("cah") {
        let (before, name) = rest.split_at(at);
        let prefix = name.get(..7);
        let its_own = prefix.is_some_and(|prefix| prefix.ends_with('-'));
        shown += before;
        shown += if its_own { "cahier-" } else { "cah" };
        rest = &name[if its_own { 7 } else { 3 }..];
    }
    shown + rest
}
