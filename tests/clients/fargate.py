"""What the tests of ECS share: an image in a repository, a definition, a network, tasks."""

import json

from identities import ACCOUNT, new_role, policy, trust

REGION = "eu-west-3"
CATALOGUE = "700000000007"
TASKS = trust({"Service": "ecs-tasks.amazonaws.com"})
PULL = [
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
]
WEB = "public.ecr.aws/cahier/web:latest"


def put_image(simulator, name="web", repository="web", tag="v1"):
    """Puts an image of the catalogue into a repository of the account; gives its name for task definitions."""
    ecr = simulator.client("ecr")
    uri = ecr.create_repository(repositoryName=repository)["repository"]["repositoryUri"]
    found = ecr.batch_get_image(
        registryId=CATALOGUE, repositoryName=f"catalogue/{name}", imageIds=[{"imageTag": "latest"}]
    )
    manifest = found["images"][0]["imageManifest"]
    ecr.put_image(repositoryName=repository, imageTag=tag, imageManifest=manifest)
    return f"{uri}:{tag}"


def execution_role(simulator, actions=tuple(PULL), name="execution"):
    """A role for the agent."""
    return new_role(simulator, name, policy(list(actions)), TASKS)


def definition(family="web", image=WEB, **changes):
    """A task definition of one container; `environment` is a dictionary."""
    container = {"name": family, "image": image, "portMappings": [{"containerPort": 80}]}
    environment = changes.pop("environment", {})
    container["environment"] = [{"name": name, "value": value} for name, value in environment.items()]
    container |= changes.pop("container", {})
    return {
        "family": family,
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [container],
    } | changes


def network(simulator, public=True, port=None):
    """A network configuration in the default VPC; with a port, a security group lets it in."""
    ec2 = simulator.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    configuration = {
        "subnets": [subnet["SubnetId"]],
        "assignPublicIp": "ENABLED" if public else "DISABLED",
    }
    if port:
        group = ec2.create_security_group(GroupName=f"port-{port}", Description="Web", VpcId=subnet["VpcId"])["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=port, ToPort=port, CidrIp="0.0.0.0/0")
        configuration["securityGroups"] = [group]
    return {"awsvpcConfiguration": configuration}


class Fargate:
    """A default cluster, and tasks in it."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.ecs = simulator.client("ecs")
        self.ecs.create_cluster()

    def register(self, *arguments, **changes):
        made = self.ecs.register_task_definition(**definition(*arguments, **changes))
        return made["taskDefinition"]

    def run(self, family="web", **changes):
        """Starts tasks; gives what the call answers."""
        request = {"taskDefinition": family, "launchType": "FARGATE"} | changes
        if "networkConfiguration" not in request:
            request["networkConfiguration"] = network(self.simulator)
        return self.ecs.run_task(**{name: value for name, value in request.items() if value is not None})

    def start(self, family="web", wait=20, **changes):
        """Starts a task and lets it begin; gives its ARN."""
        started = self.run(family, **changes)
        assert started["failures"] == []
        self.simulator.advance(wait)
        return started["tasks"][0]["taskArn"]

    def task(self, arn):
        return self.ecs.describe_tasks(tasks=[arn])["tasks"][0]

    def reached(self, arn):
        """What the control route says of the first container of a task."""
        _, tasks = self.simulator.control("/_cahier/ecs/tasks")
        found = [task for task in tasks["tasks"] if task["task"] == arn]
        return found[0]["containers"][0]


def why(simulator, operation):
    """The decisions on the last call of an operation, as `cahier pourquoi` reads them."""
    _, journal = simulator.control("/_cahier/journal")
    last = [entry for entry in journal if entry["operation"] == operation][-1]
    return simulator.control(f"/_cahier/journal/{last['id']}")[1]


def pretty(document):
    """A document for the command line."""
    return json.dumps(document)


__all__ = ["ACCOUNT", "Fargate", "definition", "execution_role", "network", "pretty", "put_image", "why"]
