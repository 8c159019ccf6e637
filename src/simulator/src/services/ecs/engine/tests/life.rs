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

#[test]
fn spot_tasks_are_interrupted_and_no_others() {
    let bench = Bench::new();
    bench.does(
        "PutClusterCapacityProviders",
        json!({
            "cluster": "default",
            "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": [],
        }),
    );
    bench.register("sourd", json!([container("sourd")]));
    let mut request = bench.request("sourd");
    request["launchType"] = Value::Null;
    request["capacityProviderStrategy"] = json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1}]);
    let started = bench.does("RunTask", request.clone());
    let arn = started["tasks"][0]["taskArn"].as_str().unwrap().to_owned();
    assert_eq!(started["tasks"][0]["capacityProviderName"], "FARGATE_SPOT");
    let demand = bench.start("sourd");
    bench.wait(20);
    let interrupt = |arn: &str| {
        super::super::super::control(
            &bench.cloud,
            &http::Method::POST,
            "interrupt",
            &json!({ "task": arn }),
        )
    };
    interrupt(&arn).unwrap();
    assert!(interrupt(&arn).is_err(), "it stops already");
    assert!(interrupt(&demand).is_err(), "it is no Spot task");
    bench.wait(2);
    let warned = bench.task(&arn);
    assert_eq!(
        (status(&warned), &warned["stopCode"]),
        ("STOPPING", &json!("SpotInterruption"))
    );
    bench.wait(60);
    let task = bench.task(&arn);
    assert_eq!(
        (status(&task), &task["stoppedReason"]),
        ("STOPPED", &json!("Your Spot Task was interrupted."))
    );
    assert_eq!(status(&bench.task(&demand)), "RUNNING");
    let capacity = json!({ "spot_available": false });
    super::super::super::control(&bench.cloud, &http::Method::POST, "quotas", &capacity).unwrap();
    let none = bench.does("RunTask", request);
    assert_eq!(none["tasks"], json!([]));
    assert_eq!(
        none["failures"][0]["reason"],
        "Capacity is unavailable at this time. Please try again later or in a different availability zone"
    );
}

#[test]
fn the_quota_of_vcpus_bounds_what_runs_at_the_same_time() {
    let bench = Bench::new();
    bench.register("web", json!([container("web")]));
    let mut request = bench.request("web");
    request["count"] = json!(10);
    request["overrides"] = json!({ "cpu": "1024", "memory": "2048" });
    let first = bench.does("RunTask", request.clone());
    assert_eq!(first["tasks"].as_array().unwrap().len(), 6);
    assert_eq!(first["failures"].as_array().unwrap().len(), 4);
    assert_eq!(
        first["failures"][0]["reason"],
        "You’ve reached the limit on the number of vCPUs you can run concurrently"
    );
    for task in first["tasks"].as_array().unwrap() {
        bench.does("StopTask", json!({ "task": task["taskArn"] }));
    }
    bench.wait(30);
    let again = bench.does("RunTask", request);
    assert_eq!(again["tasks"].as_array().unwrap().len(), 6);
}

#[test]
fn a_definition_keeps_counting_and_an_inactive_one_starts_nothing() {
    let bench = Bench::new();
    for _ in 0..3 {
        bench.register("web", json!([container("web")]));
    }
    bench.does("DeregisterTaskDefinition", json!({ "taskDefinition": "web:3" }));
    let started = bench.does("RunTask", bench.request("web"));
    assert!(
        started["tasks"][0]["taskDefinitionArn"]
            .as_str()
            .unwrap()
            .ends_with("web:2")
    );
    let refused = bench.call("RunTask", bench.request("web:3")).unwrap_err();
    assert_eq!(
        (refused.short_code(), refused.message.as_str()),
        ("ClientException", "TaskDefinition is inactive")
    );
    bench.register("web", json!([container("web")]));
    let fourth = bench.does("DescribeTaskDefinition", json!({ "taskDefinition": "web" }));
    assert_eq!(fourth["taskDefinition"]["revision"], 4);
}

#[test]
fn the_same_client_token_starts_nothing_again() {
    let bench = Bench::new();
    bench.register("web", json!([container("web")]));
    let mut request = bench.request("web");
    request["clientToken"] = json!("jeton");
    let first = bench.does("RunTask", request.clone());
    let again = bench.does("RunTask", request.clone());
    assert_eq!(first["tasks"][0]["taskArn"], again["tasks"][0]["taskArn"]);
    request["count"] = json!(2);
    let other = bench.call("RunTask", request.clone()).unwrap_err();
    assert_eq!(other.short_code(), "ConflictException");
    bench.wait(25 * 3600);
    assert_eq!(
        bench.does("RunTask", request)["tasks"].as_array().unwrap().len(),
        2
    );
}

#[test]
fn what_a_task_costs_runs_from_its_pull_to_its_end() {
    let bench = Bench::new();
    bench.register("web", json!([container("web")]));
    let arn = bench.start("web");
    let costs =
        || super::super::super::control(&bench.cloud, &http::Method::GET, "costs", &Value::Null).unwrap();
    assert_eq!(costs()["tasks"], json!([]), "nothing was pulled yet");
    bench.wait(3605);
    let running = costs();
    assert_eq!(
        (&running["tasks"][0]["seconds"], &running["tasks"][0]["to"]),
        (&json!(3600), &Value::Null)
    );
    bench.does("StopTask", json!({ "task": arn }));
    bench.wait(2 * 3600);
    let over = costs();
    assert_eq!(
        over["tasks"].as_array().unwrap().len(),
        1,
        "it is no longer shown, and still paid for"
    );
    assert_eq!(over["tasks"][0]["seconds"], 3607);
    assert_eq!(over["total"]["amount"], json!(0.012_366));
    assert_eq!(over["ec2"]["fleets"][0]["instance"], "t3.nano");
    assert_eq!(over["prices"]["region"], "us-east-1");
}
