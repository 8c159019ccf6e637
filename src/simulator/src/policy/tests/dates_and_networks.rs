//! The operators of dates and of IP addresses.

use super::conditions::check;

#[test]
fn dates_are_compared_as_points_in_time() {
    check(
        r#"
        DateEquals | "2026-11-22T12:00:00Z" | 2026-11-22T12:00:00Z | holds
        DateEquals | "2026-11-22T12:00:00Z" | 2026-11-22T13:00:00+01:00 | holds
        DateEquals | "2026-11-22T12:00:00Z" | 1795348800 | holds
        DateEquals | 1795348800 | 2026-11-22T12:00:00Z | holds
        DateEquals | "2026-11-22" | 2026-11-22T00:00:00Z | holds
        DateEquals | "2026-11" | 2026-11-01T00:00:00Z | holds
        DateEquals | "2026" | 2026-01-01T00:00:00Z | holds
        DateEquals | "2026-11-22T12:00:00Z" | 2026-11-22T12:00:00.5Z | fails
        DateEquals | "2026-11-22T12:00Z" | 2026-11-22t12:00:00z | holds
        DateEquals | "2026-11-22T12:00:00Z" | - | fails
        DateNotEquals | "2026-11-22T12:00:00Z" | 2026-11-22T12:00:01Z | holds
        DateNotEquals | "2026-11-22T12:00:00Z" | 2026-11-22T12:00:00Z | fails
        DateNotEquals | "2026-11-22T12:00:00Z" | - | holds
        DateLessThan | "2026-11-22T12:00:00Z" | 2026-11-22T11:59:59Z | holds
        DateLessThan | "2026-11-22T12:00:00Z" | 2026-11-22T12:00:00Z | fails
        DateLessThan | "2026-11-22T12:00:00Z" | demain | fails
        DateLessThan | "2026-11-22T12:00:00Z" | - | fails
        DateLessThanEquals | "2026-11-22T12:00:00Z" | 2026-11-22T12:00:00Z | holds
        DateLessThanEquals | "2026-11-22T12:00:00Z" | 2026-11-22T12:00:01Z | fails
        DateGreaterThan | "2020-01-01T00:00:01Z" | 2026-11-22T12:00:00Z | holds
        DateGreaterThan | "2020-01-01T00:00:01Z" | 2019-12-31T23:59:59Z | fails
        DateGreaterThan | "2020-01-01T00:00:01Z" | - | fails
        DateGreaterThanEquals | "2026-11-22T12:00:00Z" | 2026-11-22T12:00:00Z | holds
        DateGreaterThanEquals | "2026-11-22T12:00:00Z" | 2026-11-22T11:00:00Z | fails
        "#,
    );
}

#[test]
fn addresses_lie_in_networks() {
    check(
        r#"
        IpAddress | "203.0.113.0/24" | 203.0.113.1 | holds
        IpAddress | "203.0.113.0/24" | 198.51.100.1 | fails
        IpAddress | "203.0.113.7/24" | 203.0.113.200 | holds
        IpAddress | "203.0.113.7" | 203.0.113.7 | holds
        IpAddress | "203.0.113.7" | 203.0.113.8 | fails
        IpAddress | "203.0.113.7/32" | 203.0.113.7 | holds
        IpAddress | "0.0.0.0/0" | 198.51.100.1 | holds
        IpAddress | "10.0.0.0/8" | 10.255.255.255 | holds
        IpAddress | "10.0.0.0/9" | 10.128.0.0 | fails
        IpAddress | ["203.0.113.0/24", "2001:DB8:1234:5678::/64"] | 2001:db8:1234:5678::1 | holds
        IpAddress | ["203.0.113.0/24", "2001:DB8:1234:5678::/64"] | 2001:db8:1234:5679::1 | fails
        IpAddress | "::/0" | 203.0.113.7 | fails
        IpAddress | "2001:db8::1" | 2001:db8::1 | holds
        IpAddress | "2001:db8::1" | 2001:db8::2 | fails
        IpAddress | "203.0.113.0/33" | 203.0.113.7 | fails
        IpAddress | "203.0.113.0/24" | pas une adresse | fails
        IpAddress | "203.0.113.0/24" | - | fails
        NotIpAddress | "203.0.113.0/24" | 198.51.100.1 | holds
        NotIpAddress | "203.0.113.0/24" | 203.0.113.1 | fails
        NotIpAddress | ["203.0.113.0/24", "198.51.100.0/24"] | 198.51.100.1 | fails
        NotIpAddress | "203.0.113.0/24" | - | holds
        "#,
    );
}
