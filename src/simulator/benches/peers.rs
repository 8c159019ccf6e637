//! The same load on several servers in one run: signed requests per second over four connections.
//!
//! `cargo bench -p simulator --bench peers -- NAME=HOST:PORT,ACCESS_KEY_ID,SECRET …`; `benches/peers` starts the peers.
//! A name that ends in `/dynamodb` has no S3. Ratios are to the first server.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    dead_code,
    missing_docs,
    unreachable_pub
)]

mod load;

use load::Server;

const TABLE: &str = r#"{"TableName":"notes","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],
    "ProvisionedThroughput":{"ReadCapacityUnits":40000,"WriteCapacityUnits":40000}}"#;
const PUT: &str = r#"{"TableName":"notes","Item":{"id":{"S":"a"},"text":{"S":"bonjour"},"n":{"N":"42"}}}"#;
const GET: &str = r#"{"TableName":"notes","Key":{"id":{"S":"a"}}}"#;
const REGION: &[u8] = b"<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
    <LocationConstraint>eu-west-3</LocationConstraint></CreateBucketConfiguration>";

fn main() {
    let peers: Vec<(String, Server)> = std::env::args().filter_map(|argument| peer(&argument)).collect();
    let mut first: Vec<Option<f64>> = Vec::new();
    for (name, server) in &peers {
        let rates = rates(server, !name.ends_with("/dynamodb"));
        if first.is_empty() {
            first.clone_from(&rates);
        }
        for (at, operation) in ["PutItem", "GetItem", "PutObject 10 KB", "GetObject 10 KB"]
            .iter()
            .enumerate()
        {
            if let (Some(rate), Some(base)) = (rates[at], first[at]) {
                println!(
                    "{name:<20} {operation:<16} {rate:>9.0} requests/s   1/{:.1}",
                    base / rate
                );
            }
        }
    }
}

fn peer(argument: &str) -> Option<(String, Server)> {
    let (name, place) = argument.split_once('=')?;
    let mut parts = place.split(',').map(str::to_owned);
    let server = Server {
        host: parts.next()?,
        access_key_id: parts.next()?,
        secret_access_key: parts.next()?,
    };
    Some((name.to_owned(), server))
}

fn rates(server: &Server, s3: bool) -> Vec<Option<f64>> {
    server.call(&server.dynamodb("CreateTable", TABLE));
    let mut rates = vec![
        Some(server.rate(&server.on_many_items("PutItem", PUT))),
        Some(server.rate(&server.on_many_items("GetItem", GET))),
    ];
    if s3 {
        server.call(&server.s3("PUT", "/banc", REGION));
        let body = vec![b'x'; 10 << 10];
        rates.push(Some(server.rate(&[server.s3("PUT", "/banc/a", &body)])));
        rates.push(Some(server.rate(&[server.s3("GET", "/banc/a", b"")])));
    } else {
        rates.extend([None, None]);
    }
    rates
}
