//! Whole workflows with aws-sdk-rust, as cells against the simulator: each prints what it would print against AWS.

mod support;

use std::path::Path;

use support::Machine;

/// Runs every cell of `tests/scenarios/…` and fails with the first that did not keep its promise.
fn plays(scenario: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let said = Machine::with_rust()
        .command(&["executer", scenario, "--json", "--lecons"])
        .arg(folder)
        .output();
    let said: support::Said = said.map_or_else(|error| panic!("{error}"), Into::into);
    let document = said.json();
    let cells = document["cells"].as_array().map_or(&[][..], Vec::as_slice);
    for cell in cells {
        assert_eq!(cell["status"], "ok", "{}: {}", cell["id"], cell["error"]);
    }
    assert_eq!((said.code, cells.is_empty()), (Some(0), false), "{said:?}");
}

#[test]
fn a_team_keeps_shares_and_forgets_its_reports_in_s3() {
    plays("scenario-s3");
}

#[test]
fn a_shop_takes_orders_in_dynamodb_until_its_throughput_is_reached() {
    plays("scenario-dynamodb");
}

#[test]
fn a_trainee_reads_one_bucket_through_a_policy_a_role_and_a_boundary() {
    plays("scenario-iam");
}

#[test]
fn a_layer_has_versions_that_functions_keep_and_other_accounts_read_one_by_one() {
    plays("scenario-lambda");
}

#[test]
fn a_site_on_fargate_is_refused_run_and_kept_alive() {
    plays("scenario-ecs");
}
