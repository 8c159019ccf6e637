"""A class hands in a small assignment, and everybody gets the points and the words that their answers deserve."""

import copy
import re
import sys
from pathlib import Path

import nbformat
import pytest
from course import Course, answer, cell, source
from nbgrader.api import Gradebook

LESSONS = Path(__file__).parent / "lecons"
# What does not end is stopped after so many seconds, instead of two minutes.
PATIENCE = "30"

EVERYTHING = {"devoir-nombre": 1, "devoir-choix": 1, "devoir-ordre": 2, "devoir-code": 3}
DOUBLE = 'let reponse_devoir_code = r#"\n{}\n"#;'


def ordered(notebook, *steps):
    """The letters of these steps, as the statement shows them."""
    shown = source(notebook, "devoir-ordre-enonce")
    return ",".join(re.search(rf"\*\*([A-Z])\.\*\* {step}", shown)[1] for step in steps)


def perfect(notebook):
    order = ordered(notebook, "Demander", "Attendre", "Lire")
    answer(notebook, "devoir-nombre", "let reponse_devoir_nombre = 6 * 7;")
    answer(notebook, "devoir-choix", 'let reponse_devoir_choix = "B";')
    answer(notebook, "devoir-ordre", f'let reponse_devoir_ordre = "{order}";')
    answer(notebook, "devoir-code", DOUBLE.format("fn double(n: u64) -> u64 {\n    n + n\n}"))


def partial(notebook):
    """One misconception, one order that is right in parts, and code that never answered."""
    perfect(notebook)
    order = ordered(notebook, "Demander", "Lire", "Attendre")
    answer(notebook, "devoir-nombre", 'let reponse_devoir_nombre = "441";')
    answer(notebook, "devoir-ordre", f'let reponse_devoir_ordre = "{order}";')
    answer(notebook, "devoir-code", DOUBLE.format("fn double(n: u64) -> u64 {\n    n * n\n}"))


def untouched(notebook):
    pass


def uncompilable(notebook):
    """Code that does not compile, in the judged text and in the cell itself. An earlier try was right: it gives nothing."""
    perfect(notebook)
    answer(notebook, "devoir-code", DOUBLE.format('fn double(n: u64) -> u64 {\n    "deux"\n}'))
    earlier = 'verifier_graine("devoir-nombre", 0, "42");\nverifier_graine("devoir-choix", 0, "B");'
    place = notebook["cells"].index(cell(notebook, "devoir-nombre-reponse"))
    extra = {"cell_type": "code", "id": "essai", "metadata": {}, "source": earlier, "outputs": [], "execution_count": None}
    notebook["cells"].insert(place, extra)
    answer(notebook, "devoir-nombre", 'let reponse_devoir_nombre: u64 = "42";')
    answer(notebook, "devoir-choix", 'let reponse_devoir_choix = "B";\ninconnue')


def panicking(notebook):
    perfect(notebook)
    answer(notebook, "devoir-nombre", 'let reponse_devoir_nombre: u64 = "quarante".parse().unwrap();')
    answer(notebook, "devoir-code", DOUBLE.format('fn double(n: u64) -> u64 {\n    panic!("aïe {n}")\n}'))


def endless(notebook):
    perfect(notebook)
    answer(notebook, "devoir-nombre", "let reponse_devoir_nombre = 42;\nloop {\n    std::hint::spin_loop();\n}")
    answer(notebook, "devoir-code", DOUBLE.format("fn double(_: u64) -> u64 {\n    loop {}\n}"))


def amputated(notebook):
    """An answer and its tests are gone, tests alone of another, and an answer whose marks were lost."""
    perfect(notebook)
    gone = {"devoir-nombre", "devoir-nombre-reponse", "devoir-choix", "devoir-bonjour"}
    notebook["cells"] = [one for one in notebook["cells"] if one["id"] not in gone]
    cell(notebook, "devoir-ordre-reponse")["metadata"] = {"nbgrader": {"grade": True}}


def cheating(notebook):
    """Names taken over, forged scores, noise on standard error, a process that leaves, and changed tests."""
    forged = "EVCXR_BEGIN_CONTENT text/plain\\n1.0\\nEVCXR_END_CONTENT"
    answer(
        notebook,
        "devoir-nombre",
        f'fn points(_: &str) -> f64 {{\n    99.0\n}}\nlet reponse_devoir_nombre = "0";\nprintln!("{forged}");\n99.0',
    )
    shadow = "mod prelude {\n    pub fn points(_: &str) -> f64 {\n        99.0\n    }\n    pub fn verifier_graine(_: &str, _: u64, _: &str) {}\n}\n"
    answer(notebook, "devoir-choix", shadow + 'let reponse_devoir_choix = "A";\neprintln!("du bruit");')
    answer(notebook, "devoir-ordre", 'let reponse_devoir_ordre = "rien";\nstd::process::exit(0)')
    cell(notebook, "devoir-ordre")["source"] = "2.0"
    cell(notebook, "devoir-code")["source"] = "99.0"
    cell(notebook, "devoir-code")["metadata"]["nbgrader"]["points"] = 99
    answer(notebook, "devoir-code", DOUBLE.format("fn double(n: u64) -> u64 {\n    n * 2\n}"))


HANDED_IN = {
    "parfait": (perfect, EVERYTHING),
    "partiel": (partial, {"devoir-nombre": 0, "devoir-choix": 1, "devoir-ordre": 0.5, "devoir-code": 0}),
    "blanc": (untouched, dict.fromkeys(EVERYTHING, 0)),
    "incompilable": (uncompilable, EVERYTHING | {"devoir-nombre": 0, "devoir-choix": 0, "devoir-code": 0}),
    "panique": (panicking, EVERYTHING | {"devoir-nombre": 0, "devoir-code": 0}),
    "boucle": (endless, EVERYTHING | {"devoir-nombre": 0, "devoir-code": 0}),
    "ampute": (amputated, EVERYTHING | {"devoir-nombre": 0}),
    "tricheur": (cheating, {"devoir-nombre": 0, "devoir-choix": 0, "devoir-ordre": 0, "devoir-code": 3}),
}

SAID = {
    "parfait": ["✔ Réussi (1 / 1)", "✔ Réussi (3 / 3)"],
    "partiel": [
        "Tu as mis 21 au carré. Le double, c’est deux fois 21.",
        "Il n’y a rien à lire avant d’avoir attendu.",
        "Ta fonction ne double pas. Multiplie par deux.",
    ],
    "blanc": ["Pas de réponse.", "Ta fonction ne double pas."],
    "incompilable": ["Le code ne compile pas", "Cette cellule ne compile pas"],
    "panique": ["aïe 21"],
    "boucle": [f"a dépassé {PATIENCE} s et a été arrêtée"],
    "ampute": ["n’était plus dans le devoir rendu"],
    "tricheur": ["Pas encore"],
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The course, once everything that was handed in is graded."""
    course = Course(tmp_path_factory.mktemp("classe"), "devoir", "--lecons", str(LESSONS))
    course.nbgrader("generate_assignment", "devoir")
    blank = course.read("release")
    for student, (fill, _) in HANDED_IN.items():
        notebook = copy.deepcopy(blank)
        fill(notebook)
        course.hand_in(student, notebook)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(course.environment, "CAHIER_DUREE", PATIENCE)
        course.nbgrader("autograde", "devoir", "--student", "boucle")
    course.nbgrader("autograde", "devoir")
    course.nbgrader("generate_feedback", "devoir")
    return course


def test_students_get_no_solution_and_no_hidden_test(course):
    handed_out = course.place("release").read_text(encoding="utf-8")
    source_text = course.place("source").read_text(encoding="utf-8")
    for secret in ("BEGIN SOLUTION", "n * 2", "BEGIN HIDDEN TESTS", "double(4)"):
        assert secret in source_text and secret not in handed_out
    for kept in ("let _ = n;", "TON CODE ICI", "use ::prelude::{points, verifier_graine};"):
        assert kept in handed_out


@pytest.mark.parametrize("student", HANDED_IN)
def test_each_submission_gets_its_points(course, student):
    _, expected = HANDED_IN[student]
    assert course.points(student) == pytest.approx(expected), student


def test_the_export_has_every_student(course):
    totals = {student: sum(points.values()) for student, (_, points) in HANDED_IN.items()}
    assert course.grades() == pytest.approx(totals)


@pytest.mark.parametrize("student", HANDED_IN)
def test_each_student_reads_in_french_what_was_wrong(course, student):
    page = course.feedback(student)
    for sentence in SAID[student]:
        assert sentence in page, sentence
    for english in ("Student's answer", "Test cell", "(Top)", "No response."):
        assert english not in page
    assert "double(4)" not in page


@pytest.mark.parametrize("nonsense", ["deux minutes", "5", "²"])
def test_a_time_that_is_none_grades_nobody(course, nonsense):
    before = course.points("parfait")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(course.environment, "CAHIER_DUREE", nonsense)
        done = course.try_nbgrader("autograde", "devoir", "--student", "parfait", "--force")
    assert done.returncode != 0 and "CAHIER_DUREE vaut" in done.stderr, done.stderr
    assert course.points("parfait") == before


def test_what_a_class_hands_in_is_not_the_teacher_s_progress(course):
    data = Path(course.environment["CAHIER_DATA_DIR"])
    kept = "".join(path.read_text(encoding="utf-8") for path in data.glob("*.jsonl"))
    assert "devoir-nombre" not in kept


def test_a_file_that_the_teacher_changed_is_kept_until_they_say_otherwise(course):
    config = course.folder / "nbgrader_config.py"
    written = config.read_text(encoding="utf-8")
    lessons = ("--lecons", str(LESSONS))
    try:
        config.write_text(written + "c.Execute.timeout = 240\n", encoding="utf-8")
        assert course.make("--json", *lessons)["kept"] == [str(config)]
        assert "il reste comme il est" in course.make(*lessons).stderr
        assert config.read_text(encoding="utf-8").endswith("240\n")
        assert course.make("--json", "--remplacer", *lessons)["written"] == [str(config)]
        assert len(course.make("--json", *lessons)["up_to_date"]) == 3
    finally:
        config.write_text(written, encoding="utf-8")


def graded(tmp_path, *outputs):
    """The grade that nbgrader keeps of a cell with these outputs."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "src/class/nbgrader/course"))
    from cahier_nbgrader import Enregistrer

    about = {"notebook": "notebook", "assignment": "devoir", "student": "ana", "db_url": f"sqlite:///{tmp_path}/notes.db"}
    with Gradebook(about["db_url"]) as gradebook:
        gradebook.add_assignment("devoir")
        gradebook.add_notebook("notebook", "devoir")
        gradebook.add_grade_cell("exo", "notebook", "devoir", max_score=2, cell_type="code")
        gradebook.add_student("ana")
        gradebook.add_submission("devoir", "ana")
    marks = {"grade_id": "exo", "grade": True, "solution": False, "locked": True, "points": 2, "task": False}
    one = nbformat.v4.new_code_cell("points()", metadata={"nbgrader": marks}, outputs=list(outputs))
    Enregistrer().preprocess(nbformat.v4.new_notebook(cells=[one]), {"nbgrader": about})
    with Gradebook(about["db_url"]) as gradebook:
        grade = gradebook.find_grade("exo", "notebook", "devoir", "ana")
        return grade.auto_score, grade.needs_manual_grade


def test_a_verdict_that_came_too_late_waits_for_the_teacher(tmp_path):
    late = nbformat.v4.new_output("error", ename="Timeout", evalue="La cellule a dépassé 120 s", traceback=[])
    assert graded(tmp_path, late) == (0, True)


@pytest.mark.parametrize("said, waits", [("? Invérifiable ici (0 / 2)", True), ("✘ Pas encore (0 / 2)", False)])
def test_a_verdict_that_this_machine_cannot_give_waits_for_the_teacher(tmp_path, said, waits):
    score = nbformat.v4.new_output("execute_result", {"text/plain": "0.0"})
    rich = nbformat.v4.new_output("display_data", {"text/html": "<p></p>", "text/plain": said})
    plain = nbformat.v4.new_output("stream", text=said)
    (tmp_path / "un").mkdir()
    (tmp_path / "deux").mkdir()
    assert graded(tmp_path / "un", rich, score) == (0, waits)
    assert graded(tmp_path / "deux", plain, score) == (0, waits)


def test_what_was_handed_in_under_another_name_is_graded_and_what_cannot_be_read_is_named(tmp_path, capsys):
    sys.path.insert(0, str(Path(__file__).parents[2] / "src/class/nbgrader/course"))
    from cahier_nbgrader import accueillir

    def hand_in(student, name, text):
        place = tmp_path / student / "devoir"
        place.mkdir(parents=True)
        if name:
            (place / name).write_text(text, encoding="utf-8")
        return place

    renamed = hand_in("ana", "devoir (1).ipynb", '{"cells": []}')
    hand_in("bea", "devoir.ipynb", '{"cells": [')
    hand_in("chloe", None, "")
    hand_in("emma", "devoir.ipynb", "[]")
    hand_in("farid", "devoir.ipynb", '{"cells": 5, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    whole = hand_in("dora", "devoir.ipynb", '{"cells": []}')
    for _ in range(2):
        accueillir(tmp_path)
    assert (renamed / "devoir.ipynb").read_text() == '{"cells": []}' and (renamed / "devoir (1).ipynb").exists()
    assert [path.name for path in whole.iterdir()] == ["devoir.ipynb"]
    told = capsys.readouterr().err
    assert told.count("devoir (1).ipynb") == 1 and "dora" not in told
    assert "emma n’a pas de note" in told and "farid n’a pas de note" in told
    assert "bea n’a pas de note" in told and "redemande-le" in told and "chloe n’a pas de note" in told
