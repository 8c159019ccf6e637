"""ECS with boto3: clusters, task definitions, capacity providers, settings, tags, permissions."""

import pytest
from fargate import WEB, Fargate, definition, network
from identities import ACCOUNT, new_role, new_user, policy, refusal

REGION = "eu-west-3"
ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}"


@pytest.fixture
def ecs(simulator):
    return simulator.client("ecs")


@pytest.fixture
def fargate(simulator):
    return Fargate(simulator)


def said(call, **parameters):
    """The code and the message of a refusal, which is always a 400."""
    status, code, message = refusal(call, **parameters)
    assert status == 400
    return code, message


def test_a_cluster_is_made_described_changed_and_deleted(ecs):
    made = ecs.create_cluster(clusterName="site", tags=[{"key": "equipe", "value": "a"}])["cluster"]
    assert (made["clusterArn"], made["status"]) == (f"{ARN}:cluster/site", "ACTIVE")
    assert made["settings"] == [{"name": "containerInsights", "value": "disabled"}]
    assert ecs.create_cluster(clusterName="site")["cluster"]["clusterArn"] == made["clusterArn"]
    assert ecs.list_clusters()["clusterArns"] == [made["clusterArn"]]
    changed = ecs.update_cluster_settings(cluster="site", settings=[{"name": "containerInsights", "value": "enabled"}])
    assert changed["cluster"]["settings"][0]["value"] == "enabled"
    described = ecs.describe_clusters(clusters=["site", "absent"], include=["TAGS", "SETTINGS", "STATISTICS"])
    assert described["clusters"][0]["tags"] == [{"key": "equipe", "value": "a"}]
    assert described["failures"] == [{"arn": f"{ARN}:cluster/absent", "reason": "MISSING"}]
    assert ecs.delete_cluster(cluster=made["clusterArn"])["cluster"]["status"] == "INACTIVE"
    assert ecs.list_clusters()["clusterArns"] == []
    assert said(ecs.list_tasks, cluster="site") == ("ClusterNotFoundException", "The referenced cluster was inactive.")
    assert said(ecs.list_tasks, cluster="absent") == ("ClusterNotFoundException", "Cluster not found.")
    assert ecs.create_cluster(clusterName="site")["cluster"]["status"] == "ACTIVE"


def test_a_cluster_with_tasks_is_not_deleted(fargate):
    fargate.register()
    fargate.start()
    code, message = said(fargate.ecs.delete_cluster, cluster="default")
    assert (code, message) == ("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")


def test_capacity_providers_belong_to_clusters(ecs):
    known = ecs.describe_capacity_providers()["capacityProviders"]
    assert [(one["name"], one["status"]) for one in known] == [("FARGATE", "ACTIVE"), ("FARGATE_SPOT", "ACTIVE")]
    assert ecs.describe_capacity_providers(capacityProviders=["absent"])["failures"] == [
        {"arn": "absent", "reason": "MISSING"}
    ]
    spot = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    code, message = said(ecs.create_cluster, clusterName="site", defaultCapacityProviderStrategy=spot)
    assert (code, message[:90]) == (
        "InvalidParameterException",
        "The specified capacity provider strategy cannot contain a capacity provider that is not as",
    )
    ecs.create_cluster(clusterName="site")
    both = ecs.put_cluster_capacity_providers(
        cluster="site", capacityProviders=["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy=spot
    )["cluster"]
    assert both["capacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    assert both["defaultCapacityProviderStrategy"] == [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]


def test_revisions_count_on_whatever_is_deregistered(fargate):
    ecs = fargate.ecs
    for _ in range(3):
        fargate.register()
    gone = ecs.deregister_task_definition(taskDefinition="web:3")["taskDefinition"]
    assert (gone["status"], "deregisteredAt" in gone) == ("INACTIVE", True)
    assert fargate.register()["taskDefinitionArn"] == f"{ARN}:task-definition/web:4"
    arns = [f"{ARN}:task-definition/web:{revision}" for revision in (1, 2, 4)]
    assert ecs.list_task_definitions()["taskDefinitionArns"] == arns
    assert ecs.list_task_definitions(sort="DESC", familyPrefix="web")["taskDefinitionArns"] == arns[::-1]
    assert ecs.list_task_definitions(status="INACTIVE")["taskDefinitionArns"] == [f"{ARN}:task-definition/web:3"]
    assert ecs.list_task_definition_families(status="ACTIVE")["families"] == ["web"]
    assert ecs.describe_task_definition(taskDefinition="web:3")["taskDefinition"]["status"] == "INACTIVE"
    assert ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]["revision"] == 4
    assert said(ecs.describe_task_definition, taskDefinition="autre") == (
        "ClientException", "Unable to describe task definition.",
    )
    assert said(ecs.deregister_task_definition, taskDefinition="web") == ("ClientException", "Revision is missing.")


def test_inactive_definitions_are_deleted_and_active_ones_are_not(fargate):
    ecs = fargate.ecs
    fargate.register()
    refused = ecs.delete_task_definitions(taskDefinitions=["web:1"])
    assert "ACTIVE" in refused["failures"][0]["reason"]
    arn = fargate.start()
    ecs.deregister_task_definition(taskDefinition="web:1")
    deleted = ecs.delete_task_definitions(taskDefinitions=["web:1"])
    assert (deleted["failures"], deleted["taskDefinitions"][0]["status"]) == ([], "DELETE_IN_PROGRESS")
    listed = ecs.list_task_definitions(status="DELETE_IN_PROGRESS")
    assert listed["taskDefinitionArns"] == [f"{ARN}:task-definition/web:1"], "a task still has it"
    ecs.stop_task(task=arn)
    fargate.simulator.advance(3700)
    assert ecs.list_task_definitions(status="DELETE_IN_PROGRESS")["taskDefinitionArns"] == []
    assert fargate.register()["revision"] == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cpu": "1024", "memory": "1024"},
         "No Fargate configuration exists for given values: 1024 CPU, 1024 memory. See the Amazon ECS documentation for the "
         "valid values."),
        ({"networkMode": "bridge"}, "Fargate only supports network mode ‘awsvpc’."),
        ({"ipcMode": "task"}, "Fargate compatible task definitions do not support ipcMode"),
        ({"container": {"privileged": True}},
         "Fargate requires that the ‘privileged’ setting be ‘false’ at the container level."),
        ({"container": {"essential": False}}, "Task definition doesn't have any essential container"),
        ({"image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web:1"},
         "Fargate requires task definition to have execution role ARN to support ECR images."),
    ],
)
def test_fargate_refuses_in_aws_s_words(ecs, changes, message):
    assert said(ecs.register_task_definition, **definition(**changes)) == ("ClientException", message)


def test_a_definition_is_shown_with_its_tags_where_they_are_asked_for(fargate):
    tags = [{"key": "equipe", "value": "a"}]
    made = fargate.ecs.register_task_definition(**definition(cpu=".25 vCPU", memory="0.5 GB"), tags=tags)
    assert made["tags"] == tags
    shown = made["taskDefinition"]
    assert (shown["cpu"], shown["memory"], shown["revision"]) == ("256", "512", 1)
    assert shown["compatibilities"] == ["EC2", "FARGATE"]
    assert shown["registeredBy"].endswith(":user/administrateur")
    container = shown["containerDefinitions"][0]
    assert container["portMappings"] == [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]
    described = fargate.ecs.describe_task_definition(taskDefinition="web", include=["TAGS"])
    assert described["tags"] == tags
    assert "tags" not in fargate.ecs.describe_task_definition(taskDefinition="web")


def test_roles_are_only_handed_over_by_who_may(simulator, ecs):
    role = new_role(simulator, "execution", policy("ecr:*"))
    may = new_user(simulator, "alice", policy(["ecs:*", "ec2:*"]))
    theirs = simulator.client("ecs", **may)
    code, message = said(theirs.register_task_definition, **definition(executionRoleArn=role))
    assert code == "AccessDeniedException"
    assert f"is not authorized to perform: iam:PassRole on resource: {role}" in message
    simulator.client("iam").put_user_policy(
        UserName="alice",
        PolicyName="passe",
        PolicyDocument=policy(
            "iam:PassRole", role, Condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        ),
    )
    theirs.register_task_definition(**definition(executionRoleArn=role))


def test_permissions_are_on_clusters_definitions_and_tasks(simulator, fargate):
    fargate.register()
    arn = fargate.start()
    statement = policy(
        "ecs:RunTask", f"{ARN}:task-definition/web:*", Condition={"ArnEquals": {"ecs:cluster": f"{ARN}:cluster/default"}}
    )
    theirs = simulator.client("ecs", **new_user(simulator, "bob", statement))
    request = {"taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": network(simulator)}
    assert theirs.run_task(**request)["failures"] == []
    fargate.ecs.create_cluster(clusterName="autre")
    assert said(theirs.run_task, cluster="autre", **request)[0] == "AccessDeniedException"
    code, message = said(theirs.stop_task, task=arn)
    assert code == "AccessDeniedException"
    assert f"is not authorized to perform: ecs:StopTask on resource: {arn}" in message


def test_resources_are_tagged_and_policies_see_it(simulator, fargate):
    ecs = fargate.ecs
    cluster = f"{ARN}:cluster/default"
    ecs.tag_resource(resourceArn=cluster, tags=[{"key": "equipe", "value": "a"}, {"key": "x", "value": "1"}])
    ecs.untag_resource(resourceArn=cluster, tagKeys=["x"])
    assert ecs.list_tags_for_resource(resourceArn=cluster)["tags"] == [{"key": "equipe", "value": "a"}]
    only = policy("ecs:DescribeClusters", Condition={"StringEquals": {"aws:ResourceTag/equipe": "a"}})
    theirs = simulator.client("ecs", **new_user(simulator, "alice", only))
    assert theirs.describe_clusters()["clusters"][0]["clusterName"] == "default"
    ecs.create_cluster(clusterName="autre")
    assert said(theirs.describe_clusters, clusters=["autre"])[0] == "AccessDeniedException"
    fargate.register()
    tagged = fargate.run(tags=[{"key": "equipe", "value": "b"}], enableECSManagedTags=True)["tasks"][0]
    assert {tag["key"]: tag["value"] for tag in tagged["tags"]} == {"equipe": "b", "aws:ecs:clusterName": "default"}
    assert ecs.list_tags_for_resource(resourceArn=tagged["taskArn"])["tags"] == tagged["tags"]
    assert said(ecs.list_tags_for_resource, resourceArn="arn:aws:s3:::b")[0] == "InvalidParameterException"


def test_account_settings_are_kept(ecs):
    assert ecs.list_account_settings()["settings"] == []
    effective = ecs.list_account_settings(name="taskLongArnFormat", effectiveSettings=True)["settings"]
    assert effective[0]["value"] == "enabled"
    ecs.put_account_setting_default(name="containerInsights", value="enhanced")
    assert ecs.create_cluster()["cluster"]["settings"][0]["value"] == "enhanced"
    ecs.put_account_setting(name="awsvpcTrunking", value="enabled")
    assert [one["name"] for one in ecs.list_account_settings()["settings"]] == ["awsvpcTrunking"]
    ecs.delete_account_setting(name="awsvpcTrunking")
    assert ecs.list_account_settings()["settings"] == []


def test_what_is_not_simulated_says_so_in_the_protocol_s_own_form(ecs):
    code, _ = said(ecs.create_capacity_provider, name="ec2", autoScalingGroupProvider={"autoScalingGroupArn": "arn:x"})
    assert code == "UnknownOperationException"


def test_the_image_of_the_catalogue_is_found_by_its_public_name(fargate):
    fargate.register(image=WEB)
    task = fargate.task(fargate.start())
    assert task["containers"][0]["imageDigest"].startswith("sha256:")
