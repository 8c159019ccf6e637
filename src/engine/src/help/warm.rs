//! What is asked before anyone asks, so that the first cells and the first answers come as fast as the later ones.

use evcxr::CommandContext;

use super::Help;

/// What a sample asks for.
enum Ask {
    Complete,
    Inspect,
}

/// First what cells wait for, the types of the SDKs; then the places that learners ask about: a client, a
/// builder, the types of a service, the prelude. In small steps: a cell that comes early waits for one of them only.
const SAMPLES: [(Ask, &str); 11] = [
    (
        Ask::Complete,
        "let texte = String::from(\"a\"); let mots: Vec<String> = vec![texte]; mots.",
    ),
    (
        Ask::Complete,
        "let depart = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await; depart.",
    ),
    (
        Ask::Complete,
        "let depart = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await; \
         let tables = aws_sdk_dynamodb::Client::new(&depart).list_tables().send().await; tables.",
    ),
    (
        Ask::Complete,
        "let depart = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await; \
         let seaux = aws_sdk_s3::Client::new(&depart).list_buckets().send().await; seaux.",
    ),
    (
        Ask::Complete,
        "let atelier = prelude::commencer(\"a\").await; atelier.",
    ),
    (
        Ask::Complete,
        "let atelier = prelude::commencer(\"a\").await; atelier.s3.",
    ),
    (
        Ask::Complete,
        "let atelier = prelude::commencer(\"a\").await; atelier.dynamodb.query().",
    ),
    (Ask::Complete, "aws_sdk_s3::types::"),
    (Ask::Complete, "let mots: Vec<String> = Vec::new(); mots."),
    (
        Ask::Inspect,
        "let atelier = prelude::commencer(\"a\").await; atelier.s3.list_buckets().send()",
    ),
    (Ask::Inspect, "prelude::commencer(\"a\")"),
];

/// The samples that are left.
pub(crate) struct Samples(std::slice::Iter<'static, (Ask, &'static str)>);

impl Default for Samples {
    fn default() -> Self {
        Self(SAMPLES.iter())
    }
}

impl Samples {
    /// Asks for the next one; whether there was one.
    pub(crate) fn next(&mut self, context: &mut CommandContext, help: &mut Help) -> bool {
        let Some((ask, sample)) = self.0.next() else {
            return false;
        };
        match ask {
            Ask::Complete => drop(help.complete(context, sample, sample.len())),
            Ask::Inspect => drop(help.inspect(context, sample, sample.len())),
        }
        true
    }
}
