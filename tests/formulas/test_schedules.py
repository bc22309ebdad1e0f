"""The pricing schedules of real packs: every formula carries the value that LibreOffice recalculates, empty or filled in.

Profiles have one lot at least; templates whose rows are repeated for none are in tests/render/sheets/test_recalculated.py.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pipeline.finish.package import read_parts, write_parts
from pipeline.formulas import Address, ExcelError
from pipeline.pack import Edition
from pipeline.profile import CommissioningModel
from pipeline.read import read_profile
from tests.fixtures.formulas import carried, differences, recalculated, worked_out
from tests.fixtures.packs import LOCALITIES
from tests.fixtures.schedules import odd_profile, rendered, unknown_profile

PLAIN, REWARD, _ = CommissioningModel
FILLED_IN = ("exampleshire", "carmarthenshire", "2-lots", "7-lots")


def inputs(book: Workbook) -> Iterator[Any]:
    """Give every empty cell that a tenderer may fill in, with the choices it offers."""
    for sheet in book.worksheets:
        choices = {
            cell: str(rule.formula1).strip('"').split(",")
            for rule in sheet.data_validations.dataValidation
            if rule.type == "list" and str(rule.formula1).startswith('"')
            for area in rule.sqref.ranges
            for cell in area.cells
        }
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None and not cell.protection.locked and hasattr(cell, "column_letter"):
                    yield cell, choices.get((cell.row, cell.column))


def filled_in(content: Path, target: Path, step: int) -> Path:
    """Save a copy of a workbook with awkward figures in every input."""
    book = load_workbook(content)
    for number, (cell, choices) in enumerate(inputs(book)):
        cell.value = choices[(number + step) % len(choices)] if choices else (number * step % 97 + 1) / 16 + 0.0725
    book.save(target)
    return target


def built(folder: Path) -> Iterator[Path]:
    """The pricing schedules of every locality, of nothing known, and of one, two, seven and five hundred lots."""
    made = {"unknown": unknown_profile(), **{f"{count}-lots": odd_profile(count) for count in (1, 2, 7)}}
    cases = [(name, given, model) for name, given in made.items() for model in CommissioningModel]
    localities = sorted(LOCALITIES.glob("*.yaml"))  # each with one of the models; test_packs has all three of two
    cases += [(path.stem, read_profile(path), model) for path, model in zip(localities, cycle(CommissioningModel), strict=False)]
    many = odd_profile(500)
    large = [("500-lots", many, REWARD, Edition.INTERNAL), ("500-lots", many, PLAIN, Edition.ISSUE)]
    for name, given, model, edition in [*((*case, edition) for case, edition in product(cases, Edition)), *large]:
        path = folder / f"{name}-{model}-{edition}.xlsx"
        path.write_bytes(rendered(given, model, edition))
        yield path


@pytest.mark.system
def test_libreoffice_recalculates_every_value(tmp_path: Path) -> None:
    originals = list(built(tmp_path))
    some = [path for path in originals if path.name.startswith(FILLED_IN)]
    changed = [filled_in(path, tmp_path / f"filled-in-{path.name}", step) for step, path in enumerate(some, start=7)]
    shown = recalculated(tmp_path / "home", [*originals, *changed])
    values = {path: carried(path.read_bytes()) for path in originals} | {path: worked_out(path) for path in changed}
    wrong = {path.name: found[:5] for path in values if (found := differences(values[path], shown[path]))}
    assert wrong == {}
    errors = {path.name: place for path in values for place, value in values[path].items() if isinstance(value, ExcelError)}
    assert errors == {}
    numbers = sum(isinstance(value, Decimal) for found in values.values() for value in found.values())
    assert numbers > 15_000


@pytest.mark.system
def test_a_poisoned_value_is_caught(tmp_path: Path) -> None:
    content = rendered(odd_profile(2), CommissioningModel.REWARD, Edition.INTERNAL)
    parts = read_parts(content)
    poisons = {
        "a penny": (r"<v>(\d+\.\d)\d</v></c>", r"<v>\g<1>999</v></c>"),
        "a figure": (r"<v>(\d+)(\.\d+)</v></c>", r"<v>1\g<1>\g<2></v></c>"),
        "words": (r"<v>([a-z ]{4,})</v></c>", r"<v>\g<1> not</v></c>"),
        "nothing": (r"<v>(\d+\.\d+)</v></c>", "</c>"),
        "a number as words": (r'(<c r="\w+"[^>]*)(><f>[^<]*</f><v>\d+\.\d+</v>)', r'\1 t="str"\2'),
    }
    expected: dict[Path, list[Address]] = {}
    for name, (pattern, poison) in poisons.items():
        part, text, found = next(
            (part, text, found)
            for part in sorted(parts)
            if part.startswith("xl/worksheets/sheet")
            for text in [parts[part].decode()]
            if (found := re.search(rf"<f>[^<]*</f>{pattern}" if pattern.startswith("<v>") else pattern, text))
        )
        changed = text[: found.start()] + re.sub(pattern, poison, found[0]) + text[found.end() :]
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(write_parts({**parts, part: changed.encode()}))
        before, after = carried(content), carried(path.read_bytes())
        expected[path] = [place for place, value in before.items() if repr(after[place]) != repr(value)]
        assert len(expected[path]) == 1
    shown = recalculated(tmp_path / "home", list(expected))
    for path, places in expected.items():
        assert [place for place, _, _ in differences(carried(path.read_bytes()), shown[path])] == places, path.name
    unpoisoned = next(iter(shown.values()))
    assert differences(carried(content), unpoisoned) == []
    assert differences({}, unpoisoned)
