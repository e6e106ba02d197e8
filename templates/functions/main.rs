//! Receives the input of its state, here the message, and returns the result of the state.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

async fn decide(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let subject = event.payload["subject"].as_str().unwrap_or_default();
    eprintln!("subject: {} characters", subject.chars().count());
    Ok(json!({ "actions": [{ "allRecipients": true, "action": { "type": "DEFAULT" } }] }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(decide)).await
}
