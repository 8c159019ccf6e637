//! STS, in both forms of the query protocol.

use super::client::World;

const FORM: [(&str, &str); 1] = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];

#[test]
fn get_caller_identity_names_the_administrator() {
    let world = World::frozen();
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    for answer in [
        world.signed("sts", "POST", "/", &FORM, body),
        world.signed("sts", "GET", &format!("/?{body}"), &[], ""),
    ] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(
            answer
                .body
                .contains("<Arn>arn:aws:iam::123456789012:user/administrateur</Arn>")
        );
        assert!(answer.body.contains("<Account>123456789012</Account>"));
        assert!(answer.body.contains("<UserId>AIDA"));
        assert_eq!(answer.header("content-type"), Some("text/xml"));
    }
}

#[test]
fn an_unknown_action_is_answered_in_the_query_protocol_s_form_and_journalled() {
    let world = World::frozen();
    let answer = world.signed("sts", "POST", "/", &FORM, "Action=AssumeMoon&Version=2011-06-15");
    assert_eq!(answer.status, 400);
    assert!(
        answer.body.contains("<Code>InvalidAction</Code>"),
        "{}",
        answer.body
    );
    let last = world.simulator.journal().pop().unwrap();
    assert_eq!(
        (last.service.as_str(), last.operation.as_str()),
        ("sts", "AssumeMoon")
    );
    assert_eq!(last.error.as_deref(), Some("InvalidAction"));
}

#[test]
fn an_unsigned_call_is_refused_with_403() {
    let world = World::frozen();
    let host = world.host();
    let headers = [("host", host.as_str()), FORM[0]];
    let answer = world.plain(
        "POST",
        "/",
        &headers,
        "Action=GetCallerIdentity&Version=2011-06-15",
    );
    assert_eq!(answer.status, 403);
    assert!(
        answer.body.contains("<Code>MissingAuthenticationToken</Code>"),
        "{}",
        answer.body
    );
}

#[test]
fn a_service_that_is_not_simulated_says_so_and_is_journalled() {
    let world = World::frozen();
    let answer = world.signed("batch", "GET", "/v1/jobs", &[], "");
    assert_eq!(answer.status, 501);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-amzn-errortype"), Some("NotImplemented"));
    assert_eq!(answer.json()["message"], "The service batch is not simulated.");
    let last = world.simulator.journal().pop().unwrap();
    assert_eq!(
        (last.service.as_str(), last.error.as_deref()),
        ("batch", Some("NotImplemented"))
    );
}

#[test]
fn each_service_that_is_not_simulated_is_answered_in_its_own_protocol() {
    let world = World::frozen();
    let xml = world.signed("route53", "GET", "/2013-04-01/hostedzone", &[], "");
    assert_eq!(xml.header("content-type"), Some("application/xml"));
    assert!(
        xml.body.contains("The service route53 is not simulated."),
        "{}",
        xml.body
    );
    let target = [("x-amz-target", "TrentService.ListKeys")];
    let json = world.signed("kms", "POST", "/", &target, "{}");
    assert_eq!(
        (json.status, json.error().as_str()),
        (400, "UnknownOperationException")
    );
    assert_eq!(json.json()["message"], "The service kms is not simulated.");
    // Of one that is, the operation is named.
    let target = [("x-amz-target", "DynamoDB_20120810.Fly")];
    let known = world.signed("dynamodb", "POST", "/", &target, "{}");
    assert_eq!(known.json()["message"], "The operation Fly is not simulated.");
}
