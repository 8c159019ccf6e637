"""A hub on loopback with a class of ten in it: everybody has a server, a kernel and a lesson under way at once."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from learner import PATIENCE, Hub, Learner
from processes import below, wait_for_the_end_of

ROOT = Path(__file__).resolve().parents[2]
CAHIER = os.path.abspath(os.environ.get("CAHIER_BIN", ROOT / "target/release/cahier"))
NAMES = [f"eleve-{number:02}" for number in range(1, 11)]
LESSON, EXERCISE = "04-versionnement-s3.ipynb", "couche-place-restante"
# How many get a server and a kernel at once: each warms up for some seconds of cpu.
AT_ONCE = 2


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def image(folder):
    """What the image of a class has beside Python: the program, the preparation, the kernel. The variables that lead there."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "cahier").symlink_to(CAHIER)
    shutil.copy(ROOT / ".binder/cahier-serveur", programs)
    done = subprocess.run([CAHIER, "preparer", "--json"], capture_output=True, text=True, check=True)
    home = Path.home()
    # As in the image, Rust and the preparation are not in the home folder, which becomes the learner's own.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CAHIER_", "JUPYTER", "XDG_"))} | {
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(home / ".rustup")),
        "CARGO_HOME": os.environ.get("CARGO_HOME", str(home / ".cargo")),
        "CAHIER_PREPARATION_DIR": str(Path(json.loads(done.stdout)["folder"]).parent),
        "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    subprocess.run([CAHIER, "jupyter", "installer", "--prefixe", folder], env=kept, check=True)
    return kept


@pytest.fixture(scope="session")
def hub(tmp_path_factory):
    """A running hub, and what it was started with."""
    folder = tmp_path_factory.mktemp("hub")
    environment = image(folder)
    ports, token, key = free_ports(3), secrets.token_hex(16), f"cle-{secrets.token_hex(16)}"
    given = {
        "folder": str(folder), "binder": str(ROOT / ".binder"), "ports": ports, "token": token,
        "environment": {"JUPYTER_PATH": str(folder / "share/jupyter"), "PATH": environment["PATH"]},
    }
    with (folder / "hub.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", Path(__file__).with_name("jupyterhub_config.py")],
            env=environment | {"CAHIER_TEST_HUB": json.dumps(given), "CAHIER_CLE_DE_COURS": f" {key}\n"},
            cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )
    address = f"http://127.0.0.1:{ports[0]}"
    running = SimpleNamespace(
        process=process, folder=folder, key=key, token=token, environment=environment, api=Hub(address, token),
        said=lambda: (folder / "hub.log").read_text(encoding="utf-8"),
    )
    try:
        wait_until_it_answers(running, f"{address}/hub/health")
        yield running
    finally:
        end(running)


def wait_until_it_answers(running, url):
    end = time.monotonic() + PATIENCE
    while True:
        assert running.process.poll() is None and time.monotonic() < end, running.said()[-4000:]
        try:
            return requests.get(url, timeout=5).raise_for_status()
        except requests.RequestException:
            time.sleep(0.2)


def end(running):
    """Ends the hub as a system does; whatever it then leaves behind goes too."""
    family = below(running.process.pid)
    running.process.send_signal(signal.SIGTERM)
    try:
        running.process.wait(timeout=PATIENCE)
        wait_for_the_end_of(family)
    finally:
        for process in family:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass


@pytest.fixture(scope="session")
def classroom(hub):
    """Ten learners at work at once: what each saw."""
    # Whoever comes first waits for all the others.
    narrow, together = threading.Semaphore(AT_ONCE), threading.Barrier(len(NAMES), timeout=len(NAMES) * PATIENCE)
    begun = time.monotonic()

    def work(name):
        learner = Learner(hub.api, name)
        seen = SimpleNamespace(learner=learner, lesson=[])
        try:
            with narrow:
                learner.enter()
                learner.open_kernel()
                seen.ready = learner.run("1 + 1")
            together.wait()
            seen.cells = learner.notebook(LESSON)["cells"]
            for cell in seen.cells:
                if cell["cell_type"] == "code" and not cell["id"].endswith(("-depart", "-verifier", "-programme")):
                    seen.lesson.append((cell, *learner.run(cell["source"])))
            seen.world = dict(
                line.split("=", 1) for line in learner.run("%%bash\nenv")[1].splitlines() if "=" in line
            )
            together.wait()
        except BaseException:
            # The others need not wait for who cannot come.
            together.abort()
            raise
        return seen

    with ThreadPoolExecutor(len(NAMES)) as pool:
        tasks = [pool.submit(work, name) for name in NAMES]
    failures = [task.exception() for task in tasks if task.exception()]
    broken = [failure for failure in failures if not isinstance(failure, threading.BrokenBarrierError)]
    assert not failures, (broken or failures)[0]
    print(f"\nten learners at work in {time.monotonic() - begun:.0f} s", end=" ")
    return [task.result() for task in tasks]
