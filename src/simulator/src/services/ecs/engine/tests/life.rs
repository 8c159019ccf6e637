//! The life of tasks and of their containers.

use super::*;

#[test]
fn a_task_goes_through_its_life_as_the_clock_goes_on() {
    let bench = Bench::new();
    bench.register("web", json!([container("web")]));
    let arn = bench.start("web");
    let mut seen = vec![status(&bench.task(&arn)).to_owned()];
    for _ in 0..16 {
        bench.wait(1);
        let last = status(&bench.task(&arn)).to_owned();
        if seen.last() != Some(&last) {
            seen.push(last);
        }
    }
    assert_eq!(seen, ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"]);
    let task = bench.task(&arn);
    let at = |member: &str| task[member].as_f64().unwrap() - task["createdAt"].as_f64().unwrap();
    let times = ["connectivityAt", "pullStartedAt", "pullStoppedAt", "startedAt"].map(at);
    assert_eq!(times.map(f64::round), [5.0, 5.0, 10.0, 15.0]);
    assert_eq!(
        (&task["connectivity"], &task["desiredStatus"]),
        (&json!("CONNECTED"), &json!("RUNNING"))
    );
    let attachment = &task["attachments"][0];
    assert_eq!(attachment["status"], "ATTACHED");
    let names: Vec<&str> = attachment["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "subnetId",
            "networkInterfaceId",
            "macAddress",
            "privateDnsName",
            "privateIPv4Address"
        ]
    );
    let app = &task["containers"][0];
    assert_eq!(app["lastStatus"], "RUNNING");
    assert!(app["imageDigest"].as_str().unwrap().starts_with("sha256:"));
    assert_eq!(app["networkInterfaces"][0]["attachmentId"], attachment["id"]);
    let cluster = &bench.does("DescribeClusters", json!({}))["clusters"][0];
    assert_eq!(
        (&cluster["runningTasksCount"], &cluster["pendingTasksCount"]),
        (&json!(1), &json!(0))
    );
}

#[test]
fn a_stopped_task_is_shown_for_an_hour() {
    let bench = Bench::new();
    bench.register("web", json!([container("web")]));
    let arn = bench.start("web");
    bench.wait(20);
    let stopping = bench.does("StopTask", json!({ "task": arn, "reason": "fin" }))["task"].clone();
    assert_eq!(
        (status(&stopping), &stopping["desiredStatus"]),
        ("DEACTIVATING", &json!("STOPPED"))
    );
    let mut seen = Vec::new();
    for _ in 0..8 {
        bench.wait(1);
        seen.push(status(&bench.task(&arn)).to_owned());
    }
    seen.dedup();
    assert_eq!(seen, ["STOPPING", "DEPROVISIONING", "STOPPED"]);
    let task = bench.task(&arn);
    assert_eq!(
        (&task["stopCode"], &task["stoppedReason"]),
        (&json!("UserInitiated"), &json!("fin"))
    );
    assert_eq!(task["containers"][0]["exitCode"], 0);
    assert_eq!(
        (&task["connectivity"], &task["attachments"][0]["status"]),
        (&json!("DISCONNECTED"), &json!("DELETED"))
    );
    for member in ["stoppingAt", "executionStoppedAt", "stoppedAt"] {
        assert!(task[member].is_f64(), "{member}");
    }
    let version = task["version"].as_u64().unwrap();
    assert!(version > 8, "{version}");
    let listed = bench.does("ListTasks", json!({ "desiredStatus": "STOPPED" }));
    assert_eq!(listed["taskArns"], json!([arn]));
    bench.wait(3590);
    assert_eq!(status(&bench.task(&arn)), "STOPPED");
    bench.wait(20);
    let gone = bench.does("DescribeTasks", json!({ "tasks": [arn] }));
    assert_eq!(gone["failures"], json!([{ "arn": arn, "reason": "MISSING" }]));
}

#[test]
fn a_jump_of_the_clock_comes_to_the_same_as_each_second_of_it() {
    let once = |steps: &[u64]| {
        let bench = Bench::new();
        bench.register("web", json!([container("web")]));
        bench.register("lot", json!([container("lot")]));
        chance::seeded([7; 32], || {
            bench.start("web");
            bench.start("lot");
        });
        let start = bench.cloud.clock.now();
        for step in steps {
            bench.wait(*step);
            bench.does("ListTasks", json!({}));
        }
        let mut state = serde_json::to_value(&*bench.cloud.ecs.lock()).unwrap();
        // Times, counted from the start.
        let text = |at: time::OffsetDateTime| serde_json::to_value(at).unwrap().to_string();
        let mut all = state["accounts"].take().to_string();
        for second in 0..=120 {
            all = all.replace(
                &text(start + time::Duration::seconds(second)),
                &format!("\"+{second}\""),
            );
        }
        let created = bench.cloud.ecs.lock().accounts[ACCOUNT].clusters["default"].created;
        all.replace(&text(created), "\"created\"")
    };
    let jump = once(&[100]);
    assert!(jump.contains("EssentialContainerExited"));
    assert_eq!(jump, once(&[1; 100]));
    assert_eq!(jump, once(&[3, 1, 50, 46]));
}

#[test]
fn sigkill_follows_when_sigterm_is_ignored() {
    let bench = Bench::new();
    bench.register("sourd", json!([container("sourd")]));
    let mut patient = container("sourd");
    patient["stopTimeout"] = json!(120);
    bench.register("patient", json!([patient]));
    for (family, timeout) in [("sourd", 30), ("patient", 120)] {
        let arn = bench.start(family);
        bench.wait(20);
        bench.does("StopTask", json!({ "task": arn }));
        bench.wait(timeout);
        assert_eq!(status(&bench.task(&arn)), "STOPPING", "{family}");
        bench.wait(1);
        let task = bench.task(&arn);
        assert_eq!(
            (status(&task), &task["containers"][0]["exitCode"]),
            ("DEPROVISIONING", &json!(137))
        );
        assert_eq!(task["stoppedReason"], "Task stopped by user");
    }
}

#[test]
fn an_essential_container_that_ends_stops_its_task() {
    let bench = Bench::new();
    let mut failing = container("lot");
    failing["environment"] = json!([{"name": "CODE", "value": "3"}, {"name": "DUREE", "value": "30"}]);
    let mut helper = container("web");
    helper["name"] = json!("aide");
    helper["essential"] = json!(false);
    bench.register("lot", json!([failing, helper]));
    bench.register("plante", json!([container("plante")]));
    let (lot, crash) = (bench.start("lot"), bench.start("plante"));
    bench.wait(15);
    let crashed = bench.task(&crash);
    assert_eq!(crashed["containers"][0]["exitCode"], 1);
    assert!(crashed["startedAt"].is_null(), "it never ran");
    assert_eq!(status(&bench.task(&lot)), "RUNNING");
    bench.wait(60);
    let task = bench.task(&lot);
    assert_eq!(
        (&task["stopCode"], &task["stoppedReason"]),
        (
            &json!("EssentialContainerExited"),
            &json!("Essential container in task exited")
        )
    );
    assert_eq!(
        (
            &task["containers"][0]["exitCode"],
            &task["containers"][1]["exitCode"]
        ),
        (&json!(3), &json!(0))
    );
}

#[test]
fn too_much_memory_gets_a_container_killed() {
    let bench = Bench::new();
    let wants = |mebibytes: &str| {
        let mut container = container("memoire");
        container["environment"] = json!([{"name": "MEMOIRE", "value": mebibytes}]);
        json!([container])
    };
    bench.register("trop", wants("513"));
    bench.register("assez", wants("512"));
    let mut limited = wants("200");
    limited[0]["memory"] = json!(128);
    bench.register("limite", limited);
    let arns = ["trop", "assez", "limite"].map(|family| bench.start(family));
    bench.wait(60);
    for (arn, killed) in arns.iter().zip([true, false, true]) {
        let task = bench.task(arn);
        if !killed {
            assert_eq!(status(&task), "RUNNING");
            continue;
        }
        let app = &task["containers"][0];
        assert_eq!(app["exitCode"], 137);
        assert_eq!(
            app["reason"],
            "OutOfMemoryError: Container killed due to memory usage"
        );
        assert_eq!(task["stopCode"], "EssentialContainerExited");
        assert_eq!(task["stoppedReason"], "Essential container in task exited");
    }
}

#[test]
fn containers_start_in_the_order_of_their_dependencies() {
    let bench = Bench::new();
    let named = |name: &str, image: &str, depends: Value| {
        let mut container = container(image);
        container["name"] = json!(name);
        container["dependsOn"] = depends;
        container
    };
    let mut migration = named("migration", "lot", json!([]));
    migration["essential"] = json!(false);
    let app = named(
        "app",
        "web",
        json!([{"containerName": "migration", "condition": "SUCCESS"}]),
    );
    bench.register("ordre", json!([app.clone(), migration.clone()]));
    let arn = bench.start("ordre");
    bench.wait(20);
    let task = bench.task(&arn);
    assert_eq!(status(&task), "ACTIVATING");
    let last = |task: &Value, place: usize| {
        task["containers"][place]["lastStatus"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        (last(&task, 0).as_str(), last(&task, 1).as_str()),
        ("PENDING", "RUNNING")
    );
    bench.wait(8);
    let task = bench.task(&arn);
    assert_eq!(status(&task), "RUNNING");
    assert_eq!(
        (last(&task, 0).as_str(), last(&task, 1).as_str()),
        ("RUNNING", "STOPPED")
    );
    migration["environment"] = json!([{"name": "CODE", "value": "1"}]);
    bench.register("vain", json!([app, migration]));
    let vain = bench.start("vain");
    bench.wait(40);
    let task = bench.task(&vain);
    assert_eq!(
        (status(&task), &task["stopCode"]),
        ("STOPPED", &json!("TaskFailedToStart"))
    );
}

#[test]
fn health_is_known_after_the_first_check() {
    let bench = Bench::new();
    let checked = |command: &str| {
        let mut container = container("web");
        container["healthCheck"] = json!({"command": ["CMD-SHELL", command], "interval": 10});
        json!([container])
    };
    bench.register("bien", checked("curl -f http://localhost/ || exit 1"));
    bench.register("mal", checked("exit 1"));
    let (well, ill) = (bench.start("bien"), bench.start("mal"));
    bench.wait(20);
    assert_eq!(bench.task(&well)["healthStatus"], "UNKNOWN");
    bench.wait(4);
    assert_eq!(bench.task(&well)["healthStatus"], "HEALTHY");
    bench.wait(30);
    assert_eq!(bench.task(&ill)["healthStatus"], "UNHEALTHY");
}

#[test]
fn a_task_that_has_not_started_stops_without_an_exit_code() {
    let bench = Bench::new();
    bench.register("web", json!([container("web")]));
    let arn = bench.start("web");
    bench.wait(4);
    bench.does("StopTask", json!({ "task": arn }));
    bench.wait(10);
    let task = bench.task(&arn);
    assert_eq!(
        (status(&task), &task["stopCode"]),
        ("STOPPED", &json!("UserInitiated"))
    );
    assert!(task["containers"][0]["exitCode"].is_null());
    assert!(task["startedAt"].is_null());
}
