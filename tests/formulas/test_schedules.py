"""The pricing schedules of real packs: every formula worked out here equals what LibreOffice recalculates, empty or filled in."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pipeline.catalogue import documents_for
from pipeline.contexts import build_context
from pipeline.formulas import ExcelError
from pipeline.pack import Edition, Mode, PackPlan, PlannedDocument, Template
from pipeline.plan import authority_of
from pipeline.profile import CommissioningModel, Nation
from pipeline.read import read_profile, read_reference
from pipeline.render.workbook import render_workbook
from tests.fixtures.formulas import agrees, recalculated, worked_out
from tests.fixtures.packs import LOCALITIES, REFERENCE, TEMPLATES

NAMES = ("exampleshire", "sampleford", "carmarthenshire")
KNOWN_REFERENCE = read_reference(REFERENCE)


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


def schedule(locality: str, model: CommissioningModel, edition: Edition) -> bytes:
    """The pricing schedule of a locality, as a build renders it."""
    profile = read_profile(LOCALITIES / f"{locality}.yaml")
    authority = authority_of(profile, KNOWN_REFERENCE)
    plan = PackPlan(profile, KNOWN_REFERENCE, authority, Nation(authority.nation), model, Mode.DRAFT)
    document = next(one for one in documents_for(model) if one.kind == "pricing-schedule")
    template = Template(document.template, "templates", (TEMPLATES / document.template).read_bytes())
    context = build_context(plan, PlannedDocument(document, edition, template))
    return render_workbook(template.content, template.name, context.values)


@pytest.mark.system
def test_libreoffice_recalculates_every_value(tmp_path: Path) -> None:
    files: list[Path] = []
    for step, (locality, model, edition) in enumerate(product(NAMES, CommissioningModel, Edition), 7):
        name = f"{locality}-{model}-{edition}"
        original = tmp_path / f"{name}.xlsx"
        original.write_bytes(schedule(locality, model, edition))
        files += [original, filled_in(original, tmp_path / f"{name}-filled-in.xlsx", step)]
    shown = recalculated(tmp_path / "home", files)
    wrong, numbers, total = [], 0, 0
    for path in files:
        ours, theirs = worked_out(path), shown[path]
        assert set(ours) <= set(theirs)
        wrong += [(path.name, place, value, theirs[place]) for place, value in ours.items() if not agrees(value, theirs[place])]
        assert not [place for place, value in ours.items() if isinstance(value, ExcelError)]
        numbers += sum(theirs[place][0] == "number" for place in ours)
        total += len(ours)
    assert wrong == []
    assert total > 10_000
    assert numbers > 5_000
