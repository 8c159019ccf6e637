"""Ten learners of one hub at once: each has a world, a seed and verdicts of their own, and nothing stays behind."""

import json
import os
import subprocess

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from conftest import CAHIER, EXERCISE, LESSON, NAMES
from learner import PATIENCE
from processes import below, command, environment, listening, memory, wait_for_the_end_of

# Megabytes for a learner's kernel and its simulator, warm: 500 are aimed at (`benches/kernel.py`), and what a longer lesson
# takes is allowed for. The Jupyter server beside it comes on top.
KERNEL = 550


def exercise(hub, seed):
    """What the program itself says of the exercise for this seed, and the right answer."""
    done = subprocess.run(
        [CAHIER, "exercice", EXERCISE, "--json", "--graine", str(seed)], env=hub.environment, capture_output=True, check=True
    )
    told = json.loads(done.stdout)
    return told["statement"], f"{250 - sum(told['parameters'].values()):g}"


def seed_of(seen):
    return int(seen.world["CAHIER_GRAINE"])


def test_everybody_runs_the_cells_of_the_lesson_and_sees_what_it_promises(classroom):
    for seen in classroom:
        assert seen.ready == ({**seen.ready[0], "status": "ok"}, "2")
        compared = 0
        for cell, reply, text in seen.lesson:
            assert reply["status"] == "ok", (seen.learner.name, cell["id"], text)
            promised = "".join(output["text"] for output in cell["outputs"] if output.get("name") == "stdout")
            compared += bool(promised)
            assert promised.strip() in text, (seen.learner.name, cell["id"])
        assert compared > 5


def test_everybody_has_a_seed_of_their_own_and_the_key_is_in_no_process_of_theirs(hub, classroom):
    assert len({seed_of(seen) for seen in classroom}) == len(NAMES)
    processes = below(hub.process.pid)
    assert len(processes) > 3 * len(NAMES)
    told = [environment(process) for process in processes]
    for seen in classroom:
        assert sum(f"CAHIER_GRAINE={seed_of(seen)}".encode() in one for one in told) >= 3
    assert not any(hub.key.encode() in one or b"CLE_DE_COURS" in one for one in told)


def test_a_notebook_has_the_values_of_its_learner_and_its_verdict_is_theirs(hub, classroom):
    answers = {seen.learner.name: exercise(hub, seed_of(seen)) for seen in classroom}
    assert len({answer for _, answer in answers.values()}) > 1
    for seen in classroom:
        statement, right = answers[seen.learner.name]
        cells = {cell["id"]: cell["source"] for cell in seen.learner.notebook("01-couches-lambda.ipynb")["cells"]}
        assert statement.strip() in cells[f"{EXERCISE}-enonce"]
        asks = cells[f"{EXERCISE}-verifier"]
        assert f'verifier_graine("{EXERCISE}", {seed_of(seen)}, ' in asks
        assert "illisible" in seen.learner.run(asks)[1]
        assert "Réussi" in seen.learner.run(asks.replace("ta réponse", right))[1]
        # What names no seed is judged by the learner's own too; another one's answer is none.
        assert "Réussi" in seen.learner.run(f'verifier("{EXERCISE}", "{right}")')[1]
        other = next(answer for _, answer in answers.values() if answer != right)
        assert "Pas encore" in seen.learner.run(f'verifier("{EXERCISE}", "{other}")')[1]


def test_everybody_s_progress_is_in_a_folder_of_their_own(hub, classroom):
    for seen in classroom:
        home = hub.folder / "maisons" / seen.learner.name
        assert (home / ".local/share/cahier/progression.sqlite3").is_file()
        done = subprocess.run(
            [CAHIER, "progres", "--json"], capture_output=True, check=True,
            env=hub.environment | {"HOME": str(home), "CAHIER_GRAINE": str(seed_of(seen))},
        )
        told = json.loads(done.stdout)
        (standing,) = [one for lesson in told["lessons"] for one in lesson["exercises"] if one["id"] == EXERCISE]
        assert (told["seed"], standing["passed"]) == (seed_of(seen), True), standing


def client(world, credentials):
    return boto3.client(
        "s3", endpoint_url=world["AWS_ENDPOINT_URL"], region_name=world["AWS_REGION"],
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"], aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


def test_nobody_s_simulator_answers_to_another_one_s_credentials(classroom):
    worlds = [seen.world for seen in classroom]
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "CAHIER_CONTROL_TOKEN"):
        assert len({world[name] for world in worlds}) == len(NAMES), name
    for mine, others in zip(worlds, worlds[1:] + worlds[:1], strict=True):
        assert client(mine, mine).list_buckets()["Buckets"]
        with pytest.raises(ClientError, match="InvalidAccessKeyId"):
            client(mine, others).list_buckets()
        for token, status in ((others["CAHIER_CONTROL_TOKEN"], 403), (mine["CAHIER_CONTROL_TOKEN"], 200)):
            reply = requests.get(
                f"{mine['AWS_ENDPOINT_URL']}/_cahier/clock", headers={"Authorization": f"Bearer {token}"}, timeout=30
            )
            assert reply.status_code == status


def test_nobody_enters_the_server_of_another_one(classroom):
    for mine, others in zip(classroom, classroom[1:] + classroom[:1], strict=True):
        reply = requests.get(f"{others.learner.base}/api/contents", headers=mine.learner.headers, timeout=30)
        assert reply.status_code == 403
        assert mine.learner.ask("GET", "contents").status_code == 200


def test_nothing_of_the_class_is_reached_from_another_machine(hub, classroom):
    assert classroom
    # 127.0.0.1, as the system's table has it.
    assert listening([hub.process.pid, *below(hub.process.pid)]) == {"0100007F"}


def test_a_class_of_ten_fits_into_the_memory_of_one_machine(hub, classroom):
    kernels = [process for process in below(hub.process.pid) if "jupyter lancer" in command(process)]
    assert len(kernels) == len(classroom)
    each = sorted(sum(map(memory, [kernel, *below(kernel)])) for kernel in kernels)
    whole = sum(map(memory, [hub.process.pid, *below(hub.process.pid)]))
    print(f"\nkernels {each[0]:.0f} to {each[-1]:.0f} MB, the class with its hub {whole:.0f} MB", end=" ")
    assert each[-1] < KERNEL


def test_a_notebook_that_a_learner_changed_stays_and_one_that_is_gone_comes_back(classroom):
    learner = classroom[0].learner
    changed = learner.notebook(LESSON) | {"cells": []}
    learner.ask("PUT", f"contents/notebooks/{LESSON}", json={"type": "notebook", "content": changed}).raise_for_status()
    learner.ask("DELETE", "contents/notebooks/02-iam.ipynb").raise_for_status()
    learner.stop()
    learner.start()
    assert learner.notebook(LESSON)["cells"] == []
    assert f", {seed_of(classroom[0])}, " in json.dumps(learner.notebook("02-iam.ipynb"))


def test_a_server_that_ends_takes_all_its_processes_along(hub, classroom):
    leaving = classroom[1].learner
    home = f"HOME={hub.folder / 'maisons' / leaving.name}\0".encode()
    theirs = [process for process in below(hub.process.pid) if home in environment(process)]
    assert len(theirs) >= 3
    leaving.stop()
    wait_for_the_end_of(theirs)
    assert classroom[2].learner.run("40 + 2")[1] == "42"


def test_a_hub_that_ends_takes_everybody_s_processes_along(hub, classroom):
    assert classroom
    family = [hub.process.pid, *below(hub.process.pid)]
    assert len(family) > 20
    hub.process.terminate()
    assert hub.process.wait(timeout=PATIENCE) == 0
    wait_for_the_end_of(family)
    assert not os.path.exists(hub.folder / "proxy.pid")
