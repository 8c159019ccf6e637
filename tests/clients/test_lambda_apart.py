"""What functions share with one another and with this machine: as little as on AWS."""

import http.client
import io
import json
import os
import shutil
import stat
import subprocess
import time
import zipfile
from pathlib import Path

import pytest
from conftest import started
from identities import refusal, trust
from test_lambda_lasting import Functions, can_mount, ended, frozen, functions, processes  # noqa: F401
from test_lambda_runs import Function, package

STAYS = """
    import os, time
    def handler(event, context):
        read, write = os.pipe()
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                silent = os.open("/dev/null", os.O_RDWR)
                for descriptor in (0, 1, 2): os.dup2(silent, descriptor)
                os.write(write, b"x")
                while True: time.sleep(60)
            os._exit(0)
        os.read(read, 1)
        return [context.log_stream_name, os.getpid()]
"""


def can_part():
    """Whether this system gives a process a PID namespace of its own, as the simulator asks for it."""
    if not shutil.which("unshare"):
        return False
    apart = ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child"]
    return subprocess.run(["unshare", *apart, "true"], capture_output=True).returncode == 0


apart = pytest.mark.skipif(not can_part(), reason="this system has no PID namespaces")


def linked(files):
    """A zip of files with their modes; the content of a link is its target."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, (mode, content) in files.items():
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = mode << 16
            archive.writestr(info, content)
    return written.getvalue()


def test_a_package_that_cannot_be_unpacked_harms_no_other_function(functions):  # noqa: F811
    source = "def handler(event, context): return 'bien'"
    long = package({"app.py": source, "x" * 300: "x"})
    fails = functions(source, "longue", Code={"ZipFile": long})
    for _ in range(2):
        assert refusal(fails.lambdas.invoke, FunctionName="longue")[:2] == (501, "CannotExecute")
    both = package({"app.py": source, "a": "x", "a/b": "y"})
    assert functions(source, "double", Code={"ZipFile": both})() == "bien"
    assert functions(source, "autre")() == "bien"


def test_of_two_layers_the_later_one_s_file_takes_the_place_of_a_folder(functions):  # noqa: F811
    arns = []
    for name, files in (("dossier", {"python/pkg/__init__.py": "V = 1"}), ("fichier", {"python/pkg": "x"})):
        made = functions.lambdas.publish_layer_version(LayerName=name, Content={"ZipFile": package(files)})
        arns.append(made["LayerVersionArn"])
    source = """
        import importlib.util
        def handler(event, context):
            found = importlib.util.find_spec("pkg")
            return bool(found and found.origin)
    """
    assert functions(source, "un", Layers=arns)() is False
    assert functions(source, "deux", Layers=arns[::-1])() is True


def test_links_and_modes_are_kept(functions, tmp_path):  # noqa: F811
    source = """
import os
def handler(event, context):
    modes = [oct(os.stat(name).st_mode & 0o777) for name in ("ferme.txt", "outil")]
    return [os.path.islink("lien"), open("lien").read(), os.path.islink("dehors"), *modes]
"""
    files = {
        "app.py": (stat.S_IFREG | 0o644, source), "vrai": (stat.S_IFREG | 0o644, "VRAI"),
        "lien": (stat.S_IFLNK | 0o777, "vrai"), "dehors": (stat.S_IFLNK | 0o777, "/etc/passwd"),
        "ferme.txt": (stat.S_IFREG, "x"), "outil": (stat.S_IFREG | 0o755, "x"),
    }
    looks = functions("", Code={"ZipFile": linked(files)})
    assert looks() == [True, "VRAI", False, "0o0", "0o755"]


def ask(address, method, path, body=None):
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request(method, f"/2018-06-01/runtime/{path}", body)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def test_nobody_but_an_instance_is_listened_to_at_its_runtime_api(functions):  # noqa: F811
    victim = functions("""
        import http.client, os
        def handler(event, context):
            connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
            connection.request("POST", "/2018-06-01/runtime/invocation/autre/response", "3")
            answer = connection.getresponse()
            return [os.environ["AWS_LAMBDA_RUNTIME_API"], answer.status, answer.read().decode()]
    """, "victime", Timeout=30)
    address, status, text = victim()
    assert (status, json.loads(text)) == (
        400, {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"}
    )
    assert ask(address, "GET", "invocation/next")[0] == 403
    assert ask(address, "POST", "init/error", "{}")[0] == 403
    thief = functions("""
        import http.client
        def handler(address, context):
            connection = http.client.HTTPConnection(address)
            connection.request("GET", "/2018-06-01/runtime/invocation/next")
            return connection.getresponse().status
    """, "voleuse", Timeout=30)
    assert thief(address) == 403
    assert victim()[0] == address, "its process is still the same"


def test_an_answer_that_is_too_large_leaves_the_process_usable(functions):  # noqa: F811
    big = functions("""
        calls = 0
        def handler(event, context):
            global calls
            calls += 1
            return "x" * event if event else calls
    """, MemorySize=512, Timeout=30)
    for calls in (2, 4, 6):
        assert big(20 << 20)["errorType"] == "Function.ResponseSizeTooLarge"
        assert big() == calls


@apart
def test_a_process_that_hides_ends_with_its_function(functions):  # noqa: F811
    instance, number = functions(STAYS)()
    assert len(processes(instance)) > 2 and number < 20, "numbers are its namespace's own"
    functions.lambdas.delete_function(FunctionName="MaFonction")
    assert ended(instance)


@apart
@pytest.mark.parametrize("end", ["terminate", "kill"])
def test_a_process_that_hides_does_not_outlive_the_simulator(runtimes, tmp_path, monkeypatch, end):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    simulators = started(runtimes, "--executer-lambda")
    simulator = next(simulators)
    instance, _ = Functions(simulator)(STAYS)()
    assert processes(instance)
    getattr(simulator.process, end)()
    simulator.process.wait(timeout=20)
    assert ended(instance)
    left = list(tmp_path.glob("cahier-lambda-*"))
    assert len(left) == (end == "kill")
    another = started(runtimes, "--executer-lambda")
    next(another)
    assert not [folder for folder in left if folder.exists()]
    next(another, None)


def test_every_end_of_a_process_has_its_words(functions):  # noqa: F811
    ends = functions("import os, sys\ndef handler(event, context): exec(event)", Timeout=10)
    words = {
        "os._exit(3)": "exit status 3", "os._exit(137)": "exit status 137", "os.kill(os.getpid(), 9)": "signal: killed",
        "os.kill(os.getpid(), 11)": "signal: segmentation fault", "os.abort()": "signal: aborted",
    }
    for code, how in words.items():
        assert ends(code)["errorMessage"].endswith(f"Error: Runtime exited with error: {how}"), code
        assert "Killed" not in ends.log
    assert ends("os._exit(0)")["errorMessage"].endswith("Error: Runtime exited without providing a reason")


def test_what_all_processes_of_a_function_hold_counts_and_so_does_a_brief_excess(functions):  # noqa: F811
    hog = functions("""
        import os, subprocess, sys, threading, time
        CHILD = "import sys; x = b'x' * (90 << 20); print(len(x), flush=True); sys.stdin.read()"
        def start(children):
            command = [sys.executable, "-S", "-c", CHILD]
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
            child.stdout.readline()
            children.append(child)
        def handler(event, context):
            if event["list"]: return len(b"x" * (event["list"] << 20))
            children = []
            for _ in range(event["children"]):
                thread = threading.Thread(target=start, args=(children,))
                thread.start()
                thread.join()
            time.sleep(0.3)  # Memory is looked at now and then.
            for child in children: child.communicate()
            return len(children)
    """, MemorySize=256, Timeout=30)
    assert hog({"list": 0, "children": 1}) == 1
    assert int(hog.log.split("Max Memory Used: ")[1].split(" ")[0]) > 100
    for event in ({"list": 0, "children": 4}, {"list": 300}):
        assert hog(event)["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
        assert "Runtime.OutOfMemory" in hog.log


def test_an_initialisation_that_takes_too_long_begins_anew_within_the_call(functions):  # noqa: F811
    slow = functions("import time\ntime.sleep(11)\ndef handler(event, context): return 'prêt'", Timeout=30)
    assert slow() == "prêt"
    assert "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout" in slow.log
    duration = float(slow.log.split("\tDuration: ")[1].split(" ")[0])
    assert duration > 11_000 and "\tInit Duration" not in slow.log
    assert slow() == "prêt"


def test_variables_of_the_configuration_take_the_place_of_the_usual_ones(functions):  # noqa: F811
    given = {
        "PATH": "/opt/x:/usr/bin:/bin", "PYTHONPATH": "/opt/mien", "TZ": "Europe/Paris", "LANG": "fr_FR.UTF-8",
        "LD_LIBRARY_PATH": "/opt/lib",
    }
    shows = functions(
        "import boto3, os\ndef handler(event, context): return dict(os.environ)", Environment={"Variables": given}, Timeout=30
    )
    seen = shows()
    assert {name: seen[name] for name in given} == given


def test_a_module_of_the_function_s_own_does_not_take_the_place_of_one_that_the_runtime_needs(functions):  # noqa: F811
    files = {"app.py": "import json\ndef handler(event, context): return json.dumps({'a': 1})", "json.py": "raise OSError"}
    assert functions("", Code={"ZipFile": package(files)})() == '{"a": 1}'


def test_a_function_has_a_tmp_of_its_own(functions, tmp_path):  # noqa: F811
    writes = """
        import os
        def handler(event, context):
            before = os.listdir("/tmp")
            open("/tmp/trace-de-cahier", "w").write("x")
            return before
    """
    if not can_mount(tmp_path):
        pytest.skip("this system lets nobody mount")
    un, deux = functions(writes, "un"), functions(writes, "deux")
    assert (un(), un(), deux()) == ([], ["trace-de-cahier"], [])
    assert not Path("/tmp/trace-de-cahier").exists()


def test_a_role_that_lambda_can_assume_no_more_runs_nothing(functions, frozen):  # noqa: F811
    run = functions("def handler(event, context): return 1")
    iam = frozen.client("iam")
    refused = (
        403, "AccessDeniedException", "The role defined for the function cannot be assumed by Lambda."
    )
    iam.update_assume_role_policy(
        RoleName="execution", PolicyDocument=trust({"Service": "ecs-tasks.amazonaws.com"})
    )
    assert refusal(run.lambdas.invoke, FunctionName="MaFonction") == refused
    iam.update_assume_role_policy(RoleName="execution", PolicyDocument=trust({"Service": "lambda.amazonaws.com"}))
    assert run() == 1
    iam.delete_role(RoleName="execution")
    assert refusal(run.lambdas.invoke, FunctionName="MaFonction") == refused


def test_a_bootstrap_that_is_not_there_or_not_executable_is_the_function_s_error(functions):  # noqa: F811
    def run(name, files):
        return functions("", name, Runtime="provided.al2023", Code={"ZipFile": linked(files)})

    text = (stat.S_IFREG | 0o644, "#!/bin/sh\n")
    none = run("sans", {"autre.sh": text})
    failed = none()
    assert (none.error, failed["errorType"]) == ("Unhandled", "Runtime.InvalidEntrypoint")
    assert failed["errorMessage"].startswith("RequestId: ")
    assert failed["errorMessage"].endswith(
        " Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
    )
    failed = run("ferme", {"bootstrap": text})()
    assert failed["errorType"] == "Runtime.InvalidEntrypoint"
    assert failed["errorMessage"].endswith(" Error: fork/exec /var/task/bootstrap: permission denied")


def state(pid):
    return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0]


def test_nothing_of_a_function_runs_between_its_calls(functions):  # noqa: F811
    run = functions("""
        import threading, time
        count = 0
        def go_on():
            global count
            while True: count += 1
        threading.Thread(target=go_on, daemon=True).start()
        def handler(event, context):
            seen = count
            while count == seen: time.sleep(0)
            return [context.log_stream_name, count]
    """, Timeout=30)
    instance, first = run()
    end = time.monotonic() + 30
    while not any(state(pid) == "T" for pid in processes(instance)):
        assert time.monotonic() < end, "its process is halted"
    again, second = run()
    assert again == instance and second > first
