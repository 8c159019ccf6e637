# Les réglages de ce cours pour nbgrader. Change ce que tu veux : « cahier classe nbgrader » n’écrit jamais
# par-dessus un fichier que tu as changé.
import os
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cahier_nbgrader

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "cahier"
# Ce qui remplace les solutions dans les notebooks des élèves.
c.ClearSolutions.code_stub = {"rust": "// TON CODE ICI"}
c.ClearSolutions.text_stub = "TA RÉPONSE ICI"
# Une cellule a deux minutes dans le noyau de Cahier, qui l’arrête alors et dit pourquoi ; nbgrader attend plus
# longtemps que lui, car un noyau qui démarre prend son temps sur une machine occupée. Pour noter plus vite : CAHIER_DUREE=60 donne une minute à chaque cellule.
c.Execute.timeout = cahier_nbgrader.duree() + 180
c.Execute.iopub_timeout = 60

cahier_nbgrader.regler(c)
if "autograde" in sys.argv:
    cahier_nbgrader.accueillir(Path(__file__).resolve().parent / "submitted")
