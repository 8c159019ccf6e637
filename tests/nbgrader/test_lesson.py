"""A real lesson is a valid assignment, and its author's answers get every point."""

from course import Course
from nbgrader.nbgraderformat import MetadataValidator, read
from nbgrader.utils import compute_checksum

LESSON = "ecs-fargate"


def test_the_author_s_answers_get_full_marks(tmp_path):
    course = Course(tmp_path, LESSON)
    (assignment,) = course.made["assignments"]
    assert assignment["left_out"] == []
    course.nbgrader("generate_assignment", LESSON)
    course.hand_in("parfait", course.read("source"))
    course.nbgrader("autograde", LESSON)
    points = {exercise["id"]: exercise["points"] for exercise in assignment["exercises"]}
    assert course.points("parfait") == points
    assert course.grades() == {"parfait": assignment["max_score"]}


def test_nbgrader_finds_every_cell_as_it_writes_them_itself(tmp_path):
    course = Course(tmp_path, LESSON)
    with open(course.place("source"), encoding="utf-8") as file:
        notebook = read(file, as_version=4)
    MetadataValidator().validate_nb(notebook)
    assert notebook.metadata.kernelspec.name == "cahier"
    for cell in notebook.cells:
        assert cell.metadata.nbgrader.checksum == compute_checksum(cell), cell.id
