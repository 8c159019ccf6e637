"""GIFT as a reader of others' making finds it, held against Moodle XML as Python's own reader finds it.

Needs node and the package `gift-pegjs` (NODE_PATH), and `cahier` (CAHIER_BIN)."""

import json
import os
import subprocess
import xml.etree.ElementTree as tree

import pytest

READER = """
const parse = require('gift-pegjs').parse;
const text = require('fs').readFileSync(0, 'utf8');
process.stdout.write(JSON.stringify(parse(text)));
"""

KINDS = {"MC": "multichoice", "Numerical": "numerical", "Short": "shortanswer"}


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Writes all lessons in a form, and gives the text."""
    folder = tmp_path_factory.mktemp("moodle")

    def write(form):
        file = folder / f"tout.{form}"
        line = [os.environ["CAHIER_BIN"], "classe", "moodle", "--toutes", "--format", form, "--sortie", str(file)]
        environment = {**os.environ, "CAHIER_DATA_DIR": str(folder / "donnees")}
        subprocess.run(line, check=True, env=environment, capture_output=True)
        return file.read_text(encoding="utf-8")

    return write


@pytest.fixture(scope="module")
def gift(export):
    read = subprocess.run(["node", "-e", READER], input=export("gift"), check=True, capture_output=True, text=True)
    return [question for question in json.loads(read.stdout) if question["type"] != "Category"]


@pytest.fixture(scope="module")
def xml(export):
    questions = tree.fromstring(export("xml")).findall("question")
    return {question.findtext("idnumber"): question for question in questions if question.get("type") != "category"}


def said(element, name):
    found = element.find(f"{name}/text")
    return ("" if found is None else found.text or "").strip()


def text(part):
    return "" if part is None else part["text"].strip()


def answers(question):
    """What each answer gives in percent, what it is, and what is said of it."""
    found = []
    for choice in question["choices"]:
        weight = choice["weight"]
        if weight is None:
            weight = 100 if choice["isCorrect"] else 0
        value = choice["text"]
        value = (value["number"], value["range"]) if question["type"] == "Numerical" else value["text"].strip()
        found.append((float(weight), value, text(choice["feedback"])))
    return found


def held(question):
    found = []
    for answer in question.findall("answer"):
        value = said_value = (answer.findtext("text") or "").strip()
        if question.get("type") == "numerical":
            if said_value == "*":
                continue
            value = (float(said_value), float(answer.findtext("tolerance")))
        found.append((float(answer.get("fraction")), value, said(answer, "feedback")))
    return found


def test_every_question_of_the_file_is_one_of_moodle_xml_with_the_same_texts(gift, xml):
    assert len(gift) > 400
    assert {KINDS[question["type"]] for question in gift} == set(KINDS.values())
    left = set(xml) - {question["id"] for question in gift}
    assert {xml[name].get("type") for name in left} == {"ordering"}
    for question in gift:
        other = xml[question["id"]]
        assert KINDS[question["type"]] == other.get("type")
        assert question["title"] == said(other, "name")
        assert text(question["stem"]) == said(other, "questiontext"), question["id"]
        assert text(question["globalFeedback"]) == said(other, "generalfeedback"), question["id"]
        assert question["tags"] == [tag.findtext("text") for tag in other.findall("tags/tag")]


def test_every_answer_comes_back_with_what_it_gives_and_what_is_said_of_it(gift, xml):
    for question in gift:
        read, written = answers(question), held(xml[question["id"]])
        assert len(read) == len(written), question["id"]
        units = xml[question["id"]].find("units") is not None
        for (weight, value, feedback), (fraction, other, explanation) in zip(read, written):
            assert weight == pytest.approx(fraction), question["id"]
            assert feedback == explanation, question["id"]
            if question["type"] == "Numerical":
                # A unit that is converted makes the tolerance of Moodle XML a little wider.
                assert value[0] == pytest.approx(other[0], rel=1e-12)
                assert units or value[1] == pytest.approx(other[1])
            else:
                assert value == other, question["id"]
