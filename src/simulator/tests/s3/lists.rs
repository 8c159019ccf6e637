//! Access control lists, disabled as buckets have them today, and enabled as they had them before.

use super::client::World;

const EVERYBODY: &str = "http://acs.amazonaws.com/groups/global/AllUsers";

/// The bucket as it was before April 2023: with lists, and nothing blocked.
fn former() -> World {
    let world = World::new();
    let ownership =
        "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>";
    assert_eq!(world.put("/rapports?ownershipControls", ownership).status, 200);
    assert_eq!(world.delete("/rapports?publicAccessBlock").status, 204);
    world
}

#[test]
fn disabled_lists_accept_nothing_that_they_would_change() {
    let world = World::new();
    let with = |acl| world.send("PUT", "/rapports/a", &[("x-amz-acl", acl)], "x");
    assert_eq!(
        with("public-read").error(),
        (400, "AccessControlListNotSupported")
    );
    assert_eq!(with("public-read").message(), "The bucket does not allow ACLs");
    assert_eq!(with("private").error(), (400, "AccessControlListNotSupported"));
    assert_eq!(with("bucket-owner-full-control").status, 200);
    assert_eq!(with("unheard-of").error(), (400, "InvalidArgument"));
    let grant = [(
        "x-amz-grant-read",
        "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"",
    )];
    assert_eq!(
        world.send("PUT", "/rapports/a", &grant, "x").error(),
        (400, "AccessControlListNotSupported")
    );
    let set = world.send("PUT", "/rapports/a?acl", &[("x-amz-acl", "public-read")], "");
    assert_eq!(set.error(), (400, "AccessControlListNotSupported"));
    let acl = world.get("/rapports/a?acl");
    assert_eq!(
        (acl.body.matches("<Grant>").count(), acl.element("Permission")),
        (1, "FULL_CONTROL")
    );
    let bucket = world.get("/rapports?acl");
    assert_eq!(bucket.element("Permission"), "FULL_CONTROL");
    assert_eq!(bucket.element("ID").len(), 64);
}

#[test]
fn a_public_list_opens_an_object_to_everybody() {
    let world = former();
    let public = [("x-amz-acl", "public-read")];
    assert_eq!(world.send("PUT", "/rapports/a", &public, "ouvert").status, 200);
    world.put("/rapports/b", "fermé");
    let anonymous = |method, path| world.unsigned(method, path, &[], "");
    assert_eq!(anonymous("GET", "/rapports/a").body, "ouvert");
    assert_eq!(anonymous("GET", "/rapports/b").error(), (403, "AccessDenied"));
    assert_eq!(anonymous("GET", "/rapports").status, 403);
    assert_eq!(anonymous("PUT", "/rapports/a").status, 403);
    assert_eq!(anonymous("GET", "/rapports/absent").status, 403);
    assert!(world.get("/rapports/a?acl").body.contains(EVERYBODY));
    assert_eq!(
        world
            .send("PUT", "/rapports?acl", &[("x-amz-acl", "public-read-write")], "")
            .status,
        200
    );
    assert_eq!(anonymous("GET", "/rapports").status, 200);
    assert_eq!(anonymous("GET", "/rapports/absent").error(), (404, "NoSuchKey"));
    assert_eq!(world.unsigned("PUT", "/rapports/c", &[], "x").status, 200);
    assert_eq!(
        world.get("/rapports/c").error(),
        (403, "AccessDenied"),
        "it is its writer's"
    );
    assert_eq!(world.delete("/rapports/c").status, 204);
}

#[test]
fn block_public_access_refuses_public_lists_and_ignores_those_there_are() {
    let world = former();
    let public = [("x-amz-acl", "public-read")];
    assert_eq!(world.send("PUT", "/rapports/a", &public, "ouvert").status, 200);
    let block = |name: &str| {
        let body =
            format!("<PublicAccessBlockConfiguration><{name}>true</{name}></PublicAccessBlockConfiguration>");
        assert_eq!(world.put("/rapports?publicAccessBlock", &body).status, 200);
    };
    block("BlockPublicAcls");
    let refused = world.send("PUT", "/rapports/b", &public, "x");
    assert_eq!(refused.error(), (403, "AccessDenied"));
    assert!(
        refused.message().ends_with(
            "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access."
        ),
        "{}",
        refused.body
    );
    assert_eq!(world.unsigned("GET", "/rapports/a", &[], "").status, 200);
    block("IgnorePublicAcls");
    assert_eq!(world.unsigned("GET", "/rapports/a", &[], "").status, 403);
    assert_eq!(world.send("PUT", "/rapports/b", &public, "x").status, 200);
}

#[test]
fn lists_are_documents_or_headers_but_not_both() {
    let world = former();
    world.put("/rapports/a", "x");
    let owner = world.get("/rapports?acl").element("ID").to_owned();
    let list = |grantee: &str, permission: &str| {
        format!(
            "<AccessControlPolicy><Owner><ID>{owner}</ID></Owner><AccessControlList><Grant>{grantee}<Permission>\
             {permission}</Permission></Grant></AccessControlList></AccessControlPolicy>"
        )
    };
    let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    let group = format!("<Grantee {xsi} xsi:type=\"Group\"><URI>{EVERYBODY}</URI></Grantee>");
    let put = |body: &str| world.put("/rapports/a?acl", body);
    assert_eq!(put(&list(&group, "READ")).status, 200);
    assert_eq!(world.unsigned("GET", "/rapports/a", &[], "").body, "x");
    assert_eq!(put(&list(&group, "FLY")).error(), (400, "MalformedACLError"));
    let nobody = format!("<Grantee {xsi} xsi:type=\"CanonicalUser\"><ID>moi</ID></Grantee>");
    assert_eq!(put(&list(&nobody, "READ")).error(), (400, "InvalidArgument"));
    assert_eq!(put("<AccessControlPolicy/>").error(), (400, "MalformedACLError"));
    let both = world.send(
        "PUT",
        "/rapports/a?acl",
        &[("x-amz-acl", "private")],
        &list(&group, "READ"),
    );
    assert_eq!(both.error(), (400, "UnexpectedContent"));
    assert_eq!(put("").error(), (400, "MissingSecurityHeader"));
}

#[test]
fn a_bucket_with_public_lists_cannot_disable_them() {
    let world = former();
    assert_eq!(
        world
            .send("PUT", "/rapports?acl", &[("x-amz-acl", "public-read")], "")
            .status,
        200
    );
    let enforced = "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>";
    assert_eq!(
        world.put("/rapports?ownershipControls", enforced).error(),
        (400, "InvalidBucketAclWithObjectOwnership")
    );
    assert_eq!(
        world
            .send("PUT", "/rapports?acl", &[("x-amz-acl", "private")], "")
            .status,
        200
    );
    assert_eq!(world.put("/rapports?ownershipControls", enforced).status, 200);
    assert_eq!(world.delete("/rapports?ownershipControls").status, 204);
    assert_eq!(
        world.get("/rapports?ownershipControls").error(),
        (404, "OwnershipControlsNotFoundError")
    );
}
