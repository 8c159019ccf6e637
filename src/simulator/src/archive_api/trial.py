# Imports modules of a layer as a function's Runtime would, and evaluates expressions with them. What is asked comes as
# JSON on standard input; what was found is written into the file `report`, anew after each step: a module may end the
# process, and so may an expression.
import ast
import importlib
import json
import sys

asked = json.load(sys.stdin)
sys.path[:0] = asked["paths"]
found = []


def evaluate(expression, names):
    """Whether an expression holds and, where it compares with `==`, what stands on its left."""
    tree = ast.parse(expression, mode="eval").body
    if not (isinstance(tree, ast.Compare) and [type(one) for one in tree.ops] == [ast.Eq]):
        return bool(eval(expression, names)), None
    value = lambda node: eval(compile(ast.Expression(node), "<layer>", "eval"), names)
    left = value(tree.left)
    return bool(left == value(tree.comparators[0])), repr(left)[:200]


def tell():
    with open(asked["report"], "w", encoding="utf-8") as report:
        json.dump({"version": "%d.%d" % sys.version_info[:2], "outcomes": found}, report)


for one in asked["tries"]:
    outcome = {"imported": False, "error": None, "holds": None, "left": None}
    try:
        importlib.import_module(one["module"])
        outcome["imported"] = True
        if one["expression"] is not None:
            found.append(outcome)
            tell()
            found.pop()
            root = one["module"].split(".")[0]
            outcome["holds"], outcome["left"] = evaluate(one["expression"], {root: sys.modules[root]})
    except BaseException as error:
        outcome["error"] = {"kind": type(error).__name__, "message": str(error)[:400]}
    found.append(outcome)
    tell()
