"""All lessons with --aws against foreign implementations of AWS: what differs is known one by one, a failing cell spoils
no other, and after the cleaning nothing is left there."""

import json

import pytest
from accounts import SECRET
from divergences import DIVERGENCES, STUCK

LESSONS = ["couches-lambda", "iam", "ecs-fargate", "versionnement-s3", "dynamodb", "url-presignee"]


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("account", ["moto", "ministack"], indirect=True)
def test_a_lesson_differs_as_known_and_leaves_nothing(account, lesson):
    said = account.cahier("executer", lesson, "--aws", "--oui", "--nettoyer", "--json")
    document = json.loads(said.stdout)
    assert "error" not in document, said.stdout
    expected = {cell for cells in DIVERGENCES.get((account.name, lesson), {}).values() for cell in cells}
    told = {cell["id"]: cell["error"] for cell in document["cells"] if cell["status"] == "failed"}
    new = {cell: error for cell, error in told.items() if cell not in expected}
    assert not new, json.dumps(new, ensure_ascii=False, indent=1)
    gone = expected - set(told)
    assert not gone, f"these do as the lesson says now, take them out of the table: {sorted(gone)}"

    _, stuck = STUCK.get((account.name, lesson), ("", {}))
    names = [name for names in stuck.values() for name in names]
    left = [one["name"] for one in document["removed"] or [] if one["status"] == "failed"]
    assert left == names, said.stderr
    assert account.holds() == stuck
    again = account.cahier("aws", "nettoyer", "--oui", "--json")
    still = [one["name"] for run in json.loads(again.stdout)["runs"] for one in run["resources"]]
    assert (again.returncode, still) == (1 if names else 0, names), again.stderr
    shown = "".join([said.stdout, said.stderr, again.stdout, again.stderr])
    assert SECRET not in shown
