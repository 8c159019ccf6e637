//! What is said of a task definition without a cloud.

#![allow(clippy::unwrap_used)]

use serde_json::json;
use simulator::task_definition_api::validate;

#[test]
fn a_definition_is_judged_without_a_cloud() {
    let mut request = json!({
        "family": "web",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "1 vCPU",
        "memory": "2 GB",
        "containerDefinitions": [{ "name": "app", "image": "httpd" }],
    });
    let shown = validate(&request).unwrap();
    assert_eq!(
        (&shown["cpu"], &shown["memory"]),
        (&json!("1024"), &json!("2048"))
    );
    request["memory"] = json!("1 GB");
    let refusal = validate(&request).unwrap_err();
    assert_eq!(refusal.code, "ClientException");
    assert!(
        refusal
            .message
            .starts_with("No Fargate configuration exists for given values: 1024 CPU, 1024 memory.")
    );
    assert_eq!(
        validate(&json!("texte")).unwrap_err().code,
        "SerializationException"
    );
}
