"""Services of ECS with boto3 and the AWS CLI: kept running, deployed anew, rolled back, scaled, deleted."""

import json
import re

import pytest
from botocore.exceptions import ParamValidationError, WaiterError
from conftest import Simulator
from fargate import PULL, TASKS, Fargate, execution_role, network, put_image
from identities import ACCOUNT, new_role, new_user, policy, refusal
from test_cli import Aws
from test_durable import start  # noqa: F401

CRASHING = "public.ecr.aws/cahier/plante:latest"
TARGET = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/default/web",
    "ScalableDimension": "ecs:service:DesiredCount",
}


class Web(Fargate):
    """A cluster with room, and a service `web` in it."""

    def __init__(self, simulator):
        super().__init__(simulator)
        simulator.control("/_cahier/ecs/quotas", {"on_demand_vcpu": 100, "spot_vcpu": 100})
        self.register()

    def create(self, count, **changes):
        request = {
            "serviceName": "web",
            "taskDefinition": "web",
            "desiredCount": count,
            "launchType": "FARGATE",
            "networkConfiguration": network(self.simulator),
        } | changes
        return self.ecs.create_service(**{name: value for name, value in request.items() if value is not None})["service"]

    def settled(self, count, **changes):
        """Creates it, and lets it reach a steady state."""
        self.create(count, **changes)
        self.simulator.advance(120)
        self.wait("services_stable")
        return self

    def update(self, **changes):
        return self.ecs.update_service(service="web", **changes)["service"]

    @property
    def service(self):
        return self.ecs.describe_services(services=["web"])["services"][0]

    @property
    def counts(self):
        """Each deployment: its status, its revision, the tasks it wants and has."""
        return [
            (each["status"], each["taskDefinition"].rsplit("/", 1)[1], each["desiredCount"], each["runningCount"])
            for each in self.service["deployments"]
        ]

    @property
    def events(self):
        """What happened, the first event first; ids are T, those of deployments D."""
        texts = [event["message"] for event in self.service["events"]]
        texts = [re.sub(r"ecs-svc/\d+", "D", text) for text in texts]
        return [re.sub(r"\(task [0-9a-f]{32}\)", "(task T)", text) for text in reversed(texts)]

    def tasks(self, status="RUNNING"):
        arns = self.ecs.list_tasks(serviceName="web", desiredStatus=status)["taskArns"]
        return self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []

    def wait(self, waiter):
        """AWS's waiter finds at once what it waits for."""
        self.ecs.get_waiter(waiter).wait(services=["web"], WaiterConfig={"Delay": 0, "MaxAttempts": 1})

    def load(self, vcpu, memory_mib=0):
        demand = {"cluster": "default", "service": "web", "vcpu": vcpu, "memory_mib": memory_mib}
        assert self.simulator.control("/_cahier/ecs/load", demand)[0] == 200


@pytest.fixture
def web(simulator):
    return Web(simulator)


def said(call, **parameters):
    """The code and the message of a refusal, which is always a 400."""
    status, code, message = refusal(call, **parameters)
    assert status == 400
    return code, message


def test_the_commands_of_the_lesson_keep_a_service_and_delete_it(simulator, web, tmp_path):
    aws = Aws(simulator, tmp_path)
    subnet = network(simulator)["awsvpcConfiguration"]["subnets"][0]
    created = aws(
        "ecs", "create-service", "--cluster", "default", "--service-name", "web", "--task-definition", "web",
        "--desired-count", "2", "--launch-type", "FARGATE",
        "--network-configuration", f"awsvpcConfiguration={{subnets=[{subnet}],assignPublicIp=ENABLED}}",
    )["service"]
    assert (created["status"], created["runningCount"], created["schedulingStrategy"]) == ("ACTIVE", 0, "REPLICA")
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        web.wait("services_stable")
    simulator.advance(120)
    aws("ecs", "wait", "services-stable", "--services", "web")
    assert web.events == [
        "(service web) has started 2 tasks: (task T) (task T).",
        "(service web) (deployment D) deployment completed.",
        "(service web) has reached a steady state.",
    ]
    lost = aws("ecs", "list-tasks", "--service-name", "web")["taskArns"][0]
    aws("ecs", "stop-task", "--task", lost)
    simulator.advance(120)
    kept = aws("ecs", "list-tasks", "--service-name", "web")["taskArns"]
    assert len(kept) == 2 and lost not in kept
    refused = aws.refused("ecs", "delete-service", "--service", "web")
    assert "(InvalidParameterException)" in refused
    assert "The service cannot be stopped while it is scaled above 0." in refused
    aws("ecs", "update-service", "--service", "web", "--desired-count", "0")
    simulator.advance(60)
    assert aws("ecs", "delete-service", "--service", "web")["service"]["status"] in ("ACTIVE", "DRAINING")
    simulator.advance(60)
    aws("ecs", "wait", "services-inactive", "--services", "web")
    assert aws("ecs", "list-services")["serviceArns"] == []
    assert web.service["status"] == "INACTIVE"


def test_a_rolling_deployment_is_seen_step_by_step(simulator, web):
    web.settled(4)
    first = {task["taskArn"] for task in web.tasks()}
    second = web.register(environment={"MESSAGE": "deux"})["taskDefinitionArn"]
    simulator.advance(300)
    assert web.counts == [("PRIMARY", "web:1", 4, 4)], "a revision alone deploys nothing"
    deployments = web.update(taskDefinition="web")["deployments"]
    assert [(each["status"], each["rolloutState"]) for each in deployments] == [
        ("PRIMARY", "IN_PROGRESS"),
        ("ACTIVE", "COMPLETED"),
    ]
    assert deployments[0]["rolloutStateReason"] == f"ECS deployment {deployments[0]['id']} in progress."
    simulator.advance(10)
    service = web.service
    assert (service["runningCount"], service["pendingCount"]) == (4, 4), "200 %: all the new ones start"
    simulator.advance(20)
    assert web.counts == [("PRIMARY", "web:2", 4, 4), ("ACTIVE", "web:1", 4, 4)], "new ones are not healthy yet"
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        web.wait("services_stable")
    simulator.advance(40)
    assert web.counts == [("PRIMARY", "web:2", 4, 4)]
    simulator.advance(30)
    web.wait("services_stable")
    service = web.service
    assert service["deployments"][0]["rolloutState"] == "COMPLETED"
    assert service["taskDefinition"] == second
    assert web.events[3:] == [
        "(service web) has started 4 tasks: (task T) (task T) (task T) (task T).",
        "(service web) has stopped 4 running tasks: (task T) (task T) (task T) (task T).",
        "(service web) (deployment D) deployment completed.",
        "(service web) has reached a steady state.",
    ]
    over = {task["taskArn"]: task for task in web.tasks("STOPPED")}
    assert over.keys() == first
    old = deployments[1]["id"]
    for task in over.values():
        assert task["stopCode"] == "ServiceSchedulerInitiated"
        assert task["stoppedReason"] == f"Scaling activity initiated by (deployment {old})"
    assert {task["startedBy"] for task in web.tasks()} == {deployments[0]["id"]}
    assert {task["group"] for task in web.tasks()} == {"service:web"}
    history = web.ecs.list_service_deployments(service="web")["serviceDeployments"]
    assert [each["status"] for each in history] == ["SUCCESSFUL", "SUCCESSFUL"]


def test_without_room_for_more_tasks_half_of_them_are_replaced_at_a_time(simulator, web):
    web.settled(4, deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 100})
    web.register()
    web.update(taskDefinition="web:2")
    simulator.advance(8)
    assert web.counts == [("PRIMARY", "web:2", 4, 0), ("ACTIVE", "web:1", 2, 2)]
    simulator.advance(300)
    assert web.counts == [("PRIMARY", "web:2", 4, 4)]
    stopped = [text for text in web.events if "has stopped" in text]
    assert stopped == ["(service web) has stopped 2 running tasks: (task T) (task T)."] * 2


def test_the_circuit_breaker_rolls_back_to_what_ran(simulator, web):
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    web.settled(2, deploymentConfiguration=breaker)
    first = web.service["deployments"][0]["id"]
    running = {task["taskArn"] for task in web.tasks()}
    web.register(image=CRASHING)
    second = web.update(taskDefinition="web")["deployments"][0]["id"]
    simulator.advance(40)
    service = web.service
    assert service["deployments"][0]["failedTasks"] == 2
    assert service["runningCount"] == 2, "what ran goes on"
    simulator.advance(300)
    service = web.service
    assert web.counts == [("PRIMARY", "web:1", 2, 2)]
    assert service["deployments"][0]["id"] == first
    assert {task["taskArn"] for task in web.tasks()} == running
    events = [event["message"] for event in reversed(service["events"])]
    failed = f"(service web) (deployment {second}) deployment failed: tasks failed to start."
    at = events.index(failed)
    assert events[at + 1] == f"(service web) rolling back to deployment {first}."
    assert f"(service web) (deployment {first}) deployment completed." in events[at + 2 :]
    history = web.ecs.list_service_deployments(service="web")["serviceDeployments"]
    assert [each["status"] for each in history] == ["ROLLBACK_SUCCESSFUL", "SUCCESSFUL"]
    told = web.ecs.describe_service_deployments(serviceDeploymentArns=[history[0]["serviceDeploymentArn"]])
    told = told["serviceDeployments"][0]
    assert told["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert told["rollback"]["reason"] == "Service deployment rolled back because the circuit breaker threshold was exceeded."


def test_tasks_that_the_execution_role_may_not_start_are_told_of(simulator, web):
    image = put_image(simulator)
    role = execution_role(simulator, PULL[:1])
    web.register(image=image, executionRoleArn=role)
    web.create(1)
    simulator.advance(10 * 60)
    assert web.service["runningCount"] == 0
    stopped = web.tasks("STOPPED")
    assert {task["stopCode"] for task in stopped} == {"TaskFailedToStart"}
    assert all("not authorized to perform: ecr:BatchGetImage" in task["stoppedReason"] for task in stopped)
    assert "(service web) is unable to consistently start tasks successfully." in web.events
    attempts = len([text for text in web.events if "has started 1 tasks" in text])
    assert 3 <= attempts <= 6, "it tries ever more slowly"
    simulator.client("iam").put_role_policy(RoleName="execution", PolicyName="droits", PolicyDocument=policy(PULL))
    simulator.advance(30 * 60)
    web.wait("services_stable")
    simulator.client("iam").delete_role_policy(RoleName="execution", PolicyName="droits")
    simulator.client("iam").delete_role(RoleName="execution")
    web.ecs.stop_task(task=web.tasks()[0]["taskArn"])
    simulator.advance(60)
    told = f"ECS was unable to assume the role '{role}' that was provided for this task."
    assert any("failed to launch a task with (error " + told in text for text in web.events)


def test_an_interrupted_spot_task_is_replaced_by_spot(simulator, web):
    web.ecs.put_cluster_capacity_providers(
        cluster="default", capacityProviders=["FARGATE", "FARGATE_SPOT"], defaultCapacityProviderStrategy=[]
    )
    strategy = [
        {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3},
    ]
    web.settled(5, launchType=None, capacityProviderStrategy=strategy)

    def providers():
        return sorted(task["capacityProviderName"] for task in web.tasks())

    assert providers() == ["FARGATE"] * 2 + ["FARGATE_SPOT"] * 3
    spot = next(task["taskArn"] for task in web.tasks() if task["capacityProviderName"] == "FARGATE_SPOT")
    assert simulator.control("/_cahier/ecs/interrupt", {"task": spot})[0] == 200
    simulator.advance(200)
    assert providers() == ["FARGATE"] * 2 + ["FARGATE_SPOT"] * 3
    assert spot not in {task["taskArn"] for task in web.tasks()}
    simulator.control("/_cahier/ecs/quotas", {"spot_available": False})
    for task in web.tasks():
        if task["capacityProviderName"] == "FARGATE_SPOT":
            simulator.control("/_cahier/ecs/interrupt", {"task": task["taskArn"]})
    simulator.advance(10 * 60)
    assert providers() == ["FARGATE"] * 2, "no other capacity stands in for Spot"
    assert (
        "(service web) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a "
        "different availability zone." in web.events
    )
    simulator.control("/_cahier/ecs/quotas", {"spot_available": True})
    simulator.advance(60 * 60)
    assert providers() == ["FARGATE"] * 2 + ["FARGATE_SPOT"] * 3


def test_a_service_scales_out_and_in_by_the_clock(simulator, web, tmp_path):
    web.settled(2)
    aws = Aws(simulator, tmp_path)
    target = [
        "--service-namespace", "ecs", "--resource-id", "service/default/web",
        "--scalable-dimension", "ecs:service:DesiredCount",
    ]
    aws("application-autoscaling", "register-scalable-target", *target, "--min-capacity", "1", "--max-capacity", "10")
    configuration = {
        "TargetValue": 50.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
    }
    made = aws(
        "application-autoscaling", "put-scaling-policy", *target, "--policy-name", "cpu",
        "--policy-type", "TargetTrackingScaling",
        "--target-tracking-scaling-policy-configuration", json.dumps(configuration),
    )
    assert len(made["Alarms"]) == 2
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"
    targets = aws("application-autoscaling", "describe-scalable-targets", "--service-namespace", "ecs")
    found = targets["ScalableTargets"][0]
    assert found["RoleARN"] == role + "AWSServiceRoleForApplicationAutoScaling_ECSService"
    web.load(vcpu=0.75)
    simulator.advance(60)
    assert web.service["desiredCount"] == 2, "a minute is not enough"
    simulator.advance(4 * 60)
    assert web.service["desiredCount"] == 4, "two tasks that are busy all the time"
    simulator.advance(30 * 60)
    service = web.service
    assert (service["desiredCount"], service["runningCount"]) == (6, 6), "three quarters of a vCPU are half of one and a half"
    web.load(vcpu=0.1)
    simulator.advance(10 * 60)
    assert web.service["desiredCount"] == 6, "it scales in slowly"
    simulator.advance(60 * 60)
    assert web.service["desiredCount"] == 1
    scaling = simulator.client("application-autoscaling")
    activities = scaling.describe_scaling_activities(**TARGET)["ScalingActivities"]
    steps = [int(each["Description"].removeprefix("Setting desired count to ").rstrip(".")) for each in activities]
    assert steps[-2:] == [6, 4] and steps[:-2] == sorted(steps[:-2]) and steps[0] == 1
    assert {each["StatusCode"] for each in activities} == {"Successful"}
    web.update(desiredCount=3)
    simulator.advance(30 * 60)
    assert web.service["desiredCount"] == 1, "what was set by hand does not last"
    web.ecs.delete_service(service="web", force=True)
    simulator.advance(60)
    assert scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []
    assert web.service["status"] == "INACTIVE"


def test_a_schedule_and_a_memory_policy_scale_together(simulator, web):
    web.settled(1)
    scaling = simulator.client("application-autoscaling")
    scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=8)
    for name, metric in [("cpu", "CPU"), ("memoire", "Memory")]:
        scaling.put_scaling_policy(
            **TARGET,
            PolicyName=name,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": 60.0,
                "PredefinedMetricSpecification": {"PredefinedMetricType": f"ECSServiceAverage{metric}Utilization"},
                "ScaleInCooldown": 60,
            },
        )
    web.load(vcpu=0, memory_mib=900)
    simulator.advance(30 * 60)
    assert web.service["desiredCount"] == 3, "900 of 1536 MiB"
    scaling.put_scheduled_action(
        **TARGET,
        ScheduledActionName="matin",
        Schedule="rate(1 hour)",
        ScalableTargetAction={"MinCapacity": 5, "MaxCapacity": 8},
    )
    simulator.advance(62 * 60)
    assert web.service["desiredCount"] == 5


def test_what_a_load_balancer_would_count_is_followed_and_other_policies_are_said_to_be_missing(simulator, web):
    scaling = simulator.client("application-autoscaling")
    web.settled(2)
    scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=10)
    requests = {
        "PredefinedMetricType": "ALBRequestCountPerTarget",
        "ResourceLabel": "app/site/0123456789abcdef/targetgroup/web/0123456789abcdef",
    }
    followed = {"PolicyName": "requetes", "PolicyType": "TargetTrackingScaling"}
    scaling.put_scaling_policy(
        **TARGET, **followed,
        TargetTrackingScalingPolicyConfiguration={"TargetValue": 300.0, "PredefinedMetricSpecification": requests},
    )
    simulator.advance(60)
    simulator.control("/_cahier/ecs/load", {"cluster": "default", "service": "web", "requests": 1500})
    simulator.advance(5 * 60)
    assert web.service["desiredCount"] == 5
    status, code, message = refusal(
        scaling.put_scaling_policy, **TARGET, PolicyName="pas", PolicyType="StepScaling",
        StepScalingPolicyConfiguration={"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": 1}]},
    )
    assert (status, code, message) == (501, "NotImplemented", "Step scaling is not simulated.")


def test_an_arn_of_another_cluster_does_not_touch_its_namesake(simulator, web):
    web.settled(1)
    web.ecs.create_cluster(clusterName="site")
    elsewhere = f"arn:aws:ecs:eu-west-3:{ACCOUNT}:service/site/web"
    refused = ("InvalidParameterException", "Invalid identifier: Identifier is for cluster site. Your cluster is default")
    assert said(web.ecs.update_service, service=elsewhere, desiredCount=3) == refused
    assert said(web.ecs.delete_service, service=elsewhere, force=True) == refused
    assert said(web.ecs.describe_services, services=[elsewhere]) == refused
    assert (web.service["desiredCount"], web.service["status"]) == (1, "ACTIVE")
    away = f"arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/default"
    assert said(web.ecs.list_tasks, cluster=away) == ("InvalidParameterException", "Invalid Region in ARN")


def test_roles_are_passed_to_services(simulator, web):
    role = new_role(simulator, "application", policy("s3:GetObject"), TASKS)
    web.register("avec-role", taskRoleArn=role)
    who = new_user(simulator, "jeanne", policy(["ecs:CreateService", "ecs:UpdateService"]))
    other = simulator.client("ecs", **who)
    request = {
        "serviceName": "web", "taskDefinition": "avec-role", "desiredCount": 1, "launchType": "FARGATE",
        "networkConfiguration": network(simulator),
    }
    sentence = (
        f"User: arn:aws:iam::{ACCOUNT}:user/jeanne is not authorized to perform: iam:PassRole on resource: {role} because no "
        "identity-based policy allows the iam:PassRole action"
    )
    assert said(other.create_service, **request) == ("AccessDeniedException", sentence)
    web.ecs.create_service(**request)
    assert said(other.update_service, service="web", taskDefinition="avec-role") == ("AccessDeniedException", sentence)
    assert other.update_service(service="web", desiredCount=2)["service"]["desiredCount"] == 2
    code, message = said(other.delete_service, service="web", force=True)
    arn = f"arn:aws:ecs:eu-west-3:{ACCOUNT}:service/default/web"
    assert code == "AccessDeniedException" and f"ecs:DeleteService on resource: {arn}" in message


def test_what_a_service_cannot_be_is_refused_in_aws_s_words(simulator, web):
    strategy = [{"capacityProvider": "FARGATE", "weight": 1}]
    for changes, code, message in [
        ({"taskDefinition": "autre"}, "ClientException", "TaskDefinition not found."),
        ({"cluster": "autre"}, "ClusterNotFoundException", "Cluster not found."),
        ({"networkConfiguration": None}, "InvalidParameterException",
         "Network Configuration must be provided when networkMode 'awsvpc' is specified."),
        ({"capacityProviderStrategy": strategy}, "InvalidParameterException",
         "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."),
        ({"deploymentConfiguration": {"minimumHealthyPercent": 100, "maximumPercent": 100}}, "InvalidParameterException",
         "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments."),
    ]:
        assert said(web.create, count=1, **changes) == (code, message)
    assert said(web.update, desiredCount=1) == ("ServiceNotFoundException", "Service not found.")
    created = web.create(1, clientToken="une-fois")
    assert web.create(1, clientToken="une-fois")["serviceArn"] == created["serviceArn"]
    assert said(web.create, count=2) == ("InvalidParameterException", "Creation of service was not idempotent.")
    web.ecs.deregister_task_definition(taskDefinition="web:1")
    assert said(web.update, taskDefinition="web:1") == ("ClientException", "TaskDefinition is inactive")
    simulator.advance(120)
    web.wait("services_stable")
    web.ecs.delete_service(service="web", force=True)
    assert said(web.create, count=1)[1] == "Unable to Start a service that is still Draining."
    simulator.advance(60)
    assert said(web.create, count=1, taskDefinition="web:1") == ("ClientException", "TaskDefinition is inactive")
    assert said(web.update, desiredCount=1) == ("ServiceNotActiveException", "Service was not ACTIVE.")
    found = web.ecs.describe_services(services=["web", "absent"])
    arn = f"arn:aws:ecs:eu-west-3:{ACCOUNT}:service/default/absent"
    assert found["failures"] == [{"arn": arn, "reason": "MISSING"}]
    with pytest.raises(ParamValidationError):
        web.ecs.describe_services()


def opened(kept):
    """A simulator on a data folder, as the other tests have one."""
    names = Simulator.__dataclass_fields__.keys() - {"process"}
    return Simulator(kept.process, **{name: kept.place[name] for name in names})


def test_a_killed_simulator_goes_on_with_its_services(start):  # noqa: F811
    kept = start()
    web = Web(opened(kept)).settled(2)
    web.register(environment={"MESSAGE": "deux"})
    web.update(taskDefinition="web")
    web.load(vcpu=0.1)
    web.simulator.advance(20)
    events, tasks = web.events, {task["taskArn"] for task in web.tasks()}
    assert len(tasks) == 4
    kept.end()
    kept = start()
    web.simulator = opened(kept)
    web.ecs = web.simulator.client("ecs")
    assert web.events[: len(events)] == events
    web.simulator.advance(120)
    web.wait("services_stable")
    assert web.counts == [("PRIMARY", "web:2", 2, 2)]
    assert {task["taskArn"] for task in web.tasks()} < tasks
    kept.end()
