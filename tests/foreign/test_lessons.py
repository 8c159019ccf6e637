"""All lessons with --aws against foreign implementations of AWS: what differs is known one by one, a failing cell spoils
no other, and after the cleaning nothing is left there."""

import json

import pytest
from accounts import SECRET, as_in_lessons
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
    assert [as_in_lessons(name) for name in left] == names, said.stderr
    held = account.holds()
    assert {kind: [as_in_lessons(name) for name in those] for kind, those in held.items()} == stuck
    assert "cahier-" not in json.dumps(held), "every name has the run's own prefix"
    again = account.cahier("aws", "nettoyer", "--oui", "--json")
    still = [one["name"] for run in json.loads(again.stdout)["runs"] for one in run["resources"]]
    assert (again.returncode, still) == (1 if names else 0, left), again.stderr
    shown = "".join([said.stdout, said.stderr, again.stdout, again.stderr])
    assert SECRET not in shown
