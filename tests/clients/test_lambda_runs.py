"""Functions that really run: their layers, their role, their limits, in the words that AWS has for each."""

import base64
import io
import json
import re
import stat
import subprocess
import sys
import textwrap
import zipfile

import pytest
from identities import ACCOUNT, policy, refusal, trust
from test_cli import Aws

RUNTIME = f"python3.{sys.version_info.minor}"


def package(files):
    """A zip of these files, as bytes; a bootstrap is executable, and so is a wrapper."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            mode = 0o755 if name in ("bootstrap", "emballage") else 0o644
            info.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(info, textwrap.dedent(content).lstrip())
    return written.getvalue()


@pytest.fixture
def role(running):
    iam = running.client("iam")
    return iam.create_role(
        RoleName="execution", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"})
    )["Role"]["Arn"]


class Function:
    def __init__(self, lambdas, name):
        self.lambdas, self.name = lambdas, name

    def __call__(self, event=None, **more):
        answer = self.lambdas.invoke(FunctionName=self.name, Payload=json.dumps(event), LogType="Tail", **more)
        self.error = answer.get("FunctionError")
        self.log = base64.b64decode(answer["LogResult"]).decode()
        self.version = answer["ExecutedVersion"]
        return json.loads(answer["Payload"].read())


@pytest.fixture
def function(running, role):
    lambdas = running.client("lambda")

    def create(source, name="MaFonction", **changes):
        settings = {
            "FunctionName": name, "Runtime": RUNTIME, "Handler": "app.handler", "Role": role,
            "Code": {"ZipFile": package({"app.py": source})},
        }
        lambdas.create_function(**(settings | changes))
        return Function(lambdas, name)

    return create


def test_a_layer_makes_an_import_work_and_without_it_the_import_fails_as_on_aws(running, role, tmp_path):
    aws = Aws(running, tmp_path)
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "pandas.py").write_text("__version__ = '9.9'\n")
    subprocess.run([sys.executable, "-m", "zipfile", "-c", "pandas_layer.zip", "python/"], cwd=tmp_path, check=True)
    source = "import pandas\ndef handler(event, context):\n    return pandas.__version__\n"
    (tmp_path / "fonction.zip").write_bytes(package({"app.py": source}))
    aws("lambda", "create-function", "--function-name", "MaFonction", "--runtime", RUNTIME, "--handler", "app.handler",
        "--role", role, "--zip-file", "fileb://fonction.zip")

    aws("lambda", "publish-layer-version", "--layer-name", "pandas-layer", "--zip-file", "fileb://pandas_layer.zip",
        "--compatible-runtimes", "python3.12")
    arn = f"arn:aws:lambda:eu-west-3:{ACCOUNT}:layer:pandas-layer:1"
    aws("lambda", "update-function-configuration", "--function-name", "MaFonction", "--layers", arn)
    aws("lambda", "invoke", "--function-name", "MaFonction", "sortie.json")
    assert json.loads((tmp_path / "sortie.json").read_text()) == "9.9"

    aws("lambda", "update-function-configuration", "--function-name", "MaFonction", "--layers")
    told = aws("lambda", "invoke", "--function-name", "MaFonction", "sortie.json")
    assert told["FunctionError"] == "Unhandled"
    failed = json.loads((tmp_path / "sortie.json").read_text())
    assert failed["errorType"] == "Runtime.ImportModuleError"
    assert failed["errorMessage"] == "Unable to import module 'app': No module named 'pandas'"


def test_of_two_layers_the_last_one_has_the_last_word_and_the_function_s_own_code_comes_first(running, function):
    lambdas = running.client("lambda")
    arns = []
    for name in ("un", "deux"):
        content = {"ZipFile": package({"python/qui.py": f"nom = '{name}'", "python/app2.py": "", f"{name}.txt": "x"})}
        arns.append(lambdas.publish_layer_version(LayerName=name, Content=content)["LayerVersionArn"])
    source = """
        import glob, qui
        def handler(event, context):
            return [qui.nom, sorted(path.rsplit("/")[-1] for path in glob.glob("/opt/*.txt"))]
    """
    assert function(source, "ordre", Layers=arns)()[0] == "deux"
    assert function(source, "inverse", Layers=arns[::-1])()[0] == "un"
    own = {"ZipFile": package({"app.py": source, "qui.py": "nom = 'moi'"})}
    assert function("", "a-soi", Layers=arns, Code=own)()[0] == "moi"


def test_a_function_acts_as_its_role_and_only_as_it(running, function):
    running.client("s3").create_bucket(
        Bucket="rapports", CreateBucketConfiguration={"LocationConstraint": running.region}
    )
    running.client("s3").put_object(Bucket="rapports", Key="a.txt", Body=b"bonjour")
    source = """
        import boto3
        def handler(event, context):
            s3 = boto3.client("s3")
            return [boto3.client("sts").get_caller_identity()["Arn"],
                    s3.get_object(Bucket="rapports", Key="a.txt")["Body"].read().decode()]
    """
    read = function(source, Timeout=30)
    denied = read()
    assert "is not authorized to perform: s3:GetObject" in denied["errorMessage"]
    running.client("iam").put_role_policy(
        RoleName="execution", PolicyName="lire", PolicyDocument=policy("s3:GetObject", "arn:aws:s3:::rapports/*")
    )
    assert read() == [f"arn:aws:sts::{ACCOUNT}:assumed-role/execution/MaFonction", "bonjour"]


def test_a_process_is_kept_warm_and_a_change_begins_another(running, function):
    count = function("""
        compte = 0
        def handler(event, context):
            global compte
            compte += 1
            return [compte, context.function_version, context.get_remaining_time_in_millis() > 0]
    """)
    assert (count()[0], count()[0], count()[0]) == (1, 2, 3)
    assert "Init Duration" not in count.log
    report = re.search(
        r"REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB",
        count.log,
    )
    assert report, count.log
    running.client("lambda").update_function_configuration(FunctionName="MaFonction", MemorySize=256)
    assert count()[0] == 1
    assert "Init Duration" in count.log and "Memory Size: 256 MB" in count.log


def test_each_way_to_fail_has_aws_s_words(function):
    fail = function("""
        import os, time
        def handler(event, context):
            print("reçu", event)
            if event == "lever": raise ValueError("boum")
            if event == "dormir": time.sleep(9)
            if event == "sortir": os._exit(1)
            if event == "mémoire": return len(b"x" * (400 << 20)) + time.sleep(2)
            if event == "gros": return "x" * 7_000_000
            if event == "ensemble": return {1}
    """, Timeout=1)
    failed = fail("lever")
    assert (fail.error, failed["errorType"], failed["errorMessage"]) == ("Unhandled", "ValueError", "boum")
    assert "reçu lever" in fail.log and "START RequestId" in fail.log
    assert fail("ensemble")["errorType"] == "Runtime.MarshalError"
    failed = fail("dormir")
    assert failed["errorType"] == "Sandbox.Timedout"
    assert re.fullmatch(r"RequestId: \S+ Error: Task timed out after 1.00 seconds", failed["errorMessage"])
    assert "Status: timeout" in fail.log
    failed = fail("sortir")
    assert failed["errorType"] == "Runtime.ExitError"
    assert failed["errorMessage"].endswith("Error: Runtime exited with error: exit status 1")
    assert fail("mémoire")["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert "Runtime.OutOfMemory" in fail.log
    assert fail("gros")["errorType"] == "Function.ResponseSizeTooLarge"


def test_versions_and_aliases_run_what_they_are(running, function):
    lambdas = running.client("lambda")
    run = function("def handler(event, context): return 1")
    lambdas.publish_version(FunctionName="MaFonction")
    lambdas.update_function_code(
        FunctionName="MaFonction", ZipFile=package({"app.py": "def handler(event, context): return 2"})
    )
    lambdas.create_alias(FunctionName="MaFonction", Name="prod", FunctionVersion="1")
    assert (run(), run.version) == (2, "$LATEST")
    assert (run(Qualifier="prod"), run.version) == (1, "1")
    assert lambdas.invoke(FunctionName="MaFonction", InvocationType="Event")["StatusCode"] == 202


def test_a_bootstrap_of_one_s_own_runs_on_a_provided_runtime(function):
    source = """
        #!/usr/bin/env python3
        import http.client, json, os
        api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        while True:
            api.request("GET", "/2018-06-01/runtime/invocation/next")
            event = api.getresponse()
            body = event.read()
            answer = json.dumps({"handler": os.environ["_HANDLER"], "event": json.loads(body)})
            call = event.headers["Lambda-Runtime-Aws-Request-Id"]
            api.request("POST", f"/2018-06-01/runtime/invocation/{call}/response", answer)
            api.getresponse().read()
    """
    run = function("", Runtime="provided.al2023", Handler="le.mien", Code={"ZipFile": package({"bootstrap": source})})
    assert run({"a": 1}) == {"handler": "le.mien", "event": {"a": 1}}
    assert run([2]) == {"handler": "le.mien", "event": [2]}


def test_what_cannot_run_here_says_why_and_reserved_concurrency_of_nothing_refuses(running, function):
    lambdas = running.client("lambda")
    function("", "noeud", Runtime="nodejs22.x")
    assert "nodejs22.x" in refusal(lambdas.invoke, FunctionName="noeud")[2]
    function("def handler(event, context): return 1")
    lambdas.put_function_concurrency(FunctionName="MaFonction", ReservedConcurrentExecutions=0)
    assert refusal(lambdas.invoke, FunctionName="MaFonction")[:2] == (429, "TooManyRequestsException")


def test_nothing_of_the_learner_s_own_environment_reaches_a_function(running, function, monkeypatch):
    seen = function("import os\ndef handler(event, context): return dict(os.environ)")()
    assert seen["AWS_ENDPOINT_URL"] == running.endpoint
    assert seen["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert not {"HOME", "CAHIER_DATA_DIR", "OLDPWD", "PYTHONDONTWRITEBYTECODE"} & seen.keys()
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", seen["AWS_LAMBDA_LOG_STREAM_NAME"])
    assert seen["PATH"].endswith("/bin") and seen["LD_LIBRARY_PATH"].endswith("/lib")
