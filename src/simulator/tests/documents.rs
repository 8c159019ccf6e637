//! Documents judged by the service that they are for: lifecycle configurations and bucket policies.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use simulator::document_api::{DocumentError, Ruling, rule};

const BUCKET: &str = "mesures";

fn lifecycle(document: &Value, world: Value, probes: &[(u32, &str)]) -> Ruling {
    let mut world = world;
    world["bucket"] = BUCKET.into();
    let probes: Vec<Value> = probes
        .iter()
        .map(|(day, key)| json!({"day": day, "key": key}))
        .collect();
    rule("lifecycle", &document.to_string(), &world, &probes).unwrap()
}

fn put(day: u32, key: &str) -> Value {
    json!({"day": day, "put": {"key": key, "bytes": 200_000}})
}

fn one_rule(rule: Value) -> Value {
    let mut rule = rule;
    rule["Status"] = "Enabled".into();
    if rule.get("Filter").is_none() {
        rule["Filter"] = json!({});
    }
    json!({"Rules": [rule]})
}

#[test]
fn the_days_pass_and_a_noncurrent_version_goes_at_the_midnight_after_its_delay() {
    let rule = one_rule(json!({"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}));
    let world = json!({"versioning": "Enabled", "steps": [put(10, "a"), put(0, "a")]});
    let ruling = lifecycle(&rule, world, &[(41, "a"), (40, "a"), (9, "a")]);
    assert_eq!((ruling.faults.len(), &ruling.refusal), (0, &None));
    let versions: Vec<&Value> = ruling.facts.iter().map(|facts| &facts["versions"]).collect();
    assert_eq!(versions, [1, 2, 1]);
    assert_eq!(ruling.facts[0]["noncurrent"], 0);
}

#[test]
fn classes_markers_tags_and_uploads_are_told() {
    let rule = json!({"Rules": [
        {"ID": "froid & <gel>", "Status": "Enabled", "Filter": {"Tag": {"Key": "froid", "Value": "oui = non"}},
         "Transitions": [{"Days": 0, "StorageClass": "GLACIER"}]},
        {"ID": "restes", "Status": "Enabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3}},
    ]});
    let tagged =
        json!({"day": 0, "put": {"key": "é/tiède a.txt", "bytes": 200_000, "tags": {"froid": "oui = non"}}});
    let steps = json!([tagged, put(0, "b"), {"day": 1, "delete": {"key": "b"}}, {"day": 0, "begin_upload": {"key": "c"}}]);
    let world = json!({"versioning": "Enabled", "steps": steps});
    let probes = [(2, "é/tiède a.txt"), (2, "b"), (2, "c"), (5, "c"), (2, "absent")];
    let facts = lifecycle(&rule, world, &probes).facts;
    assert_eq!(
        (&facts[0]["class"], &facts[0]["present"]),
        (&json!("GLACIER"), &json!(true))
    );
    assert_eq!(
        facts[1],
        json!({
            "present": false, "versions": 1, "noncurrent": 1, "markers": 1, "bytes": 200_000, "class": null,
            "noncurrent_classes": ["STANDARD"], "uploads": 0,
        })
    );
    assert_eq!(
        (&facts[2]["uploads"], &facts[3]["uploads"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(
        (&facts[4]["versions"], &facts[4]["present"]),
        (&json!(0), &json!(false))
    );
}

#[test]
fn a_date_is_taken_with_or_without_its_time() {
    for date in ["2026-03-12", "2026-03-12T00:00:00Z"] {
        let rule = one_rule(json!({"Expiration": {"Date": date}}));
        let facts = lifecycle(&rule, json!({"steps": [put(0, "a")]}), &[(9, "a"), (10, "a")]).facts;
        assert_eq!(
            (&facts[0]["versions"], &facts[1]["versions"]),
            (&json!(1), &json!(0)),
            "{date}"
        );
    }
}

#[test]
fn s3_refuses_in_its_own_words_and_nothing_is_looked_at() {
    for (rule, code, words) in [
        (
            json!({"Rules": [{"Status": "Enabled", "Expiration": {"Days": 3}}]}),
            "MalformedXML",
            "did not validate",
        ),
        (
            one_rule(json!({"Expiration": {"Days": 3, "ExpiredObjectDeleteMarker": true}})),
            "MalformedXML",
            "did not validate",
        ),
        (
            one_rule(json!({"Expiration": {"Days": 0}})),
            "InvalidArgument",
            "'Days' for Expiration action must be a positive integer",
        ),
        (
            one_rule(json!({})),
            "InvalidRequest",
            "At least one action needs to be specified in a rule",
        ),
        (
            one_rule(json!({"Expiration": {"Days": 99_999_999_999_i64}})),
            "MalformedXML",
            "did not validate",
        ),
    ] {
        let ruling = lifecycle(&rule, json!({}), &[(1, "a")]);
        let refusal = ruling.refusal.unwrap();
        assert_eq!(refusal["code"], code, "{rule}");
        assert!(refusal["message"].as_str().unwrap().contains(words), "{refusal}");
        assert!(ruling.facts.is_empty());
    }
}

#[test]
fn what_the_command_line_refuses_never_reaches_s3() {
    let wrong = json!({"Rules": [{"Status": "Enabled", "Filter": {}, "Expiration": {"Days": "30"}, "Transition": []}]});
    let ruling = lifecycle(&wrong, json!({}), &[]);
    assert_eq!(ruling.refusal, None);
    let codes: Vec<&Value> = ruling.faults.iter().map(|fault| &fault["code"]).collect();
    assert_eq!(codes, ["mistyped_member", "unknown_member"]);
    assert_eq!(
        ruling.faults[0]["message"],
        "Invalid type for parameter LifecycleConfiguration.Rules[0].Expiration.Days, value: 30, type: <class 'str'>, \
         valid types: <class 'int'>"
    );
    let outer = json!({"LifecycleConfiguration": {"Rules": []}});
    assert_eq!(lifecycle(&outer, json!({}), &[]).faults.len(), 2);
}

fn policy(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

const READER: &str = "arn:aws:iam::123456789012:role/lecteur";

fn bucket_policy(text: &str, open: bool) -> Ruling {
    let everything =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let world = json!({
        "bucket": BUCKET,
        "block_public_access": !open,
        "identities": [
            {"arn": READER},
            {"arn": "arn:aws:iam::210987654321:user/equipe/bruno", "policy": everything},
        ],
    });
    let probe = |principal: &str, action: &str| json!({"principal": principal, "action": action, "resource": "arn:aws:s3:::mesures/a", "context": {"aws:SecureTransport": ["false"]}});
    let probes = [
        probe(READER, "s3:GetObject"),
        probe("arn:aws:iam::210987654321:user/equipe/bruno", "s3:GetObject"),
        probe("*", "s3:GetObject"),
    ];
    rule("bucket_policy", text, &world, &probes).unwrap()
}

fn allowed(ruling: &Ruling) -> Vec<bool> {
    ruling
        .facts
        .iter()
        .map(|decision| decision["allowed"] == true)
        .collect()
}

#[test]
fn requests_are_decided_with_the_bucket_as_it_is() {
    let both = policy(&json!([
        {"Effect": "Allow", "Principal": {"AWS": [READER, "210987654321"]}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mesures/*"},
    ]));
    assert_eq!(allowed(&bucket_policy(&both, false)), [true, true, false]);
    let https = policy(&json!([
        {"Effect": "Allow", "Principal": {"AWS": READER}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mesures/*"},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::mesures/*",
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    ]));
    let ruling = bucket_policy(&https, false);
    assert_eq!(allowed(&ruling), [false, false, false]);
    assert_eq!(ruling.facts[0]["decision"], "explicitDeny");
    assert_eq!(ruling.facts[0]["decided_by"]["policy"], "arn:aws:s3:::mesures");
}

#[test]
fn block_public_access_has_the_first_word() {
    let public = policy(&json!([
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mesures/*"},
    ]));
    assert_eq!(allowed(&bucket_policy(&public, true)), [true, true, true]);
    let refusal = bucket_policy(&public, false).refusal.unwrap();
    assert_eq!(refusal["code"], "AccessDenied");
    assert!(
        refusal["message"].as_str().unwrap().contains("BlockPublicPolicy"),
        "{refusal}"
    );
}

#[test]
fn a_policy_is_refused_in_s3s_words_or_is_no_policy_at_all() {
    let stranger = policy(&json!([
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/absent"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mesures/*"},
    ]));
    let told = |text: &str| {
        bucket_policy(text, false)
            .refusal
            .map(|refusal| refusal["message"].clone())
    };
    assert_eq!(told(&stranger), Some("Invalid principal in policy".into()));
    let nobody =
        policy(&json!([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mesures/*"}]));
    assert_eq!(told(&nobody), Some("Missing required field Principal".into()));
    let ruling = bucket_policy("{\n  \"Version\": }", false);
    assert_eq!(
        (ruling.refusal, &ruling.faults[0]["code"]),
        (None, &json!("json"))
    );
    assert_eq!(ruling.faults[0]["start"], json!({"line": 2, "column": 14}));
}

fn task_definition(document: &Value, probes: &[Value]) -> Ruling {
    let pulls = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ecr:*","logs:*"],"Resource":"*"}]}"#;
    let reads = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::mesures/*"}]}"#;
    let world = json!({
        "identities": [
            {"arn": "arn:aws:iam::123456789012:role/execution", "policy": pulls},
            {"arn": "arn:aws:iam::123456789012:role/tache", "policy": reads},
        ],
        "buckets": [{"name": BUCKET, "keys": ["a.csv"]}],
    });
    rule("task_definition", &document.to_string(), &world, probes).unwrap()
}

/// An application that reads a bucket, with these roles.
fn application(execution: &str, task: &str) -> Value {
    json!({
        "family": "lecteur", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
        "cpu": "256", "memory": "512",
        "executionRoleArn": format!("arn:aws:iam::123456789012:role/{execution}"),
        "taskRoleArn": format!("arn:aws:iam::123456789012:role/{task}"),
        "containerDefinitions": [{
            "name": "app", "image": "700000000007.dkr.ecr.eu-west-3.amazonaws.com/catalogue/lit-s3:latest",
            "environment": [{"name": "BUCKET", "value": BUCKET}, {"name": "KEY", "value": "a.csv"}],
        }],
    })
}

#[test]
fn a_task_of_a_definition_runs_with_its_roles_or_ends_for_their_lack() {
    let probes = [json!({"seconds": 60}), json!({}), json!({"seconds": 1})];
    let ruling = task_definition(&application("execution", "tache"), &probes);
    assert_eq!(ruling.refusal, None);
    assert_eq!(ruling.facts[0]["run"]["status"], "RUNNING");
    assert_eq!(ruling.facts[1]["definition"]["memory"], "512");
    assert!(ruling.facts[1].get("run").is_none());
    assert_ne!(
        ruling.facts[2]["run"]["status"], "RUNNING",
        "a second is too short"
    );
    let run =
        |execution, task| task_definition(&application(execution, task), &probes).facts[0]["run"].clone();
    let swapped = run("tache", "execution");
    assert_eq!(
        (&swapped["status"], &swapped["stop_code"]),
        (&json!("STOPPED"), &json!("TaskFailedToStart"))
    );
    let reason = swapped["reason"].as_str().unwrap();
    assert!(reason.contains("ecr:GetAuthorizationToken"), "{reason}");
    let twice = run("execution", "execution");
    assert_eq!(
        (&twice["stop_code"], &twice["containers"]["app"]["exit_code"]),
        (&json!("EssentialContainerExited"), &json!(1))
    );
}

#[test]
fn ecs_refuses_a_definition_or_a_task_in_its_own_words() {
    let told = |change: fn(&mut Value)| {
        let mut document = application("execution", "tache");
        change(&mut document);
        task_definition(&document, &[json!({"seconds": 60})])
    };
    let size = told(|document| document["memory"] = "4096".into());
    assert!(
        size.refusal.unwrap()["message"]
            .as_str()
            .unwrap()
            .starts_with("No Fargate configuration exists for given values")
    );
    let form = told(|document| document["cpu"] = 256.into());
    assert_eq!(
        (form.refusal, &form.faults[0]["code"], &form.faults[0]["expected"]),
        (None, &json!("mistyped_member"), &json!("string"))
    );
    let labels = told(|document| document["containerDefinitions"][0]["dockerLabels"] = json!({"a": 1}));
    assert!(
        labels.faults[0]["message"]
            .as_str()
            .unwrap()
            .contains("containerDefinitions[0].dockerLabels.a"),
        "{labels:?}"
    );
    let elsewhere = told(|document| {
        document["requiresCompatibilities"] = json!(["EC2"]);
        document["networkMode"] = "bridge".into();
        document["containerDefinitions"][0]["memory"] = 128.into();
    });
    assert!(
        elsewhere.facts[0]["run"]["refusal"]["code"].is_string(),
        "{elsewhere:?}"
    );
}

#[test]
fn the_same_question_has_the_same_answer_and_a_senseless_one_none() {
    let rule_text = one_rule(json!({"Expiration": {"Days": 3}}));
    let ask = || lifecycle(&rule_text, json!({"steps": [put(0, "a")]}), &[(2, "a"), (4, "a")]);
    assert_eq!(ask(), ask());
    let text = rule_text.to_string();
    let error = |kind: &str, world: Value| rule(kind, &text, &world, &[]).unwrap_err();
    assert_eq!(
        error("nothing", json!({})),
        DocumentError::Kind("nothing".to_owned())
    );
    assert!(matches!(error("lifecycle", json!({})), DocumentError::World(_)));
    let named = error("lifecycle", json!({"bucket": "Non Valable"}));
    assert!(matches!(named, DocumentError::World(_)), "{named}");
    let late = rule(
        "lifecycle",
        &text,
        &json!({"bucket": BUCKET}),
        &[json!({"day": 9999, "key": "a"})],
    );
    assert!(matches!(late, Err(DocumentError::World(_))), "{late:?}");
}
