"""What may import what, beyond what import-linter can see: lazy imports, flows.py, and the terminal's way in."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.catalogue import DOCUMENTS
from tests.fixtures.packs import LOCALITIES, ROOT

SOURCES = sorted((ROOT / "pipeline").rglob("*.py"))
FLOWS = (ROOT / "flows.py").read_text(encoding="utf-8")


def imported(source: str) -> set[str]:
    """The top names of everything a module imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_there_are_sources_to_look_at() -> None:
    assert len(SOURCES) > 40
    assert "prefect" in imported(FLOWS)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_pipeline_never_imports_prefect(path: Path) -> None:
    assert not {"prefect", "flows"} & imported(path.read_text(encoding="utf-8"))


def test_only_word_rendering_imports_the_template_engine() -> None:
    users = {path.relative_to(ROOT).as_posix() for path in SOURCES if "docxtpl" in imported(path.read_text(encoding="utf-8"))}
    assert "pipeline/render/engine.py" in users
    assert {user for user in users if not user.startswith(("pipeline/render/", "pipeline/templates/"))} == set()


CLOCK = re.compile(r"\b(?:date|datetime|time)\.(today|now|utcnow|time|localtime)\(")


def test_the_clock_is_read_in_one_place() -> None:
    readers = {
        path.relative_to(ROOT).as_posix(): found
        for path in SOURCES
        if (found := CLOCK.findall(path.read_text(encoding="utf-8").partition('"""')[2]))
    }
    assert readers == {"pipeline/commands.py": ["today"]}


def test_nothing_is_left_to_chance() -> None:
    users = [path.name for path in SOURCES if {"random", "uuid", "secrets"} & imported(path.read_text(encoding="utf-8"))]
    assert users == []


WORDS = re.compile(r"[a-z]+", re.IGNORECASE)
BUSINESS = {
    "lot",
    "lots",
    "tariff",
    "rate",
    "rates",
    "authority",
    "nation",
    "wales",
    "england",
    "specification",
    "contract",
    "procurement",
    "engagement",
    "figure",
    "edition",
    "outcome",
    "budget",
    "pricing",
    "provision",
    "regime",
    "timetable",
    "tender",
}


def test_the_flow_holds_no_business_words() -> None:
    """Beyond its prose: names and texts of the code itself."""
    tree = ast.parse(FLOWS)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg | ast.keyword) and node.arg}
    words = {word.lower() for name in names for word in WORDS.findall(name.replace("_", " "))}
    assert {"profile", "model", "pack"} <= words
    assert not words & BUSINESS
    kinds = {document.kind for document in DOCUMENTS}
    assert not [kind for kind in kinds if kind in FLOWS]
    assert not [path.stem for path in LOCALITIES.glob("*.yaml") if path.stem in FLOWS.partition('"""')[2].partition('"""')[2]]


def test_the_command_line_never_imports_prefect() -> None:
    code = (
        "import sys; from pipeline.cli import main; code = main(['build', 'nothing.yaml', '--model', 'all']); "
        "print(code, [name for name in sys.modules if name.split('.')[0] in {'prefect', 'fastapi', 'sqlalchemy'}])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert shown.stdout.strip() == "1 []"
    assert "nothing.yaml: no such file" in shown.stderr


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom pipeline.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print({name.split('.')[0] for name in sys.modules} & {'pydantic', 'lxml', 'openpyxl', 'docxtpl', 'rich', 'babel'})"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert shown.stdout.strip().endswith("set()")


LOCALITY_NAMES = sorted(path.stem for path in LOCALITIES.glob("*.yaml"))
FREE = ("catalogue.py", "contexts", "templates")


def test_no_locality_or_document_kind_decides_anything_in_the_code() -> None:
    """Localities differ by data only; a document kind decides nothing outside the catalogue, contexts and templates."""
    texts = {path: path.read_text(encoding="utf-8") for path in SOURCES}
    assert LOCALITY_NAMES
    conditions = [
        (path.relative_to(ROOT).as_posix(), name)
        for path, text in texts.items()
        if not {*path.parts} & set(FREE)
        for name in {*LOCALITY_NAMES, *(document.kind for document in DOCUMENTS)}
        if re.search(rf"(\bif\b|\bin\b|[!=]=)[^\n]*['\"]{name}['\"]", text)
    ]
    assert conditions == []
