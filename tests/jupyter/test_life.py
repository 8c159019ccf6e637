"""How our kernel begins and ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kernel import Running
from repository import CAHIER

# A machine at work needs longer than the two seconds that a kernel takes on its own.
SLOW = 10


@pytest.fixture
def running(own_environment, monkeypatch):
    for name in ("JUPYTER_PATH", "AWS_PROFILE"):
        monkeypatch.setenv(name, own_environment.get(name, "un-autre-compte"))
    running = Running(own_environment | {"AWS_PROFILE": "un-autre-compte", "AWS_ENDPOINT_URL_S3": "http://192.0.2.1"})
    yield running
    running.close()


def below(process):
    """The processes that this one started, and theirs."""
    found = []
    for task in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{task}/children", encoding="ascii") as listed:
            for child in map(int, listed.read().split()):
                found += [child, *below(child)]
    return found


def alive(process):
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as told:
            return ") Z " not in told.read()
    except FileNotFoundError:
        return False


def wait_for_the_end_of(processes):
    end = time.monotonic() + 30
    while any(map(alive, processes)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [process for process in processes if alive(process)]


def test_a_kernel_answers_before_its_engine_is_there(own_environment, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", own_environment["JUPYTER_PATH"])
    begun = time.monotonic()
    running = Running(own_environment)
    seconds = time.monotonic() - begun
    running.close()
    print(f"\na kernel is ready in {seconds:.2f} s", end=" ")
    assert seconds < SLOW


def test_a_cell_that_waits_for_the_engine_says_so_until_it_runs(running):
    first = running.run('println!("enfin")')
    (waits,), (cleared,) = first.of("display_data"), first.of("clear_output")
    assert waits["data"]["text/plain"] == "démarrage du moteur Rust…"
    assert (cleared, first.text()) == ({"wait": False}, "enfin\n")
    kinds = [message["msg_type"] for message in first.published]
    assert kinds.index("display_data") < kinds.index("clear_output") < kinds.index("stream")
    later = running.run('println!("aussitôt")')
    assert not later.of("display_data") and not later.of("clear_output")


def test_without_rust_commands_work_and_a_cell_says_what_is_missing(own_environment, tmp_path, monkeypatch):
    described = Path(own_environment["JUPYTER_PATH"]) / "kernels" / "cahier" / "kernel.json"
    spec = json.loads(described.read_text(encoding="utf-8"))
    bare = dict.fromkeys(("HOME", "CARGO_HOME", "RUSTUP_HOME"), str(tmp_path)) | {"PATH": "/usr/bin:/bin"}
    spec["env"] |= bare | {"CAHIER_PREPARATION_DIR": str(tmp_path / "rien")}
    kernels = tmp_path / "jupyter" / "kernels" / "cahier"
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    running = Running(own_environment)
    try:
        missing = running.run("1 + 1")
        assert missing.content["status"] == "error" and "Rust n’est pas installé" in missing.content["evalue"]
        assert "Pas encore" in running.run(":exercice couche-numero\n:reponse 0").text()
        assert running.run("%%bash\necho oui").text() == "oui\n"
    finally:
        running.close()


def test_nothing_of_the_learner_s_own_account_reaches_a_cell(running):
    said = running.run('std::env::vars().filter(|(name, _)| name.starts_with("AWS_PROFILE") || name == "AWS_ENDPOINT_URL_S3").count()')
    assert said.value == "0"
    assert "AWS_PROFILE=\n" in running.run('%%bash\necho "AWS_PROFILE=${AWS_PROFILE-}"').text()


def test_a_kernel_ends_with_its_engine_when_it_is_told(running):
    running.run("let x = 1;")
    process = running.manager.provisioner.pid
    family = [process, *below(process)]
    assert len(family) > 2
    request = running.ask("shutdown_request", {"restart": False}, channel="control")
    assert running.answer(request, "control")["content"] == {"status": "ok", "restart": False}
    wait_for_the_end_of(family)


def test_what_a_script_left_running_ends_with_the_kernel(running):
    left = [int(running.run(f"%%bash\n{how} & echo $!").text()) for how in ("sleep 300", "setsid sleep 300")]
    assert all(map(alive, left))
    running.ask("shutdown_request", {"restart": False}, channel="control")
    wait_for_the_end_of(left)


def test_a_kernel_that_runs_a_cell_without_end_ends_all_the_same(running):
    request = running.client.execute('println!("parti"); loop { std::hint::spin_loop() }', allow_stdin=False)
    running.until(request, lambda message: message["content"].get("text") == "parti\n")
    process = running.manager.provisioner.pid
    family = [process, *below(process)]
    running.ask("shutdown_request", {"restart": False}, channel="control")
    wait_for_the_end_of(family)


def test_a_kernel_that_is_started_again_has_forgotten_everything(running):
    assert running.run("let x = 1; x").content["execution_count"] == 1
    running.manager.restart_kernel()
    running.client.wait_for_ready(timeout=120)
    running.silence()
    said = running.run("x")
    assert (said.content["ename"], said.content["execution_count"]) == ("CompilationError", 1)


def test_a_kernel_ends_with_who_started_it(own_environment):
    script = (
        "import sys\nfrom jupyter_client.manager import start_new_kernel\n"
        "manager, client = start_new_kernel(kernel_name='cahier')\n"
        "print(manager.provisioner.pid, flush=True)\nsys.stdin.read()\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=own_environment
    )
    kernel = int(server.stdout.readline())
    assert alive(kernel)
    server.send_signal(signal.SIGKILL)
    server.communicate()
    wait_for_the_end_of([kernel])


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "introuvable"), ("{", "n’est pas un fichier de connexion"), ('{"transport": "ipc"}', "fichier de connexion")],
)
def test_a_connection_file_that_is_none_is_told_in_french(tmp_path, content, words):
    file = tmp_path / "connexion.json"
    if content:
        file.write_text(content)
    done = subprocess.run([CAHIER, "jupyter", "lancer", "-f", str(file)], capture_output=True, text=True)
    assert (done.returncode, words in done.stderr, "Conseil" in done.stderr) == (2, True, True), done.stderr
