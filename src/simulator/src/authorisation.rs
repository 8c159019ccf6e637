//! The authorisation station: brings together who asks, for what, in which circumstances, and every policy that has a
//! say.

use time::OffsetDateTime;
use time::macros::format_description;

use crate::REGION;
use crate::call::{Access, Call, Caller, Denial, Principal};
use crate::cloud::Cloud;
use crate::policy::{self, Applicable, Context, Request};
use crate::services::iam::Standing;
use crate::services::organizations::Membership;
use crate::services::{self, ResourceOwner};

impl Call {
    /// Lets the call go on only if its caller may do `access`; the decision is kept for the journal.
    ///
    /// The pipeline asks for the permissions that an operation's table entry lists. An operation that needs more
    /// (each key of a batch, the source of a copy) asks here for itself.
    pub(crate) fn authorise(&self, cloud: &Cloud, access: &Access) -> Result<(), Denial> {
        let principal = &self.caller.principal;
        let standing = cloud.iam.standing(&self.caller);
        let owner = owner(cloud, access);
        let resource_account = owner.account.as_deref().or(principal.account());
        let ours = cloud.organizations.membership(principal.account());
        let theirs = cloud.organizations.membership(resource_account);
        let context = self.context(access, &standing, &ours, &owner, &theirs);
        let request = Request {
            principal,
            action: &access.action,
            resource: &access.resource,
            resource_account,
            context: &context,
        };
        let applicable = Applicable {
            identity: standing.identity,
            boundary: standing.boundary,
            session: standing.session,
            // They never bind the roles that AWS's own services use.
            service_control: if standing.service_linked {
                Vec::new()
            } else {
                ours.service_control
            },
            resource_control: if resource_controlled(access) {
                theirs.resource_control
            } else {
                Vec::new()
            },
            resource: owner.policy,
        };
        let decision = policy::evaluate(&request, &applicable);
        let denial = (!decision.allowed).then(|| Denial {
            decision: decision.clone(),
            shown: access.shown.clone(),
            outsider: principal.account() != resource_account
                && (ours.organization.is_none() || ours.organization != theirs.organization),
        });
        if let Ok(mut trail) = self.trail.lock() {
            trail.push(decision);
        }
        denial.map_or(Ok(()), Err)
    }

    /// The permission to hand a role to a service that will act with it: `iam:PassRole` is no call of its own, but part
    /// of every operation that names a role for a service.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
    pub(crate) fn pass_role(&self, cloud: &Cloud, role_arn: &str, service: &str) -> Result<(), Denial> {
        let access =
            Access::new("iam:PassRole", role_arn).with("iam:PassedToService", vec![service.to_owned()]);
        self.authorise(cloud, &access)
    }

    /// Every condition key of the request.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    fn context(
        &self,
        access: &Access,
        standing: &Standing,
        ours: &Membership,
        owner: &ResourceOwner,
        theirs: &Membership,
    ) -> Context {
        let mut context = Context::new();
        self.about_principal(&mut context, standing, ours);
        about_session(&mut context, &self.caller);
        self.about_network(&mut context);
        about_time(&mut context, self.time);
        let account = owner.account.as_deref().or(self.caller.principal.account());
        set(&mut context, "aws:ResourceAccount", account);
        set(&mut context, "aws:ResourceOrgID", theirs.organization.as_deref());
        context.set_all("aws:ResourceOrgPaths", theirs.path.iter().cloned().collect());
        context.set("aws:RequestedRegion", self.region(access));
        self.about_signature(&mut context, access);
        for (key, values) in &owner.context {
            context.add(key.clone(), values.clone());
        }
        for (key, values) in &access.context {
            context.add(key.clone(), values.clone());
        }
        context
    }

    fn about_principal(&self, context: &mut Context, standing: &Standing, ours: &Membership) {
        context.set_principal(&self.caller.principal);
        context.set("aws:ViaAWSService", "false");
        set(context, "aws:PrincipalOrgID", ours.organization.as_deref());
        context.set_all("aws:PrincipalOrgPaths", ours.path.iter().cloned().collect());
        for (key, value) in &standing.tags {
            context.set(format!("aws:PrincipalTag/{key}"), value);
        }
    }

    /// The simulator stands for endpoints that are reached over TLS; on the loopback address there is nobody between.
    fn about_network(&self, context: &mut Context) {
        context.set("aws:SourceIp", "127.0.0.1");
        context.set("aws:SecureTransport", "true");
        set(context, "aws:UserAgent", self.header("user-agent"));
        set(context, "aws:Referer", self.header("referer"));
    }

    /// How old the signature is, in milliseconds: S3's own key, which only authentication knows the value of.
    ///
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html>
    fn about_signature(&self, context: &mut Context, access: &Access) {
        if let Some(signed) = self
            .caller
            .signed
            .as_ref()
            .filter(|_| access.action.starts_with("s3:"))
        {
            let age = (self.time - signed.at).max(time::Duration::ZERO);
            context.set("s3:signatureAge", age.whole_milliseconds().to_string());
        }
    }

    /// Global services run in one region, wherever they are called from.
    fn region(&self, access: &Access) -> String {
        let service = access.action.split(':').next().and_then(services::named);
        let home = service.and_then(|service| service.regions.first().copied());
        let signed = self.caller.signed.as_ref().map(|signed| signed.region.clone());
        match home {
            Some(REGION) | None => signed.unwrap_or_else(|| REGION.to_owned()),
            Some(global) => global.to_owned(),
        }
    }
}

/// Services whose resources resource control policies bind.
///
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services>
const RESOURCE_CONTROLLED: [&str; 6] = ["ecr", "kms", "s3", "secretsmanager", "sqs", "sts"];

fn resource_controlled(access: &Access) -> bool {
    let service = access.action.split(':').next();
    service.is_some_and(|service| RESOURCE_CONTROLLED.contains(&service))
}

/// The owner of the access's resource, as its service knows it.
fn owner(cloud: &Cloud, access: &Access) -> ResourceOwner {
    let service = access.action.split(':').next().and_then(services::named);
    service.map_or_else(ResourceOwner::default, |service| {
        (service.resource_policy)(cloud, &access.resource)
    })
}

fn set(context: &mut Context, key: &'static str, value: Option<&str>) {
    if let Some(value) = value {
        context.set(key, value);
    }
}

/// What only requests with temporary credentials hold. A federated user has no answer about multi-factor
/// authentication; the others did without.
fn about_session(context: &mut Context, caller: &Caller) {
    let Some(session) = caller.session() else {
        return;
    };
    context.set("aws:TokenIssueTime", iso(session.issued));
    set(context, "aws:SourceIdentity", session.source_identity.as_deref());
    if !matches!(caller.principal, Principal::FederatedUser { .. }) {
        context.set("aws:MultiFactorAuthPresent", "false");
    }
}

fn about_time(context: &mut Context, now: OffsetDateTime) {
    context.set("aws:CurrentTime", iso(now));
    context.set("aws:EpochTime", now.unix_timestamp().to_string());
}

/// `2026-11-22T12:00:00Z`.
fn iso(time: OffsetDateTime) -> String {
    time.format(format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second]Z"
    ))
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Mutex;

    use bytes::Bytes;
    use serde_json::Value;

    use super::*;
    use crate::ACCOUNT;
    use crate::policy::DocumentKind;
    use crate::protocol::rest_xml::reason;
    use crate::services::iam::Held;

    /// A cloud whose administrator has nothing but one inline policy.
    fn cloud(policy: &str) -> Cloud {
        let cloud = Cloud::new(true).unwrap();
        let mut state = cloud.iam.write();
        let user = state
            .open_account(ACCOUNT)
            .users
            .get_mut("administrateur")
            .unwrap();
        user.entity.attached.clear();
        let document = Held::parse(policy, DocumentKind::Identity).unwrap();
        user.entity.inline.insert("droits".to_owned(), document);
        drop(state);
        cloud
    }

    fn call() -> Call {
        let principal = Principal::parse("arn:aws:iam::123456789012:user/administrateur").unwrap();
        let request = http::Request::post("/").header("user-agent", "essai/1.0");
        Call {
            caller: Caller {
                principal,
                ..Caller::anonymous()
            },
            head: request.body(()).unwrap().into_parts().0,
            body: Bytes::new(),
            input: Value::Null,
            postponed: Value::Null,
            request_id: String::new(),
            time: time::macros::datetime!(2026-11-22 12:00 UTC),
            trail: Mutex::default(),
        }
    }

    fn allow(action: &str, condition: &str) -> String {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*","Condition":{condition}}}]}}"#
        )
    }

    #[test]
    fn a_role_is_passed_to_the_service_that_the_policy_names_and_to_no_other() {
        let condition = r#"{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}"#;
        let (cloud, call) = (cloud(&allow("iam:PassRole", condition)), call());
        let role = "arn:aws:iam::123456789012:role/execution";
        call.pass_role(&cloud, role, "lambda.amazonaws.com").unwrap();
        let denial = call
            .pass_role(&cloud, role, "ecs-tasks.amazonaws.com")
            .unwrap_err();
        assert_eq!(
            denial.sentence(),
            format!(
                "User: arn:aws:iam::123456789012:user/administrateur is not authorized to perform: iam:PassRole on \
                 resource: {role} because no identity-based policy allows the iam:PassRole action"
            )
        );
        assert_eq!(call.trail.lock().unwrap().len(), 2);
    }

    #[test]
    fn a_role_of_another_account_is_passed_by_nobody() {
        let (cloud, call) = (cloud(&allow("iam:PassRole", "{}")), call());
        call.pass_role(&cloud, "arn:aws:iam::123456789012:role/r", "lambda.amazonaws.com")
            .unwrap();
        let other = "arn:aws:iam::111122223333:role/r";
        assert!(call.pass_role(&cloud, other, "lambda.amazonaws.com").is_err());
    }

    #[test]
    fn the_circumstances_of_a_call_are_there_for_conditions() {
        for (action, condition) in [
            (
                "s3:GetObject",
                r#"{"IpAddress":{"aws:SourceIp":"127.0.0.0/8"},"Bool":{"aws:SecureTransport":"true"}}"#,
            ),
            (
                "s3:GetObject",
                r#"{"StringEquals":{"aws:RequestedRegion":"eu-west-3","aws:PrincipalAccount":"123456789012"}}"#,
            ),
            (
                "iam:GetUser",
                r#"{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}"#,
            ),
            (
                "s3:GetObject",
                r#"{"StringLike":{"aws:UserAgent":"essai/*"},"StringEquals":{"aws:username":"administrateur"}}"#,
            ),
            (
                "s3:GetObject",
                r#"{"DateGreaterThan":{"aws:CurrentTime":"2026-11-22T11:59:59Z"},"DateLessThan":{"aws:CurrentTime":"2026-11-22T12:00:01Z"}}"#,
            ),
            (
                "s3:GetObject",
                r#"{"NumericEquals":{"aws:EpochTime":"1795348800"},"Null":{"aws:TokenIssueTime":"true"}}"#,
            ),
            (
                "s3:GetObject",
                r#"{"Null":{"aws:MultiFactorAuthPresent":"true","aws:PrincipalOrgID":"true"}}"#,
            ),
        ] {
            let access = Access::new(action, "arn:aws:s3:::rapports/a.txt");
            let allowed = call().authorise(&cloud(&allow(action, condition)), &access);
            assert!(allowed.is_ok(), "{condition}");
        }
    }

    #[test]
    fn an_outsider_is_of_another_account_and_of_no_organization_of_its_owner() {
        let cloud = cloud(&allow("s3:*", "{}"));
        let access = Access::new("iam:GetUser", "arn:aws:iam::123456789012:user/administrateur");
        for (account, outsider, told) in [
            (
                ACCOUNT,
                false,
                "User: arn:aws:iam::123456789012:user/x is not authorized",
            ),
            ("111122223333", true, "Access Denied"),
        ] {
            let mut call = call();
            call.caller.principal = Principal::parse(&format!("arn:aws:iam::{account}:user/x")).unwrap();
            let denial = call.authorise(&cloud, &access).unwrap_err();
            assert_eq!(denial.outsider, outsider, "{account}");
            assert!(reason(&denial).starts_with(told), "{}", reason(&denial));
        }
    }

    #[test]
    fn a_service_s_own_keys_come_with_the_access() {
        let condition = r#"{"StringEquals":{"s3:prefix":"public/"}}"#;
        let cloud = cloud(&allow("s3:ListBucket", condition));
        let access = |prefix: &str| {
            Access::new("s3:ListBucket", "arn:aws:s3:::rapports").with("s3:prefix", vec![prefix.to_owned()])
        };
        assert!(call().authorise(&cloud, &access("public/")).is_ok());
        assert!(call().authorise(&cloud, &access("prive/")).is_err());
    }
}
