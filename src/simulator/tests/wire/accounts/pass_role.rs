//! Handing a role to a service.

use super::super::client::World;
use super::{ACCOUNT, allow};

#[test]
fn who_hands_a_role_to_a_service_needs_the_permission_to_pass_it() {
    let world = World::frozen();
    world.role("machine", &allow("s3:*", "*"));
    world.does("CreateInstanceProfile", &[("InstanceProfileName", "profil")]);
    let alice = world.user("alice", Some(&allow("iam:AddRoleToInstanceProfile", "*")));
    let add = || {
        let parameters = [("InstanceProfileName", "profil"), ("RoleName", "machine")];
        world.iam_as(&alice, "AddRoleToInstanceProfile", &parameters)
    };
    assert_eq!(
        add().text("Message"),
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: iam:PassRole on resource: \
             arn:aws:iam::{ACCOUNT}:role/machine because no identity-based policy allows the iam:PassRole action"
        )
    );
    let pass = |service: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::{ACCOUNT}:role/machine","Condition":{{"StringEquals":{{"iam:PassedToService":"{service}"}}}}}}]}}"#
        )
    };
    world.put_policy("alice", "passer", &pass("lambda.amazonaws.com"));
    assert_eq!(add().status, 403);
    world.put_policy("alice", "passer", &pass("ec2.amazonaws.com"));
    assert_eq!(add().status, 200);
}
