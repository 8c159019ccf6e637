"""Ce que nbgrader fait de plus pour les cours de Cahier : aucun devoir rendu n’est perdu, aucun point n’est donné
sans verdict, et l’élève lit des phrases en français. « nbgrader_config.py » s’en sert."""

import math
import os
import re
import sys
from pathlib import Path

import nbformat
from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import ClearHiddenTests, Execute, GetGrades, NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade

# Ainsi commence le titre d’un verdict que cette machine ne peut pas rendre : un outil lui manque.
INVERIFIABLE = "Invérifiable"
DISPARUE = "// La cellule de réponse « {} » n’était plus dans le devoir rendu : il n’y a rien à noter."


class Retablir(NbGraderPreprocessor):
    """Rend à chaque cellule du devoir ses marques, et remet celles qui ont disparu : sans cela, nbgrader refuse le
    devoir entier, ou compte en silence."""

    def preprocess(self, nb, resources):
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(about["notebook"], about["assignment"])
            points = {cell.name: cell.max_score for cell in notebook.grade_cells}
            solutions = {cell.name for cell in notebook.solution_cells}
            known = {cell.name: self.marked(cell, points, solutions) for cell in notebook.source_cells}
        self.mark(nb, known)
        self.add_missing(nb, known)
        return nb, resources

    @staticmethod
    def marked(source, points, solutions):
        """The cell as it was handed out; an answer's is only told to be gone."""
        name, is_answer = source.name, source.name in solutions
        marks = {
            "schema_version": 3,
            "grade_id": name,
            "grade": name in points,
            "solution": is_answer,
            "locked": source.locked,
            "task": False,
            "cell_type": source.cell_type,
            "checksum": source.checksum,
        }
        if name in points:
            marks["points"] = points[name]
        cell = {"cell_type": source.cell_type, "metadata": {"nbgrader": marks}, "source": source.source}
        if source.cell_type == "code":
            cell |= {"execution_count": None, "outputs": []}
        if is_answer and source.cell_type == "code":
            cell["source"] = DISPARUE.format(name)
        return NotebookNode(cell | {"metadata": NotebookNode({"nbgrader": NotebookNode(marks)})})

    @staticmethod
    def mark(nb, known):
        """Each cell is known by its mark, else by its id; of several copies, the last one counts."""
        seen = set()
        for cell in reversed(nb.cells):
            marks = cell.metadata.pop("nbgrader", None)
            name = marks.get("grade_id") if isinstance(marks, dict) else None
            name = name if isinstance(name, str) and name in known else cell.get("id")
            if name in known and name not in seen:
                seen.add(name)
                cell.metadata["nbgrader"] = known[name].metadata["nbgrader"].copy()

    def add_missing(self, nb, known):
        """Each cell that is gone comes back behind the one that was before it."""
        place = 0
        for name, cell in known.items():
            names = [other.metadata.get("nbgrader", {}).get("grade_id") for other in nb.cells]
            if name in names:
                place = names.index(name) + 1
                continue
            self.log.warning("La cellule « %s » manquait dans le devoir rendu : elle est remise.", name)
            if nb.nbformat_minor >= 5:
                cell["id"] = self.free_id(name, nb)
            nb.cells.insert(place, cell)
            place += 1

    @staticmethod
    def free_id(name, nb):
        taken = {cell.get("id") for cell in nb.cells}
        return next(name_ for name_ in [name[:64], *(f"{name[:58]}-{n}" for n in range(10**5))] if name_ not in taken)


class Executer(Execute):
    """Exécute un devoir jusqu’au bout, et ne laisse de points qu’aux verdicts."""

    def preprocess(self, nb, resources, km=None):
        try:
            nb, resources = super().preprocess(nb, resources, km)
        except Exception:
            if not any(cell.get("execution_count") for cell in nb.cells):
                # Rien n’a été exécuté : le noyau manque, et la faute n’est pas à l’élève.
                raise
            # Le noyau est mort, ou ne répond plus : ce qui a un verdict le garde.
            self.log.exception("L’exécution du devoir s’est arrêtée avant la fin.")
        for cell in nb.cells:
            if is_grade(cell) and cell.cell_type == "code":
                self.weigh(cell)
        return nb, resources

    def weigh(self, cell):
        """nbgrader donnerait tous les points à une cellule qui n’affiche rien, ou autre chose qu’un nombre."""
        if any(output.output_type == "error" for output in cell.outputs):
            return
        results = [output for output in cell.outputs if output.output_type == "execute_result"]
        shown = [output for output in cell.outputs if output.output_type == "display_data"]
        if any(set(output.data) == {"text/plain"} for output in shown):
            self.fail(cell, "Une autre cellule a affiché une valeur pendant celle-ci : ces points ne sont pas sûrs.")
        elif not results:
            self.fail(cell, "Cette cellule n’a pas été exécutée : une autre a arrêté le noyau. Cherche laquelle.")
        elif not self.is_score(results, cell.metadata.nbgrader["points"]):
            self.fail(cell, "La valeur de cette cellule n’est pas un nombre de points : elle ne compte pas.")

    @staticmethod
    def is_score(results, most):
        try:
            (score,) = [float(output.data["text/plain"]) for output in results]
        except (KeyError, TypeError, ValueError):
            return False
        return math.isfinite(score) and 0 <= score <= most

    @staticmethod
    def fail(cell, sentence):
        error = {"output_type": "error", "ename": "SansVerdict", "evalue": sentence, "traceback": [sentence]}
        cell.outputs.insert(0, NotebookNode(error))


class Enregistrer(SaveAutoGrades):
    """Garde les points, laisse à l’enseignant ce que cette machine n’a pas pu juger, et dit en français qu’une réponse
    manque."""

    def _add_score(self, cell, resources):
        super()._add_score(cell, resources)
        if self.is_unverifiable(cell):
            name = cell.metadata["nbgrader"]["grade_id"]
            grade = self.gradebook.find_grade(name, self.notebook_id, self.assignment_id, self.student_id)
            grade.needs_manual_grade = True
            self.gradebook.db.commit()
            self.log.warning(
                "« %s » n’a pas pu être jugé ici : la page de l’élève dit ce qui manque. Note-le à la main, ou installe-le "
                "et relance « nbgrader autograde --force ».",
                name,
            )

    @staticmethod
    def is_unverifiable(cell):
        """Whether a tool was missing, or the time: on a machine at work, a right answer may take longer than a wrong one."""
        if any(output.get("ename") == "Timeout" for output in cell.get("outputs", [])):
            return True
        shown = [output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
        return any(INVERIFIABLE in "".join(text) for text in shown)

    def _add_comment(self, cell, resources):
        super()._add_comment(cell, resources)
        comment = self.gradebook.find_comment(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        if comment.auto_comment == "No response.":
            comment.auto_comment = "Pas de réponse."
            self.gradebook.db.commit()


class PageDeRetour(HTMLExporter):
    """La page que l’élève reçoit, avec les mots de nbgrader en français."""

    MOTS = [
        ("<span class=\"nbgrader-label\">Student's answer</span>", '<span class="nbgrader-label">Ta réponse</span>'),
        ('<span class="nbgrader-label">Grade cell: ', '<span class="nbgrader-label">Points\u00a0: '),
        ("\n      Score: ", "\n      Points\u00a0: "),
        ('<a href="#top">(Top)</a>', '<a href="#top">(en haut)</a>'),
        ("<b>Comments:</b>", "<b>Remarques\u00a0:</b>"),
    ]

    def from_notebook_node(self, nb, resources=None, **kw):
        page, resources = super().from_notebook_node(nb, resources, **kw)
        for theirs, ours in self.MOTS:
            page = page.replace(theirs, ours)
        page = re.sub(r"(<h4>[^<]*)\(Score:", "\\1(points\u00a0:", page, count=1)
        page = re.sub(r'<a href="#([\w-]+)">Test cell</a> \(Score:', "<a href=\"#\\1\">\\1</a> (points\u00a0:", page)
        return page, resources


def accueillir(folder):
    """Donne à chaque devoir rendu le nom que nbgrader attend, et nomme ceux qui ne se lisent pas. Rien n’est écrit
    par-dessus ce qu’un élève a rendu."""
    for place in sorted(path for path in folder.glob("*/*") if path.is_dir()):
        wanted = place / f"{place.name}.ipynb"
        found = sorted(path for path in place.iterdir() if path.suffix.lower() == ".ipynb" and path.is_file())
        if not wanted.exists() and len(found) == 1:
            wanted.write_bytes(found[0].read_bytes())
            say(f"« {found[0].name} » de {place.parent.name} est noté sous le nom « {wanted.name} ».")
        elif not wanted.exists():
            why = f"aucun de ses notebooks ne s’appelle « {wanted.name} »" if found else "il n’a rendu aucun notebook"
            say(f"{place.parent.name} n’a pas de note pour « {place.name} » : {why}.")
        if wanted.exists():
            try:
                nbformat.read(wanted, as_version=nbformat.current_nbformat)
            except Exception:  # Ce qui n’est pas un notebook en lève de toutes sortes.
                say(f"{place.parent.name} n’a pas de note pour « {place.name} » : son fichier est coupé ou abîmé ; redemande-le.")


def duree():
    """Les secondes d’une cellule. Un nombre qui n’en est pas arrête tout ici : le noyau refuserait chaque cellule, et toute la
    classe aurait zéro."""
    donnee = (os.environ.get("CAHIER_DUREE") or "120").strip()
    if not re.fullmatch(r"[0-9]{1,9}", donnee) or not 30 <= int(donnee) <= 3600:
        # Une autre exception ne ferait qu’écarter ces réglages, et nbgrader noterait sans eux.
        sys.exit(f"Cahier : CAHIER_DUREE vaut « {donnee} », et ce n’est pas un nombre de secondes entre 30 et 3600. Rien n’est noté.")
    return int(donnee)


def say(sentence):
    print(f"Cahier : {sentence}", file=sys.stderr)


def remplacer(preprocessors, changes):
    """The list with some of its classes replaced."""
    by_name = {theirs.__name__: ours for theirs, ours in changes}
    return [by_name.get(getattr(one, "__name__", one), one) for one in preprocessors]


def regler(c):
    """Met ces classes à la place de celles de nbgrader."""
    sanitize = Autograde.class_traits()["sanitize_preprocessors"].default()
    autograde = Autograde.class_traits()["autograde_preprocessors"].default()
    cleared = next(place for place, one in enumerate(sanitize) if one.__name__ == "ClearOutput") + 1
    c.Autograde.sanitize_preprocessors = [*sanitize[:cleared], Retablir, *sanitize[cleared:]]
    c.Autograde.autograde_preprocessors = remplacer(autograde, [(Execute, Executer), (SaveAutoGrades, Enregistrer)])
    # Les tests cachés ne se montrent pas non plus dans le retour.
    c.GenerateFeedback.exporter_class = PageDeRetour
    c.GenerateFeedback.preprocessors = [GetGrades, ClearHiddenTests, CSSHTMLHeaderPreprocessor]
