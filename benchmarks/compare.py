"""What comparing costs: documents as a multiple of parsing both files with lxml, packs of their documents; and memory."""

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lxml import etree

from benchmarks import synthetic, word
from benchmarks.measure import ROOT, least, started
from benchmarks.packs import packs, profiles
from pipeline.compare import PackFiles, change_list, compare_files, compare_packs
from pipeline.compare.command import read_pack
from pipeline.pack import Edition
from tests.fixtures.comparing import add_column, inserted, moved, on_table, remove_row, replaced, specification

EXAMPLE = "exampleshire"
RATE = ("ceiling_rate: {value: 40,", "ceiling_rate: {value: 41,")
FEW = 6
MANY = "import sys; from benchmarks.compare import compare_many; compare_many(sys.argv[1:])"


def parse(*files: bytes) -> None:
    """Parse every XML part of the files."""
    for content in files:
        with ZipFile(BytesIO(content)) as package:
            for name in package.namelist():
                part = package.read(name)
                if name.endswith((".xml", ".rels")):
                    etree.fromstring(part)


def measure(folder: Path, councils: int, times: int) -> dict[str, Any]:
    """Measure documents and packs in milliseconds of processor time, and many packs in seconds and megabytes."""
    for name, (was, now) in (("before", ("", "")), ("after", RATE)):
        path = folder / name / f"{EXAMPLE}.yaml"
        path.parent.mkdir()
        text = (ROOT / "inputs" / "localities" / path.name).read_text(encoding="utf-8")
        path.write_text(text.replace(was, now, 1), encoding="utf-8")
        packs([path], folder / name, folder / "cache")
    first, rate, model = (
        folder / name / EXAMPLE / model
        for name, model in (("before", "reward"), ("after", "reward"), ("before", "care-planning"))
    )
    pairs = [*made(times), *_real("a rate changed", first, rate, times), *_real("another model", first, model, times)]
    whole = [_whole("a rate changed", first, rate, times), _whole("another model", first, model, times)]
    return {"pairs": pairs, "whole": whole, "many": list(_many(folder, councils))}


def made(times: int) -> Iterator[dict[str, Any]]:
    """Measure the synthetic document with seven facts changed, and the specification of the tests with seven edits."""
    facts = synthetic.facts()
    other = {
        **facts,
        "title_3": "Outcomes and money",
        "shown_4": False,
        "when_2_2": "within 28 days",
        "list_5": facts["list_5"][1:],
    }
    other |= {"who_7_1": "the Provider", "what_8_4": "an audit", "rows_9": [*facts["rows_9"][:9], *facts["rows_9"][10:]]}
    template = synthetic.template(synthetic.Jinja())
    sides = [word.by_us(word.Case("synthetic.docx", template, one, Edition.INTERNAL)) for one in (facts, other)]
    yield _pair("synthetic, 26 pages, seven facts", sides[0], sides[1], "synthetic.docx", times)
    edited = specification(
        replaced("within 23 hours", "within 48 hours"),
        replaced("Notice of 12 days", "Notice of 21 days"),
        replaced("listens first", "is heard first"),
        inserted("R-051", "The Provider shall keep a log.", "Clause"),
        moved("This section describes how a carer's break", "The Authority may inspect how every complaint"),
        on_table(1, lambda table: add_column(table, "VAT", "20%")),
        on_table(2, lambda table: remove_row(table, 7)),
    )
    yield _pair("specification of the tests, seven edits", specification(), edited, "specification.docx", times)


def _real(what: str, old: Path, new: Path, times: int) -> Iterator[dict[str, Any]]:
    """Measure the documents of two packs that differ."""
    before, after = read_pack(old).files, read_pack(new).files
    for path in sorted({*before} & {*after}):
        if before[path] != after[path]:
            yield _pair(f"{what}: {path}", before[path], after[path], path, times)


def _pair(what: str, old: bytes, new: bytes, path: str, times: int) -> dict[str, Any]:
    parsed, compared = least(partial(parse, old, new), times), least(partial(compare_files, old, new, path), times)
    return {"what": what, "changes": len(compare_files(old, new, path).changes), "parse": parsed, "compare": compared}


def _whole(what: str, old: Path, new: Path, times: int) -> dict[str, Any]:
    """Measure two packs, their causes included, and the sum of their documents one by one."""
    before, after = read_pack(old), read_pack(new)
    parts = sum(least(partial(compare_files, before.files[path], after.files.get(path), path), times) for path in before.files)
    return {
        "what": what,
        "changes": len(compare_packs(before, after).changes),
        "parse": least(partial(_parse_all, before.files, after.files), times),
        "parts": parts,
        "pack": least(partial(compare_packs, before, after), times),
        "written": least(partial(_written, before, after), times),
    }


def _parse_all(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
    parse(*old.values(), *new.values())


def _written(old: PackFiles, new: PackFiles) -> str:
    return change_list(compare_packs(old, new))


def _many(folder: Path, councils: int) -> Iterator[dict[str, Any]]:
    """Measure packs of councils against the next council's of the same model, in one process that goes from pair to pair."""
    made = folder / "many"
    made.mkdir()
    packs(profiles(made, councils), made, folder / "cache")
    pairs = _neighbours(made)
    for some in dict.fromkeys((1, min(FEW, len(pairs)), len(pairs))):
        spent = started([sys.executable, "-c", MANY, *(str(path) for pair in pairs[:some] for path in pair)])
        yield {"packs": some, "processor": spent.processor, "wall": spent.wall, "memory": spent.memory, "code": spent.code}
    shutil.rmtree(made)


def _neighbours(folder: Path) -> list[tuple[Path, Path]]:
    """Pair each council's packs with those of the one after it, the last one's with the first one's."""
    made = sorted(path.parent.relative_to(folder) for path in folder.glob("*/*/manifest.json"))
    names = sorted({path.parent.name for path in made})
    after = dict(zip(names, [*names[1:], *names[:1]], strict=True))
    return [(folder / path, folder / after[path.parent.name] / path.name) for path in made]


def compare_many(paths: Sequence[str]) -> None:
    """Read and compare packs two by two, each list written out and dropped before the next."""
    for old, new in zip(paths[::2], paths[1::2], strict=True):
        _written(read_pack(Path(old)), read_pack(Path(new)))
