"""Tasks of Fargate with boto3 and the AWS CLI: their life, their roles, what they serve, what they cost."""

import json
import signal
import urllib.request
from pathlib import Path

import pytest
from fargate import PULL, TASKS, Fargate, definition, execution_role, network, put_image, why
from identities import ACCOUNT, buckets, new_role, policy, refusal
from plain_http import send
from test_cli import Aws
from test_durable import start  # noqa: F401

REGION = "eu-west-3"


@pytest.fixture
def fargate(simulator):
    return Fargate(simulator)


def said(call, **parameters):
    """The code and the message of a refusal, which is always a 400."""
    status, code, message = refusal(call, **parameters)
    assert status == 400
    return code, message


def got(url):
    """What a page says."""
    return send(urllib.request.Request(url))[2]


def test_the_commands_of_the_lesson_run_a_web_server_and_stop_it(simulator, tmp_path):
    aws = Aws(simulator, tmp_path)
    execution_role(simulator)
    image = put_image(simulator)
    Path(tmp_path, "web.json").write_text(
        json.dumps(
            definition(image=image, environment={"MESSAGE": "Salut"}, executionRoleArn=f"arn:aws:iam::{ACCOUNT}:role/execution")
        )
    )
    aws("ecs", "create-cluster", "--cluster-name", "site")
    registered = aws("ecs", "register-task-definition", "--cli-input-json", "file://web.json")
    assert registered["taskDefinition"]["revision"] == 1
    configuration = network(simulator, port=80)["awsvpcConfiguration"]
    words = f"subnets=[{configuration['subnets'][0]}],securityGroups=[{configuration['securityGroups'][0]}]"
    started = aws(
        "ecs", "run-task", "--cluster", "site", "--task-definition", "web", "--launch-type", "FARGATE",
        "--network-configuration", f"awsvpcConfiguration={{{words},assignPublicIp=ENABLED}}",
    )
    assert started["tasks"][0]["lastStatus"] == "PROVISIONING"
    arn = started["tasks"][0]["taskArn"]
    simulator.advance(10)
    aws("ecs", "wait", "tasks-running", "--cluster", "site", "--tasks", arn)
    task = aws("ecs", "describe-tasks", "--cluster", "site", "--tasks", arn)["tasks"][0]
    assert (task["lastStatus"], task["connectivity"]) == ("RUNNING", "CONNECTED")
    details = {detail["name"]: detail["value"] for detail in task["attachments"][0]["details"]}
    interface = details["networkInterfaceId"]
    address = aws(
        "ec2", "describe-network-interfaces", "--network-interface-ids", interface,
        "--query", "NetworkInterfaces[0].Association.PublicIp", "--output", "text",
    ).strip()
    assert address.startswith("127.")
    _, tasks = simulator.control("/_cahier/ecs/tasks")
    reached = tasks["tasks"][0]["containers"][0]
    if reached["note"] is None:
        assert reached["url"] == f"http://{address}/"
    page = got(reached["url"])
    assert "<h1>Salut</h1>" in page and arn in page and "web:1" in page
    # What is sent is read before it is answered.
    assert send(urllib.request.Request(reached["url"], data=b"x" * (4 << 20)))[0] == 200
    stopped = aws("ecs", "stop-task", "--cluster", "site", "--task", arn)
    assert stopped["task"]["desiredStatus"] == "STOPPED"
    simulator.advance(10)
    aws("ecs", "wait", "tasks-stopped", "--cluster", "site", "--tasks", arn)
    with pytest.raises(OSError):
        got(reached["url"])
    over = aws("ecs", "describe-tasks", "--cluster", "site", "--tasks", arn)["tasks"][0]
    assert (over["stopCode"], over["stoppedReason"]) == ("UserInitiated", "Task stopped by user")


def test_a_port_that_no_group_lets_in_is_not_reached_until_one_does(simulator, fargate):
    fargate.register(environment={"PORT": "8081"})
    configuration = network(simulator, port=8080)
    arn = fargate.start(networkConfiguration=configuration)
    assert fargate.reached(arn)["url"] is None
    group = configuration["awsvpcConfiguration"]["securityGroups"][0]
    rule = {"GroupId": group, "IpProtocol": "tcp", "FromPort": 8081, "ToPort": 8081, "CidrIp": "127.0.0.1/32"}
    ec2 = simulator.client("ec2")
    ec2.authorize_security_group_ingress(**rule)
    url = fargate.reached(arn)["url"]
    assert "Bonjour de Fargate" in got(url)
    ec2.revoke_security_group_ingress(**rule)
    assert fargate.reached(arn)["url"] is None
    with pytest.raises(OSError):
        got(url)


def test_the_execution_role_pulls_and_its_refusals_are_explained(simulator, fargate):
    image = put_image(simulator)
    role = execution_role(simulator, PULL[:1])
    fargate.register(image=image, executionRoleArn=role)
    task = fargate.task(fargate.start(wait=40))
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/execution/{task['taskArn'].rsplit('/', 1)[1]}"
    sentence = (
        f"User: {session} is not authorized to perform: ecr:BatchGetImage on resource: "
        f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/web because no identity-based policy allows the ecr:BatchGetImage action"
    )
    assert (task["lastStatus"], task["stopCode"]) == ("STOPPED", "TaskFailedToStart")
    assert task["stoppedReason"].startswith("CannotPullContainerError: ") and sentence in task["stoppedReason"]
    call = why(simulator, "BatchGetImage")
    assert (call["principal"], call["message"]) == (session, sentence)
    assert call["authorisation"][0]["decision"] == "implicitDeny"
    simulator.client("iam").put_role_policy(
        RoleName="execution", PolicyName="droits", PolicyDocument=policy(PULL)
    )
    assert fargate.task(fargate.start())["lastStatus"] == "RUNNING"


def test_an_application_reads_what_its_task_role_may_read(simulator, fargate):
    buckets(simulator, "rapports")
    where = {"BUCKET": "rapports", "KEY": "fichier.txt", "PORT": "8082"}
    role = new_role(simulator, "application", policy("s3:ListBucket"), TASKS)
    image = "public.ecr.aws/cahier/lit-s3:latest"
    fargate.register("lecteur", image, environment=where, taskRoleArn=role)
    fargate.register("anonyme", image, environment=where, executionRoleArn=execution_role(simulator, ["s3:*"]))
    for family in ("lecteur", "anonyme"):
        task = fargate.task(fargate.start(family, wait=40))
        assert (task["stopCode"], task["containers"][0]["exitCode"]) == ("EssentialContainerExited", 1)
    call = why(simulator, "GetObject")
    assert ":assumed-role/application/" in call["principal"]
    assert (call["error"], call["resource"]) == ("AccessDenied", "arn:aws:s3:::rapports/fichier.txt")
    simulator.client("iam").put_role_policy(
        RoleName="application", PolicyName="droits", PolicyDocument=policy("s3:GetObject")
    )
    arn = fargate.start("lecteur", networkConfiguration=network(simulator, port=8082))
    assert got(fargate.reached(arn)["url"]) == "bonjour"


@pytest.mark.parametrize(
    ("image", "environment", "code", "reason"),
    [
        ("memoire", {"MEMOIRE": "600"}, 137, "OutOfMemoryError: Container killed due to memory usage"),
        ("plante", {}, 1, None),
        ("lot", {"CODE": "4", "DUREE": "20"}, 4, None),
    ],
)
def test_an_essential_container_that_ends_stops_its_task(fargate, image, environment, code, reason):
    fargate.register(image, f"public.ecr.aws/cahier/{image}:latest", environment=environment)
    task = fargate.task(fargate.start(image, wait=60))
    assert (task["stopCode"], task["stoppedReason"]) == ("EssentialContainerExited", "Essential container in task exited")
    assert (task["containers"][0]["exitCode"], task["containers"][0].get("reason")) == (code, reason)


def test_spot_is_chosen_by_a_strategy_and_interrupted(simulator, fargate):
    fargate.register()
    strategy = [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3},
    ]
    request = {"launchType": None, "capacityProviderStrategy": strategy, "count": 5}
    assert "not associated with the cluster" in said(fargate.run, **request)[1]
    fargate.ecs.put_cluster_capacity_providers(
        cluster="default", capacityProviders=["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy=[]
    )
    tasks = fargate.run(**request)["tasks"]
    providers = sorted(task["capacityProviderName"] for task in tasks)
    assert providers == ["FARGATE"] * 2 + ["FARGATE_SPOT"] * 3
    simulator.advance(20)
    spot = next(task["taskArn"] for task in tasks if task["capacityProviderName"] == "FARGATE_SPOT")
    status, answer = simulator.control("/_cahier/ecs/interrupt", {"task": spot})
    assert (status, answer["stopCode"]) == (200, "SpotInterruption")
    assert fargate.task(spot)["desiredStatus"] == "STOPPED"
    simulator.advance(150)
    over = fargate.task(spot)
    assert (over["lastStatus"], over["stoppedReason"]) == ("STOPPED", "Your Spot Task was interrupted.")
    running = fargate.ecs.list_tasks(desiredStatus="RUNNING")["taskArns"]
    assert len(running) == 4, "nothing takes its place"
    assert simulator.control("/_cahier/ecs/interrupt", {"task": running[0] + "0"})[0] == 400


def test_run_task_is_refused_in_aws_s_words(simulator, fargate):
    fargate.register()
    no_group = {"awsvpcConfiguration": {"subnets": network(simulator)["awsvpcConfiguration"]["subnets"], "securityGroups": ["sg-0abc"]}}
    for changes, code, message in [
        ({"taskDefinition": "autre"}, "ClientException", "TaskDefinition not found."),
        ({"cluster": "autre"}, "ClusterNotFoundException", "Cluster not found."),
        ({"networkConfiguration": None}, "InvalidParameterException",
         "Network Configuration must be provided when networkMode 'awsvpc' is specified."),
        ({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0abc"]}}}, "InvalidParameterException",
         "Error retrieving subnet information for [subnet-0abc]: The subnet ID 'subnet-0abc' does not exist (ErrorCode: "
         "InvalidSubnetID.NotFound)"),
        ({"networkConfiguration": no_group}, "InvalidParameterException",
         "Error retrieving security group information for [sg-0abc]: The security group 'sg-0abc' does not exist (ErrorCode: "
         "InvalidGroup.NotFound)"),
        ({"launchType": "EC2"}, "InvalidParameterException", "No Container Instances were found in your cluster."),
        ({"overrides": {"containerOverrides": [{"name": "x"}]}}, "InvalidParameterException",
         "Override for container named x is not a container in the TaskDefinition."),
        ({"overrides": {"cpu": "1024"}}, "InvalidParameterException",
         "No Fargate configuration exists for given values: 1024 CPU, 512 memory. See the Amazon ECS documentation for the "
         "valid values."),
    ]:
        assert said(fargate.run, **({"family": changes.pop("taskDefinition", "web")} | changes)) == (code, message)
    assert said(fargate.run, platformVersion="9.9.9")[0] == "PlatformUnknownException"
    fargate.ecs.deregister_task_definition(taskDefinition="web:1")
    assert said(fargate.run, family="web:1") == ("ClientException", "TaskDefinition is inactive")


def test_tasks_are_overridden_and_listed_by_what_they_are(fargate):
    fargate.register()
    changed = fargate.run(
        startedBy="essai",
        overrides={
            "cpu": "512", "memory": "1024",
            "containerOverrides": [{"name": "web", "environment": [{"name": "MESSAGE", "value": "Autre"}]}],
        },
    )["tasks"][0]
    assert (changed["cpu"], changed["memory"], changed["group"]) == ("512", "1024", "family:web")
    assert changed["overrides"]["containerOverrides"][0]["environment"][0]["value"] == "Autre"
    other = fargate.run(count=3)["tasks"]
    ecs = fargate.ecs
    assert ecs.list_tasks(startedBy="essai")["taskArns"] == [changed["taskArn"]]
    assert len(ecs.list_tasks(family="web")["taskArns"]) == 4
    assert ecs.list_tasks(family="autre")["taskArns"] == []
    pages = list(ecs.get_paginator("list_tasks").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(page["taskArns"]) for page in pages] == [3, 1]
    ecs.stop_task(task=other[0]["taskArn"].rsplit("/", 1)[1], reason="essai")
    assert ecs.list_tasks(desiredStatus="STOPPED")["taskArns"] == [other[0]["taskArn"]]
    assert said(ecs.stop_task, task="absent") == ("InvalidParameterException", "The referenced task was not found.")


def test_the_quota_of_vcpus_is_a_failure_and_can_be_raised(simulator, fargate):
    fargate.register(cpu="4096", memory="8192")
    started = fargate.run(count=2)
    assert len(started["tasks"]) == 1
    reason = "You’ve reached the limit on the number of vCPUs you can run concurrently"
    assert started["failures"] == [{"reason": reason}]
    assert simulator.control("/_cahier/ecs/quotas", {"on_demand_vcpu": 100})[1]["on_demand_vcpu"] == 100
    assert fargate.run(count=2)["failures"] == []


def test_costs_are_those_of_what_was_asked_for(simulator, fargate):
    fargate.register(cpu="1024", memory="2048", ephemeralStorage={"sizeInGiB": 30})
    arn = fargate.start(wait=3605)
    _, costs = simulator.control("/_cahier/ecs/costs")
    line = costs["tasks"][0]
    assert (line["task"], line["vcpu"], line["memory_gib"], line["architecture"]) == (arn, 1.0, 2.0, "X86_64")
    hour = 0.04048 + 2 * 0.004445 + 10 * 0.000111
    assert line["amount"] == pytest.approx(hour, rel=0.01)
    assert costs["ec2"]["fleets"][0]["instance"] == "t3.small"
    assert costs["prices"]["region"] == "us-east-1"


def test_a_killed_simulator_takes_its_tasks_up_again(start):  # noqa: F811
    kept = start()
    ecs, ec2 = kept.client("ecs"), kept.client("ec2")
    ecs.create_cluster()
    ecs.register_task_definition(**definition(environment={"PORT": "8083"}))
    configuration = network(kept, port=8083)
    arn = ecs.run_task(taskDefinition="web", launchType="FARGATE", networkConfiguration=configuration)["tasks"][0]["taskArn"]

    def control(kept, route, body=None):
        request = urllib.request.Request(kept.place["endpoint"] + route, data=body and json.dumps(body).encode())
        request.add_header("Authorization", f"Bearer {kept.place['control_token']}")
        return json.loads(send(request)[2])

    control(kept, "/_cahier/clock", {"advance_seconds": 30})
    before = ecs.describe_tasks(tasks=[arn])["tasks"][0]
    assert before["lastStatus"] == "RUNNING"
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    kept.end(signal.SIGKILL)
    kept = start()
    after = kept.client("ecs").describe_tasks(tasks=[arn])["tasks"][0]
    assert after == before
    assert kept.client("ec2").describe_network_interfaces()["NetworkInterfaces"] == interfaces
    url = control(kept, "/_cahier/ecs/tasks")["tasks"][0]["containers"][0]["url"]
    assert arn in got(url)
    kept.end(signal.SIGKILL)
