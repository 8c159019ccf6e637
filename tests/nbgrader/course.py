"""A course of nbgrader: made by Cahier, handed out, handed in, graded."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CAHIER = os.environ.get("CAHIER_BIN", str(ROOT / "target/release/cahier"))


def environment(folder, *options):
    """That of a Jupyter of its own, which knows our kernel: the same for the teacher and for all students."""
    done = subprocess.run([CAHIER, "preparer", "--json"], capture_output=True, text=True, check=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "JUPYTER_"))}
    apart = kept | {
        "CAHIER_PREPARATION_DIR": str(Path(json.loads(done.stdout)["folder"]).parent),
        "CAHIER_DATA_DIR": str(folder / "donnees"),
        "JUPYTER_CONFIG_DIR": str(folder / "reglages"),
        "JUPYTER_DATA_DIR": str(folder / "jupyter"),
    }
    subprocess.run([CAHIER, "jupyter", "installer", *options], env=apart, check=True, stdout=subprocess.DEVNULL)
    return apart


class Course:
    """The folder of a course, with one assignment."""

    def __init__(self, folder, lesson, *options):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.lesson = folder / "cours", lesson
        self.environment = environment(folder, *options)
        self.made = self.make("--json", *options)

    def make(self, *options):
        command = [CAHIER, "classe", "nbgrader", self.lesson, "--dossier", str(self.folder), *options]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout) if "--json" in options else done

    def nbgrader(self, *words):
        """What nbgrader says; it must not fail."""
        done = self.try_nbgrader(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def try_nbgrader(self, *words):
        command = [sys.executable, "-m", "nbgrader", *words]
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)

    def place(self, step, student=None):
        folder = self.folder / step / student if student else self.folder / step
        return folder / self.lesson / f"{self.lesson}.ipynb"

    def read(self, step, student=None):
        return json.loads(self.place(step, student).read_text(encoding="utf-8"))

    def hand_in(self, student, notebook):
        path = self.place("submitted", student)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")

    def grades(self):
        """The score of each student, as nbgrader exports it."""
        self.nbgrader("export")
        with open(self.folder / "grades.csv", encoding="utf-8", newline="") as file:
            return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}

    def points(self, student):
        """The points of each exercise, as the gradebook keeps them."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder}/gradebook.db") as gradebook:
            grades = gradebook.find_submission_notebook(self.lesson, self.lesson, student).grades
            return {grade.name: grade.score for grade in grades}

    def feedback(self, student):
        folder = self.folder / "feedback" / student / self.lesson
        return (folder / f"{self.lesson}.html").read_text(encoding="utf-8")


def cell(notebook, name):
    (found,) = [one for one in notebook["cells"] if one["id"] == name]
    return found


def source(notebook, name):
    return "".join(cell(notebook, name)["source"])


def answer(notebook, exercise, text):
    """Writes what a student would write below the first lines of the cell."""
    cell(notebook, f"{exercise}-reponse")["source"] = text
