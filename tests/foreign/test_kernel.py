"""The kernel of a real account, in a notebook, against a foreign implementation of AWS: it says which account it is, its
cleaning leaves nothing, and no secret is shown or kept anywhere, be it after a panic."""

import json
import os
import subprocess

import nbformat
import pytest
from accounts import KEY, SECRET
from jupyter_client.manager import KernelManager

CELLS = [
    """use prelude::*;
let atelier: Atelier = commencer("carnet").await;
let bucket: String = atelier.compartiment("carnet").await;
atelier.s3.put_object().bucket(&bucket).key("a.txt").body(b"a".to_vec().into()).send().await.unwrap();
let cle: (String, String) = {
    atelier.iam.create_user().user_name("cahier-carnet").send().await.unwrap();
    let cle = atelier.iam.create_access_key().user_name("cahier-carnet").send().await.unwrap().access_key.unwrap();
    (cle.access_key_id, cle.secret_access_key)
};
println!("{bucket}");""",
    "println!(\"{atelier:?}\");",
    "atelier.s3.get_object().bucket(&bucket).key(\"absent\").send().await.unwrap();",
    "panic!(\"tombé\");",
    "aws_sdk_s3::Client::new(&atelier.config).list_buckets().send().await.unwrap();",
    "!aws s3 ls",
    ":diagnostic",
    "verifier(\"couche-numero\", 1);",
]


def notebook(account, kernel):
    """The cells in a notebook of that kernel, run to the end whatever fails."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    book.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "rust"}
    path = account.folder / "carnet.ipynb"
    nbformat.write(book, path)
    environment = account.environment() | {"JUPYTER_PATH": str(account.folder / "env/share/jupyter")}
    words = ["jupyter", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--inplace", str(path)]
    done = subprocess.run(words, env=environment, cwd=account.folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return path, done


def text_of(cell):
    """All that a cell shows."""
    return json.dumps(cell.get("outputs", []), ensure_ascii=False)


@pytest.mark.parametrize("account", ["moto"], indirect=True)
def test_a_notebook_on_a_foreign_account_is_cleaned_up_and_keeps_no_secret(account):
    installed = account.cahier("jupyter", "installer", "--prefixe", "env", "--aws", "--oui")
    assert installed.returncode == 0, installed.stderr
    path, done = notebook(account, "cahier-aws")
    cells = nbformat.read(path, 4).cells
    first = text_of(cells[0])
    assert "111122223333" in first and "cahier aws nettoyer" in first, first
    assert "Un client que tu construis" in text_of(cells[4]) or "un client que tu construis" in text_of(cells[4]), cells[4]
    assert "vrai compte" in text_of(cells[5]), cells[5]
    cleaned = account.cahier("aws", "nettoyer", "--oui")
    assert cleaned.returncode == 0, cleaned.stderr
    assert account.holds() == {}
    doctor = account.cahier("diagnostic", "--json")
    for said in (installed, done, cleaned, doctor):
        assert SECRET not in said.stdout + said.stderr
    looked = 0
    for folder, _, names in os.walk(account.folder, followlinks=True):
        for name in names:
            looked += 1
            with open(os.path.join(folder, name), "rb") as file:
                assert SECRET.encode() not in file.read(), f"{folder}/{name}"
    assert looked > 8, looked


@pytest.mark.parametrize("account", ["moto"], indirect=True)
def test_who_signs_in_after_the_first_cell_runs_the_next_one(account):
    installed = account.cahier("jupyter", "installer", "--prefixe", "env", "--aws", "--oui")
    assert installed.returncode == 0, installed.stderr
    keys = account.folder / "cles"
    keys.write_text("")
    environment = account.environment() | {"AWS_SHARED_CREDENTIALS_FILE": str(keys)}
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del environment[name]
    manager = KernelManager(kernel_name="cahier-aws")
    manager.kernel_spec_manager.kernel_dirs = [str(account.folder / "env/share/jupyter/kernels")]
    manager.start_kernel(env=environment)
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        before = client.execute_interactive("1 + 1", timeout=120, output_hook=lambda _: None)["content"]
        assert before["status"] == "error" and "identité" in before["evalue"], before
        keys.write_text(f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
        after = client.execute_interactive("1 + 1", timeout=120, output_hook=lambda _: None)["content"]
        assert after["status"] == "ok", after
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
