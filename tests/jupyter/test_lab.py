"""JupyterLab in a browser, as a learner uses it: run all, answer wrongly, then rightly, see the verdict and the figure."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from kernel import PATIENCE
from repository import CAHIER, NOTEBOOKS

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
EXERCISE, FIGURE = "couche-place-restante", "ddb-escalier"
# Of the lessons' notebooks: what the cell with the figure needs, that cell, an exercise.
KEPT = ["dynamodb-preparation", "ddb-creer-table", "ddb-ecrire", FIGURE, f"{EXERCISE}-enonce", f"{EXERCISE}-verifier"]
TOKEN = "essai"
# Lab asks other machines for nothing, and does not ask whether it may.
QUIET = ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.extension_manager=readonly"]
NO_NEWS = ("@jupyterlab/apputils-extension/notification.jupyterlab-settings", '{"fetchNews": "false"}')
NOTEBOOK = "window.jupyterapp.shell.currentWidget"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)")


def short_notebook(folder):
    """A notebook of a few cells of the lessons' own, for our kernel."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in NOTEBOOKS]
    cells = {cell["id"]: cell for document in documents for cell in document["cells"]}
    kept = [cells[name] | ({"outputs": []} if "outputs" in cells[name] else {}) for name in KEPT]
    document = documents[0] | {"cells": kept}
    document["metadata"]["kernelspec"] = {"display_name": "Cahier (Rust)", "language": "rust", "name": "cahier"}
    folder.mkdir()
    (folder / "lecon.ipynb").write_text(json.dumps(document), encoding="utf-8")
    return kept


@pytest.fixture
def lab(own_environment, tmp_path):
    """A JupyterLab that knows our kernel, its address and the cells of the notebook in it."""
    cells = short_notebook(tmp_path / "notebooks")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    places = {f"JUPYTER_{name}_DIR": str(tmp_path / name.lower()) for name in ("CONFIG", "RUNTIME", "DATA")}
    places |= {f"JUPYTERLAB_{name}_DIR": str(tmp_path / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
    settings = tmp_path / "settings" / NO_NEWS[0]
    settings.parent.mkdir(parents=True)
    settings.write_text(NO_NEWS[1])
    options = [
        "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={tmp_path}/notebooks",
        f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True", *QUIET,
    ]
    if os.geteuid() == 0:
        options.append("--allow-root")
    with (tmp_path / "lab.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=own_environment | places, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/status?token={TOKEN}", process, tmp_path / "lab.log")
        yield f"{address}/lab/tree/lecon.ipynb?token={TOKEN}", cells
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_for(address, process, log):
    end = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None and time.monotonic() < end, log.read_text()[-4000:]
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)


@pytest.fixture
def page(lab):
    """The notebook, open in a browser, once its kernel is there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 2600})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(lab[0])
        page.wait_for_function(f"window.jupyterapp && {NOTEBOOK}?.sessionContext?.isReady")
        page.evaluate(f"{NOTEBOOK}.sessionContext.session.kernel.info")
        yield page
        browser.close()


def screenshot(page, name):
    """For who looks at them: in CAHIER_TEST_ECRANS, where that is set."""
    if folder := os.environ.get("CAHIER_TEST_ECRANS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def answer(page, cell, code):
    """Puts the cursor into a cell, writes `code` over what is there, and runs it, by keys."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")


def test_a_learner_runs_a_notebook_answers_wrongly_then_rightly_and_sees_verdict_and_figure(lab, page):
    assert page.evaluate(f"{NOTEBOOK}.sessionContext.kernelDisplayName") == "Cahier (Rust)"
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    figure = page.locator(".jp-Cell").nth(KEPT.index(FIGURE)).locator(".jp-OutputArea-output")
    figure.locator("img[src^='data:image/svg+xml'], svg").first.wait_for()
    size = figure.locator("img, svg").first.bounding_box()
    assert size["width"] > 300 and size["height"] > 100

    exercise = page.locator(".jp-Cell").nth(KEPT.index(f"{EXERCISE}-verifier"))
    exercise.get_by_text("illisible").first.wait_for()
    screenshot(page, "tout-execute")

    (asks,) = ["".join(cell["source"]) for cell in lab[1] if cell["id"] == f"{EXERCISE}-verifier"]
    answer(page, exercise, asks.replace('"ta réponse"', '"250"'))
    exercise.get_by_text("Pas encore").first.wait_for()
    # What is said of it is HTML, not the text that a terminal shows.
    exercise.locator(".jp-RenderedHTMLCommon").get_by_text("Tu donnes 250 Mo à la couche seule").wait_for()
    screenshot(page, "reponse-fausse")

    told = subprocess.run([CAHIER, "exercice", EXERCISE, "--json", "--graine", "0"], capture_output=True, check=True).stdout
    right = 250 - sum(json.loads(told)["parameters"].values())
    answer(page, exercise, asks.replace('"ta réponse"', f'"{right:g} Mo"'))
    exercise.get_by_text("Réussi").first.wait_for()
    assert exercise.get_by_text("Pas encore").count() == 0
    screenshot(page, "reponse-juste")
