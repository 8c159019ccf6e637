//! Start, stop, ports, saved data.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;
use simulator::{Config, Simulator, StartError};

use super::client::World;

#[test]
fn it_answers_within_a_tenth_of_a_second() {
    let begun = Instant::now();
    let world = World::frozen();
    assert_eq!(world.dynamodb("ListTables", &json!({})).status, 200);
    assert!(
        begun.elapsed() < Duration::from_millis(500),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn a_port_in_use_is_named_as_such() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = Simulator::start(Config {
        port,
        ..Config::default()
    })
    .err()
    .unwrap();
    assert!(matches!(error, StartError::PortInUse { port: named } if named == port));
    assert!(error.to_string().contains(&port.to_string()));
}

#[test]
fn it_listens_on_the_loopback_address_only_and_frees_its_port() {
    let world = World::frozen();
    let host = world.host();
    assert!(host.starts_with("127.0.0.1:"));
    let port = host.rsplit(':').next().unwrap().parse().unwrap();
    drop(world);
    assert!(TcpStream::connect(&host).is_err());
    Simulator::start(Config {
        port,
        ..Config::default()
    })
    .unwrap();
}

#[test]
fn a_connection_serves_one_request_after_another() {
    let world = World::frozen();
    let mut stream = TcpStream::connect(world.host()).unwrap();
    for _ in 0..3 {
        stream
            .write_all(b"GET /_cahier/clock HTTP/1.1\r\nhost: x\r\n\r\n")
            .unwrap();
        let mut buffer = [0; 1024];
        let read = stream.read(&mut buffer).unwrap();
        assert!(buffer[..read].starts_with(b"HTTP/1.1 403"));
    }
}

#[test]
fn two_simulators_know_nothing_of_each_other() {
    let (one, other) = (World::frozen(), World::frozen());
    one.notes(5, 5);
    assert_eq!(other.ok("ListTables", &json!({}))["TableNames"], json!([]));
    assert_ne!(one.simulator.access_key_id(), other.simulator.access_key_id());
    assert_ne!(one.simulator.control_token(), other.simulator.control_token());
}

#[test]
fn what_was_stored_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let config = Config {
            frozen: true,
            data_dir: Some(folder.path().join("données")),
            ..Config::default()
        };
        World {
            simulator: Simulator::start(config).unwrap(),
        }
    };
    let world = start();
    world.notes(5, 5);
    world.put("a", 100);
    drop(world);
    let world = start();
    assert_eq!(world.ok("Scan", &json!({"TableName": "notes"}))["Count"], 1);
    world.put("b", 100);
    drop(world);
    assert_eq!(start().ok("Scan", &json!({"TableName": "notes"}))["Count"], 2);
}

#[test]
fn unreadable_saved_data_is_an_error_that_names_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let tables = folder.path().join("state-0/dynamodb/tables.sqlite");
    std::fs::create_dir_all(tables.parent().unwrap()).unwrap();
    std::fs::write(&tables, "nothing of the kind").unwrap();
    let config = Config {
        data_dir: Some(folder.path().to_owned()),
        ..Config::default()
    };
    let error = Simulator::start(config).err().unwrap();
    assert!(matches!(error, StartError::Data { .. }), "{error}");
    let kept = std::fs::read(&tables).unwrap();
    assert_eq!(kept, b"nothing of the kind");
}
