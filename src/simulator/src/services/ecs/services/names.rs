//! ARNs of what belongs to a service.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html>

use super::super::names::last_part;
use super::launching::Home;
use crate::REGION;

/// The ARN of a service deployment.
pub(super) fn deployment_arn(home: &Home<'_>, service: &str, id: &str) -> String {
    of("service-deployment", home, service, id)
}

/// The ARN of a service revision.
pub(super) fn revision_arn(home: &Home<'_>, service: &str, number: &str) -> String {
    of("service-revision", home, service, number)
}

fn of(kind: &str, home: &Home<'_>, service: &str, id: &str) -> String {
    format!(
        "arn:aws:ecs:{REGION}:{}:{kind}/{}/{service}/{id}",
        home.account, home.cluster
    )
}

/// The cluster, the service and the id of an ARN of that kind.
pub(super) fn split<'a>(arn: &'a str, kind: &str, account: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let rest = arn.strip_prefix("arn:aws:ecs:")?.strip_prefix(REGION)?;
    let rest = rest.strip_prefix(':')?.strip_prefix(account)?.strip_prefix(':')?;
    let rest = rest.strip_prefix(kind)?.strip_prefix('/')?;
    let (cluster, rest) = rest.split_once('/')?;
    let (service, id) = rest.split_once('/')?;
    Some((cluster, service, id))
}

/// The name of a service in what a request calls it: a name or an ARN.
pub(super) fn service_name(given: &str) -> &str {
    last_part(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_its_cluster_service_and_id() {
        let home = Home {
            account: "123456789012",
            cluster: "site",
        };
        let arn = deployment_arn(&home, "web", "NCWGC2ZR-taawPAYrIaU5");
        assert_eq!(
            arn,
            "arn:aws:ecs:eu-west-3:123456789012:service-deployment/site/web/NCWGC2ZR-taawPAYrIaU5"
        );
        assert_eq!(
            split(&arn, "service-deployment", "123456789012"),
            Some(("site", "web", "NCWGC2ZR-taawPAYrIaU5"))
        );
        assert_eq!(split(&arn, "service-revision", "123456789012"), None);
        assert_eq!(split(&arn, "service-deployment", "210987654321"), None);
    }
}
