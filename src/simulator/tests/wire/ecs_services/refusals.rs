//! What is refused, in AWS's words, and what is answered twice.

use serde_json::{Value, json};

use super::{Site, merged};

#[test]
fn what_is_wrong_with_a_creation_is_said_as_aws_says_it() {
    let site = Site::new();
    let arn = "arn:aws:elasticloadbalancing:eu-west-3:123456789012:targetgroup/web/0123456789abcdef";
    let balancer = |container: &str, port: i64| json!({"loadBalancers": [{"targetGroupArn": arn, "containerName": container, "containerPort": port}]});
    let spot = json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1}]);
    let daemon = |more: &Value| {
        merged(
            json!({"schedulingStrategy": "DAEMON", "desiredCount": null}),
            more,
        )
    };
    for (changes, code, message) in [
        (
            json!({"cluster": "autre"}),
            "ClusterNotFoundException",
            "Cluster not found.",
        ),
        (
            json!({"taskDefinition": "autre"}),
            "ClientException",
            "TaskDefinition not found.",
        ),
        (
            json!({"taskDefinition": "web:9"}),
            "ClientException",
            "TaskDefinition not found.",
        ),
        (
            json!({"networkConfiguration": null}),
            "InvalidParameterException",
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        ),
        (
            json!({"capacityProviderStrategy": spot}),
            "InvalidParameterException",
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
        ),
        (
            json!({"launchType": "EC2", "platformVersion": "LATEST"}),
            "InvalidParameterException",
            "The platform version must be null when specifying an EC2 launch type.",
        ),
        (
            json!({"placementStrategy": [{"type": "spread", "field": "attribute:ecs.availability-zone"}]}),
            "InvalidParameterException",
            "Placement strategies are not supported with FARGATE launch type.",
        ),
        (
            json!({"enableExecuteCommand": true}),
            "InvalidParameterException",
            "The service couldn't be created because a valid taskRoleArn is not being used. Specify a valid task role in your task definition and try again.",
        ),
        (
            json!({
                "availabilityZoneRebalancing": "ENABLED",
                "deploymentConfiguration": {"minimumHealthyPercent": 50, "maximumPercent": 100},
            }),
            "InvalidParameterException",
            "Availability Zone Rebalancing does not support maximumPercent <= 100.",
        ),
        (
            json!({"role": "ecsServiceRole"}),
            "InvalidParameterException",
            "You cannot specify an IAM role for services that require a service linked role.",
        ),
        (
            json!({"deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 100}}),
            "InvalidParameterException",
            "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
        ),
        (
            balancer("autre", 80),
            "InvalidParameterException",
            "The container autre does not exist in the task definition.",
        ),
        (
            balancer("app", 8080),
            "InvalidParameterException",
            "The container app did not have a container port 8080 defined.",
        ),
        (
            daemon(&json!({"desiredCount": 0})),
            "InvalidParameterException",
            "The daemon scheduling strategy does not support a desired count for services. Remove the desired count value \
             and try again",
        ),
        (
            daemon(&json!({"launchType": null, "capacityProviderStrategy": spot})),
            "InvalidParameterException",
            "Specifying a capacity provider strategy is not supported when you create a service using the DAEMON scheduling \
             strategy.",
        ),
        (
            json!({"deploymentController": {"type": "CODE_DEPLOY"}}),
            "UnsupportedFeatureException",
            "The deployment controller is not simulated.",
        ),
    ] {
        let refused = site.refused("CreateService", &site.creation(1, &changes));
        assert_eq!(refused, (code.to_owned(), message.to_owned()), "{changes}");
    }
}

#[test]
fn a_creation_that_is_refused_makes_no_service() {
    let site = Site::new();
    for changes in [
        json!({"serviceName": "avec espace"}),
        json!({"serviceName": ""}),
        json!({"desiredCount": -1}),
        json!({"desiredCount": 5001}),
        json!({"desiredCount": null}),
        json!({"launchType": "CLOUD"}),
        json!({"propagateTags": "ALL"}),
        json!({"platformVersion": "9.9.9"}),
        json!({"schedulingStrategy": "DAEMON", "desiredCount": null}),
        json!({"launchType": null, "capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]}),
        json!({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0"]}}}),
    ] {
        site.refused("CreateService", &site.creation(1, &changes));
    }
    assert_eq!(
        site.ok("ListServices", &json!({"cluster": "site"}))["serviceArns"],
        json!([])
    );
}

#[test]
fn a_token_makes_a_repetition_known_and_another_request_is_refused() {
    let site = Site::new();
    let creation = site.creation(1, &json!({"clientToken": "jeton"}));
    let first = site.ok("CreateService", &creation);
    site.world.advance(60);
    let again = site.ok("CreateService", &creation);
    assert_eq!(first["service"]["serviceArn"], again["service"]["serviceArn"]);
    assert_eq!(site.service()["runningCount"], 1);
    let other = merged(creation.clone(), &json!({"desiredCount": 2}));
    for input in [other, site.creation(1, &json!({}))] {
        assert_eq!(
            site.refused("CreateService", &input),
            (
                "InvalidParameterException".to_owned(),
                "Creation of service was not idempotent.".to_owned()
            )
        );
    }
}

#[test]
fn services_are_described_and_listed_by_name_and_by_arn() {
    let site = Site::new();
    for name in ["a", "b", "c"] {
        site.create(0, &json!({"serviceName": name}));
    }
    let arn = "arn:aws:ecs:eu-west-3:123456789012:service/site/a";
    let described = site.ok(
        "DescribeServices",
        &json!({"cluster": "site", "services": [arn, "b", "rien"]}),
    );
    let names: Vec<&Value> = described["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["serviceName"])
        .collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(
        described["failures"][0],
        json!({"arn": "arn:aws:ecs:eu-west-3:123456789012:service/site/rien", "reason": "MISSING"})
    );
    let first = site.ok("ListServices", &json!({"cluster": "site", "maxResults": 2}));
    assert_eq!(first["serviceArns"].as_array().unwrap().len(), 2);
    let rest = site.ok(
        "ListServices",
        &json!({"cluster": "site", "maxResults": 2, "nextToken": first["nextToken"]}),
    );
    assert_eq!(rest["serviceArns"].as_array().unwrap().len(), 1);
    let ec2 = site.ok("ListServices", &json!({"cluster": "site", "launchType": "EC2"}));
    assert_eq!(ec2["serviceArns"], json!([]));
    let many: Vec<String> = (0..11).map(|each| each.to_string()).collect();
    site.refused("DescribeServices", &json!({"cluster": "site", "services": many}));
    site.refused("DescribeServices", &json!({"cluster": "site", "services": []}));
}

#[test]
fn a_service_is_rebalanced_of_itself_where_it_can_be_and_executes_commands_with_a_role_only() {
    let site = Site::new();
    let tight = json!({"deploymentConfiguration": {"minimumHealthyPercent": 50, "maximumPercent": 100}});
    assert_eq!(site.create(0, &tight)["availabilityZoneRebalancing"], "DISABLED");
    let usual = site.create(0, &json!({"serviceName": "usuel"}));
    assert_eq!(usual["availabilityZoneRebalancing"], "ENABLED");
    let update = json!({"cluster": "site", "service": "web", "enableExecuteCommand": true});
    let (_, message) = site.refused("UpdateService", &update);
    assert!(
        message.starts_with("The service couldn't be updated because a valid taskRoleArn is not being used."),
        "{message}"
    );
}

#[test]
fn services_of_a_namespace_are_found_in_every_cluster() {
    let site = Site::new();
    site.create(
        0,
        &json!({"serviceConnectConfiguration": {"enabled": true, "namespace": "interne"}}),
    );
    site.create(0, &json!({"serviceName": "autre"}));
    let found = site.ok("ListServicesByNamespace", &json!({"namespace": "interne"}));
    assert_eq!(
        found["serviceArns"],
        json!(["arn:aws:ecs:eu-west-3:123456789012:service/site/web"])
    );
}

#[test]
fn what_is_not_simulated_is_named() {
    let site = Site::new();
    for operation in ["CreateTaskSet", "ExecuteCommand", "StopServiceDeployment"] {
        let (code, message) = site.refused(operation, &json!({}));
        assert_eq!(code, "UnknownOperationException");
        assert_eq!(message, format!("The operation {operation} is not simulated."));
    }
}

#[test]
fn there_are_no_container_instances_and_one_region() {
    let site = Site::new();
    let cluster = json!({"cluster": "site"});
    let listed = site.ok("ListContainerInstances", &cluster);
    assert_eq!(listed, json!({"containerInstanceArns": []}));
    let asked = merged(cluster, &json!({"containerInstances": ["abc"]}));
    let described = site.ok("DescribeContainerInstances", &asked);
    let arn = "arn:aws:ecs:eu-west-3:123456789012:container-instance/site/abc";
    assert_eq!(described["failures"], json!([{"arn": arn, "reason": "MISSING"}]));
    let ec2 = |more: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let body = format!("Action=DescribeRegions&Version=2016-11-15{more}");
        site.world.signed("ec2", "POST", "/", &headers, &body)
    };
    let regions = ec2("").body;
    assert_eq!(regions.matches("<regionName>").count(), 1, "{regions}");
    assert!(
        regions.contains("<regionEndpoint>ec2.eu-west-3.amazonaws.com</regionEndpoint>"),
        "{regions}"
    );
    assert_eq!(ec2("&RegionName.1=eu-west-3").status, 200);
    assert_eq!(ec2("&RegionName.1=mars-1").status, 400);
}

#[test]
fn permissions_are_on_the_service_and_roles_are_passed() {
    let site = Site::settled(0, &json!({}));
    let entry = |operation: &str| {
        let journal = site.world.simulator.journal();
        let found = journal
            .iter()
            .rev()
            .find(|entry| entry.operation == operation)
            .unwrap();
        found.resource.clone()
    };
    let arn = "arn:aws:ecs:eu-west-3:123456789012:service/site/web";
    site.service();
    site.update(&json!({"desiredCount": 0}));
    for operation in ["CreateService", "DescribeServices", "UpdateService"] {
        assert_eq!(entry(operation), arn, "{operation}");
    }
    site.ok("ListServices", &json!({"cluster": "site"}));
    assert_eq!(entry("ListServices"), "*");
}
