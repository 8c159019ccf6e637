//! Ce qu'un vrai compte met du temps à finir : après un changement, une fonction Lambda refuse le suivant jusqu'à ce
//! qu'elle soit prête.

use aws_config::SdkConfig;
use aws_sdk_lambda::operation::create_function::CreateFunctionOutput;
use aws_sdk_lambda::operation::update_function_code::UpdateFunctionCodeOutput;
use aws_sdk_lambda::operation::update_function_configuration::UpdateFunctionConfigurationOutput;
use aws_sdk_lambda::types::{LastUpdateStatus, State};
use aws_smithy_runtime_api::client::interceptors::context::Output;
use std::time::{Duration, Instant};

/// How long a function may take: <https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html>
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// The function that a call has changed, if it has one.
pub(crate) fn fonction_changee(sortie: &Output) -> Option<String> {
    let creee = sortie
        .downcast_ref::<CreateFunctionOutput>()
        .map(|lue| &lue.function_name);
    let code = || {
        sortie
            .downcast_ref::<UpdateFunctionCodeOutput>()
            .map(|lue| &lue.function_name)
    };
    let reglee = || {
        sortie
            .downcast_ref::<UpdateFunctionConfigurationOutput>()
            .map(|lue| &lue.function_name)
    };
    creee.or_else(code).or_else(reglee)?.clone()
}

/// Waits until a function takes the next change. Whoever waits is not asynchronous: the waiting has a thread of its own.
pub(crate) fn attendre_fonction(config: &SdkConfig, nom: String) {
    let lambda = aws_sdk_lambda::Client::new(config);
    let attente = std::thread::spawn(move || {
        let moteur = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(moteur) = moteur {
            moteur.block_on(prete(&lambda, &nom));
        }
    });
    // A function that is not ready is refused by AWS, in its own words.
    let _ = attente.join();
}

async fn prete(lambda: &aws_sdk_lambda::Client, nom: &str) {
    let debut = Instant::now();
    while debut.elapsed() < PATIENCE {
        let lue = lambda
            .get_function_configuration()
            .function_name(nom)
            .send()
            .await;
        let Ok(lue) = lue else {
            return;
        };
        let change = lue.last_update_status() == Some(&LastUpdateStatus::InProgress);
        if !change && lue.state() != Some(&State::Pending) {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}
