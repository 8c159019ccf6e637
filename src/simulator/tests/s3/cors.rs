//! Cross-origin requests, as browsers make them.

use super::client::World;

fn configured() -> World {
    let world = World::new();
    let body = "<CORSConfiguration><CORSRule><AllowedOrigin>https://*.example.com</AllowedOrigin>\
                <AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedHeader>x-amz-*\
                </AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>300</MaxAgeSeconds></CORSRule>\
                </CORSConfiguration>";
    assert_eq!(world.put("/rapports?cors", body).status, 200);
    world
}

#[test]
fn a_preflight_is_answered_by_the_rule_that_matches() {
    let world = configured();
    let asked = |origin, method, headers| {
        let asked = [
            ("origin", origin),
            ("access-control-request-method", method),
            ("access-control-request-headers", headers),
        ];
        world.unsigned("OPTIONS", "/rapports/a", &asked, "")
    };
    let allowed = asked("https://www.example.com", "PUT", "X-Amz-Date");
    assert_eq!(allowed.status, 200, "{}", allowed.body);
    for (name, value) in [
        ("access-control-allow-origin", "https://www.example.com"),
        ("access-control-allow-methods", "GET, PUT"),
        ("access-control-allow-headers", "x-amz-date"),
        ("access-control-expose-headers", "ETag"),
        ("access-control-max-age", "300"),
        ("access-control-allow-credentials", "true"),
        (
            "vary",
            "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
        ),
    ] {
        assert_eq!(allowed.header(name), Some(value), "{name}");
    }
    for refused in [
        asked("https://example.org", "PUT", ""),
        asked("https://www.example.com", "DELETE", ""),
        asked("https://www.example.com", "PUT", "authorization"),
    ] {
        assert_eq!(refused.error(), (403, "AccessForbidden"));
        assert_eq!(refused.element("ResourceType"), "OBJECT");
    }
    assert_eq!(
        asked("https://www.example.com", "FLY", "").error(),
        (400, "BadRequest")
    );
    let originless = world.unsigned("OPTIONS", "/rapports/a", &[], "");
    assert_eq!(
        originless.message(),
        "Insufficient information. Origin request header needed."
    );
}

#[test]
fn an_actual_answer_carries_the_headers_too() {
    let world = configured();
    world.put("/rapports/a", "x");
    let from = |origin| world.send("GET", "/rapports/a", &[("origin", origin)], "");
    let allowed = from("https://www.example.com");
    assert_eq!(
        allowed.header("access-control-allow-origin"),
        Some("https://www.example.com")
    );
    assert_eq!(allowed.header("access-control-allow-headers"), None);
    assert_eq!(
        from("https://example.org").header("access-control-allow-origin"),
        None
    );
    let absent = world.send("GET", "/rapports/b", &[("origin", "https://www.example.com")], "");
    assert_eq!(absent.status, 404);
    assert!(absent.header("access-control-allow-origin").is_some());
}

#[test]
fn where_nothing_is_configured_a_preflight_is_forbidden() {
    let world = World::new();
    let asked = [
        ("origin", "https://example.com"),
        ("access-control-request-method", "GET"),
    ];
    let refused = world.unsigned("OPTIONS", "/rapports/a", &asked, "");
    assert_eq!(refused.error(), (403, "AccessForbidden"));
    assert_eq!(
        refused.message(),
        "CORSResponse: CORS is not enabled for this bucket."
    );
    let nowhere = world.unsigned("OPTIONS", "/ailleurs/a", &asked, "");
    assert_eq!(nowhere.message(), "CORSResponse: Bucket not found");
}

#[test]
fn a_configuration_can_be_read_replaced_and_refused() {
    let world = configured();
    assert_eq!(world.get("/rapports?cors").element("MaxAgeSeconds"), "300");
    let put = |method: &str, origin: &str| {
        let body = format!(
            "<CORSConfiguration><CORSRule><AllowedMethod>{method}</AllowedMethod><AllowedOrigin>{origin}\
             </AllowedOrigin></CORSRule></CORSConfiguration>"
        );
        world.put("/rapports?cors", &body)
    };
    assert_eq!(
        put("PATCH", "*").message(),
        "Found unsupported HTTP method in CORS config. Unsupported method is PATCH"
    );
    assert_eq!(put("GET", "*.*").error(), (400, "InvalidRequest"));
    assert_eq!(put("GET", "*").status, 200);
    let asked = [
        ("origin", "https://example.org"),
        ("access-control-request-method", "GET"),
    ];
    let allowed = world.unsigned("OPTIONS", "/rapports/a", &asked, "");
    assert_eq!(allowed.header("access-control-allow-origin"), Some("*"));
    assert_eq!(allowed.header("access-control-allow-credentials"), None);
    assert_eq!(world.delete("/rapports?cors").status, 204);
    assert_eq!(
        world.get("/rapports?cors").error(),
        (404, "NoSuchCORSConfiguration")
    );
}
