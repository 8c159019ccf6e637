"""What lasts longer than a call: events that nobody waits for, processes that wait, credentials that end."""

import json
import os
import queue
import select
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import started
from identities import refusal, trust
from test_lambda_runs import RUNTIME, Function, package

TELL = """
    import json, urllib.request
    def tell(url, context):
        said = {"id": context.aws_request_id, "instance": context.log_stream_name, "name": context.function_name}
        urllib.request.urlopen(url, json.dumps(said).encode()).read()
"""


class Listener:
    """Hears from functions; may keep them waiting."""

    def __init__(self):
        heard, go_on = queue.Queue(), threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                heard.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                go_on.wait(60)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.heard, self.go_on = heard, go_on
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        go_on.set()

    def next(self):
        return self.heard.get(timeout=60)


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.go_on.set()
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture
def frozen(runtimes):
    """A fresh simulator that runs functions, whose clock stands still."""
    yield from started(runtimes, "--executer-lambda", "--horloge-figee")


class Functions:
    """Makes functions of one role."""

    def __init__(self, simulator):
        self.simulator, self.lambdas = simulator, simulator.client("lambda")
        self.role = self.new_role()

    def new_role(self):
        trusted = trust({"Service": "lambda.amazonaws.com"})
        made = self.simulator.client("iam").create_role(RoleName="execution", AssumeRolePolicyDocument=trusted)
        return made["Role"]["Arn"]

    def __call__(self, source, name="MaFonction", **changes):
        files = {"app.py": source, "parler.py": TELL}
        settings = {
            "FunctionName": name, "Runtime": RUNTIME, "Handler": "app.handler", "Role": self.role,
            "Code": {"ZipFile": package(files)},
        }
        self.lambdas.create_function(**(settings | changes))
        return Function(self.lambdas, name)

    def send(self, name, event):
        answer = self.lambdas.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event))
        assert answer["Payload"].read() == b""
        return answer["StatusCode"]


@pytest.fixture
def functions(frozen):
    return Functions(frozen)


SUCCEED = "from parler import tell\ndef handler(event, context): tell(event, context)"
FAIL = SUCCEED + "; raise ValueError('non')"


def processes(instance):
    """The processes of an instance by their numbers here, which are others in its namespace: only they have its log stream."""
    wanted = f"AWS_LAMBDA_LOG_STREAM_NAME={instance}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def ended(instance):
    """Waits for the end of all processes of an instance."""
    return all(gone(pid) for pid in processes(instance))


def gone(pid):
    """Waits for the end of a process that is no child of ours."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with open(descriptor, "rb") as process:
        return select.select([process], [], [], 60)[0] != []


def test_an_event_is_taken_before_its_function_has_run(functions, listener):
    functions(SUCCEED, Timeout=60)
    listener.go_on.clear()
    assert functions.send("MaFonction", listener.url) == 202
    assert listener.next()["name"] == "MaFonction", "it runs now, and is not done"
    listener.go_on.set()


def test_a_failed_event_is_tried_twice_more_one_and_two_minutes_later_by_the_clock(functions, listener, frozen):
    functions(FAIL)
    mark = functions(SUCCEED, "marque")

    def nothing_for(seconds):
        frozen.advance(seconds)
        mark(listener.url)
        assert listener.next()["name"] == "marque"

    functions.send("MaFonction", listener.url)
    first = listener.next()
    nothing_for(0)
    nothing_for(59)
    frozen.advance(1)
    assert listener.next() == first, "the same request in the same process"
    nothing_for(119)
    frozen.advance(1)
    assert listener.next() == first
    nothing_for(6 * 3600)


def test_a_clock_that_jumps_over_both_retries_lets_both_happen(functions, listener, frozen):
    functions(FAIL)
    functions.send("MaFonction", listener.url)
    first = listener.next()
    functions(SUCCEED, "marque")(listener.url)
    assert listener.next()["name"] == "marque"
    frozen.advance(180)
    assert [listener.next()["id"], listener.next()["id"]] == [first["id"]] * 2


def test_how_often_an_event_is_tried_again_can_be_set(functions, listener, frozen):
    fails, mark = functions(FAIL), functions(SUCCEED, "marque")
    lambdas = functions.lambdas
    lambdas.put_function_event_invoke_config(FunctionName=fails.name, MaximumEventAgeInSeconds=120)
    set_to = lambdas.update_function_event_invoke_config(FunctionName=fails.name, MaximumRetryAttempts=1)
    assert (set_to["MaximumEventAgeInSeconds"], set_to["MaximumRetryAttempts"]) == (120, 1)
    assert set_to["FunctionArn"].endswith(":function:MaFonction:$LATEST")
    functions.send(fails.name, listener.url)
    first = listener.next()
    mark(listener.url)
    listener.next()
    frozen.advance(60)
    assert listener.next() == first
    mark(listener.url)
    listener.next()
    frozen.advance(6 * 3600)
    mark(listener.url)
    assert listener.next()["name"] == "marque"

    assert len(lambdas.list_function_event_invoke_configs(FunctionName=fails.name)["FunctionEventInvokeConfigs"]) == 1
    lambdas.delete_function_event_invoke_config(FunctionName=fails.name)
    assert refusal(lambdas.get_function_event_invoke_config, FunctionName=fails.name)[1:] == (
        "ResourceNotFoundException", f"The function {set_to['FunctionArn']} doesn't have an EventInvokeConfig"
    )


def test_an_event_waits_while_its_function_may_not_run(functions, listener, frozen):
    functions(SUCCEED)
    functions.lambdas.put_function_concurrency(FunctionName="MaFonction", ReservedConcurrentExecutions=0)
    assert refusal(functions.lambdas.invoke, FunctionName="MaFonction")[:2] == (429, "TooManyRequestsException")
    assert functions.send("MaFonction", listener.url) == 202
    functions.lambdas.delete_function_concurrency(FunctionName="MaFonction")
    frozen.advance(1)
    assert listener.next()["name"] == "MaFonction"


def test_an_event_for_nobody_or_that_could_not_run_is_refused_at_once(functions):
    def invoke(name, **more):
        return refusal(functions.lambdas.invoke, FunctionName=name, InvocationType="Event", **more)

    assert invoke("absente")[:2] == (404, "ResourceNotFoundException")
    functions("", "noeud", Runtime="nodejs22.x")
    assert invoke("noeud")[:2] == (501, "CannotExecute")
    functions(SUCCEED)
    assert invoke("MaFonction", Payload=b"{")[:2] == (400, "InvalidRequestContentException")
    assert invoke("MaFonction", Payload=json.dumps("x" * (1 << 20)))[:2] == (413, "RequestTooLargeException")
    assert functions.lambdas.invoke(FunctionName="MaFonction", InvocationType="DryRun")["StatusCode"] == 204


WHO = """
    import boto3, os
    def handler(event, context):
        boto3.client("sts").get_caller_identity()
        return [context.log_stream_name, os.environ["AWS_ACCESS_KEY_ID"]]
"""


def test_a_process_is_replaced_before_its_credentials_end(functions, frozen):
    who = functions(WHO, Timeout=30)
    seen = [tuple(who())]
    # Each call comes before the process has waited too long, and asks AWS something with its credentials.
    for _ in range(12 * 3600 // 590 + 1):
        frozen.advance(590)
        seen.append(tuple(who()))
    change = seen.index(seen[-1])
    assert 0 < change and len({instance for instance, _ in seen[:change]}) == 1, "one process for twelve hours, then another"
    assert len(set(seen)) == 2


def test_a_role_made_anew_another_environment_or_other_layers_begin_another_process(functions, frozen):
    who = functions(WHO, Timeout=30)
    iam = frozen.client("iam")
    layer = functions.lambdas.publish_layer_version(LayerName="vide", Content={"ZipFile": package({"a.txt": "a"})})

    def anew():
        iam.delete_role(RoleName="execution")
        functions.new_role()

    def other_role():
        trusted = trust({"Service": "lambda.amazonaws.com"})
        role = iam.create_role(RoleName="autre", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
        functions.lambdas.update_function_configuration(FunctionName="MaFonction", Role=role)

    def configure(**changes):
        return lambda: functions.lambdas.update_function_configuration(FunctionName="MaFonction", **changes)

    changes = [
        anew, other_role, configure(Environment={"Variables": {"CLE": "1"}}),
        configure(Layers=[layer["LayerVersionArn"]]), configure(Layers=[]),
    ]
    before = who()
    for change in changes:
        assert who() == before, "still warm"
        change()
        after = who()
        assert after[0] != before[0] and after[1] != before[1], change
        before = after


def test_a_process_that_nobody_calls_any_more_is_stopped(functions, frozen):
    who = functions(WHO, Timeout=30)
    instance = who()[0]
    frozen.advance(599)
    assert who()[0] == instance
    frozen.advance(601)
    assert ended(instance)
    assert who()[0] != instance


def test_a_function_that_is_deleted_leaves_no_process(functions):
    instance = functions(WHO, Timeout=30)()[0]
    functions.lambdas.delete_function(FunctionName="MaFonction")
    assert ended(instance)


def test_functions_do_not_outlive_the_simulator(runtimes, listener):
    simulators = started(runtimes, "--executer-lambda")
    functions = Functions(next(simulators))
    functions(SUCCEED, Timeout=900)
    listener.go_on.clear()
    functions.send("MaFonction", listener.url)
    instance = listener.next()["instance"]
    assert processes(instance)
    next(simulators, None)
    assert ended(instance)


def can_mount(folder):
    """Whether this system lets a process lay a folder over `/var`, as the simulator does."""
    if not shutil.which("unshare"):
        return False
    mount = f"mount -t overlay overlay -o lowerdir={folder}:/var /var"
    done = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount], capture_output=True)
    return done.returncode == 0


def test_a_function_finds_its_code_where_aws_has_it_and_cannot_change_it(functions, tmp_path):
    fails = functions("""
        import json, os
        def handler(event, context):
            if event: open(event, "w")
            places = [os.getcwd(), os.path.dirname(__file__), os.environ["LAMBDA_TASK_ROOT"]]
            raise ValueError(json.dumps(places + [os.listdir(".")]))
    """)
    failed = fails()
    root, *others, files = json.loads(failed["errorMessage"])
    assert others == [root, root] and sorted(files) == ["app.py", "parler.py"]
    assert failed["stackTrace"][0].startswith(f'  File "{root}/app.py", line 5, in handler')
    if can_mount(tmp_path):
        assert root == "/var/task"
        assert "Read-only file system" in fails("/var/task/nouveau")["errorMessage"]
        assert "Read-only file system" in fails("/opt/nouveau")["errorMessage"]


def test_a_layer_s_program_may_begin_the_runtime(functions, tmp_path):
    wrapper = package({"emballage": '#!/bin/sh\nexport MARQUE=oui\nexec "$@"\n'})
    layer = functions.lambdas.publish_layer_version(LayerName="emballage", Content={"ZipFile": wrapper})
    source = "import os\ndef handler(event, context): return os.environ['MARQUE']"
    wrapped = functions(source, Layers=[layer["LayerVersionArn"]])

    def wrap(program):
        variables = {"AWS_LAMBDA_EXEC_WRAPPER": program}
        functions.lambdas.update_function_configuration(
            FunctionName="MaFonction", Environment={"Variables": variables}
        )

    assert wrapped()["errorType"] == "KeyError"
    if can_mount(tmp_path):
        wrap("/opt/emballage")
        assert wrapped() == "oui"
        wrap("/opt/absent")
        assert wrapped()["errorMessage"].endswith("Error: Runtime exited with error: exit status 127")


def test_the_session_of_a_function_with_a_short_name_has_a_longer_one(functions):
    who = functions(
        "import boto3\ndef handler(event, context): return boto3.client('sts').get_caller_identity()['Arn']", "D", Timeout=30
    )
    assert who().endswith(":assumed-role/execution/D@lambda_function")


def test_a_function_sees_no_package_of_this_machine_but_those_that_lambda_has(functions):
    modules = functions("""
        import importlib.util
        def handler(event, context): return [importlib.util.find_spec(name) is not None for name in event]
    """)
    # pytest is installed here: it runs this test.
    assert modules(["boto3", "pytest"]) == [True, False]
