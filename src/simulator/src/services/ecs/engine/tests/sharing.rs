//! What the containers of a task share: its memory and its network.

use super::*;

fn named(name: &str, image: &str, variables: &[(&str, &str)]) -> Value {
    let variables = variables.iter();
    let environment = variables.map(|(name, value)| json!({ "name": name, "value": value }));
    let mut container = container(image);
    container["name"] = name.into();
    container["environment"] = environment.collect::<Vec<_>>().into();
    container
}

/// A container's status, its exit code and its reason.
fn fate(task: &Value, place: usize) -> (String, Value, Value) {
    let container = &task["containers"][place];
    let status = container["lastStatus"].as_str().unwrap().to_owned();
    (status, container["exitCode"].clone(), container["reason"].clone())
}

#[test]
fn containers_that_together_have_more_memory_than_their_task_do_not_all_live() {
    let bench = Bench::new();
    let allocates = |name: &str, memory: &str| named(name, "memoire", &[("MEMOIRE", memory)]);
    bench.register("assez", &json!([allocates("a", "256"), allocates("b", "256")]));
    bench.register("trop", &json!([allocates("a", "300"), allocates("b", "300")]));
    let (enough, much) = (bench.start("assez"), bench.start("trop"));
    bench.wait(60);
    assert_eq!(status(&bench.task(&enough)), "RUNNING");
    let task = bench.task(&much);
    assert_eq!(
        (status(&task), &task["stopCode"]),
        ("STOPPED", &json!("EssentialContainerExited"))
    );
    let killed = "OutOfMemoryError: Container killed due to memory usage";
    assert_eq!(fate(&task, 1), ("STOPPED".to_owned(), json!(137), json!(killed)));
    assert_eq!(fate(&task, 0), ("STOPPED".to_owned(), json!(143), Value::Null));
}

#[test]
fn a_port_of_a_task_is_listened_to_by_one_container_only() {
    let bench = Bench::new();
    let mut second = named("b", "web", &[]);
    second["essential"] = false.into();
    bench.register("deux", &json!([named("a", "web", &[]), second]));
    bench.register(
        "ports",
        &json!([named("a", "web", &[]), named("b", "web", &[("PORT", "8080")])]),
    );
    let (same, other) = (bench.start("deux"), bench.start("ports"));
    bench.wait(60);
    let task = bench.task(&same);
    assert_eq!(status(&task), "RUNNING");
    assert_eq!(fate(&task, 1), ("STOPPED".to_owned(), json!(1), Value::Null));
    let shown =
        super::super::super::control(&bench.cloud, &http::Method::GET, "tasks", &Value::Null).unwrap();
    let shown = shown["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|task| task["task"] == *same);
    assert_eq!(
        shown.unwrap()["containers"][1]["log"],
        json!(["listen tcp :80: bind: address already in use (EADDRINUSE)"])
    );
    let task = bench.task(&other);
    assert_eq!(fate(&task, 1), ("RUNNING".to_owned(), Value::Null, Value::Null));
}
