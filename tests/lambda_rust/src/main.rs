//! A function on the runtime `provided.al2023`: it greets, or fails where it is asked to.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(service_fn(greet)).await
}

async fn greet(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (asked, context) = event.into_parts();
    if let Some(reason) = asked["echec"].as_str() {
        return Err(reason.into());
    }
    eprintln!("appel de {}", context.invoked_function_arn);
    Ok(json!({
        "bonjour": asked["nom"],
        "fonction": context.env_config.function_name,
        "requete": context.request_id,
    }))
}
