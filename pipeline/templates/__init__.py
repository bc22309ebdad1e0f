"""Templates as such: their placeholders, their faults, their text mirror and their styles.

pieces.py   template bytes → pieces of text that hold tags, each with its place
structure.py  a paragraph → faults in how its tags and commentary lie in Word's markup
dialect.py  pieces → faults in how tags are written and placed
walk.py     pieces → placeholders with full paths; with the facts of a pack, also every name that does not exist
check.py    packs' plans → a line per fault over every document, commissioning model, nation and edition
uses.py     template bytes → its placeholders, or the paths one document shows
mirror.py   templates folder → text mirror; house-style.docx → the styles of every Word template
"""

from pipeline.templates.check import ANY_NEED, check_template, check_templates
from pipeline.templates.mirror import mirror, restyle, restyle_folder, stale_mirrors, unstyled, write_mirrors
from pipeline.templates.uses import placeholders, used_paths, used_places
from pipeline.templates.walk import Placeholder

__all__ = [
    "ANY_NEED",
    "Placeholder",
    "check_template",
    "check_templates",
    "mirror",
    "placeholders",
    "restyle",
    "restyle_folder",
    "stale_mirrors",
    "unstyled",
    "used_paths",
    "used_places",
    "write_mirrors",
]
