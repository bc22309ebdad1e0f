"""What comparing costs: times as a multiple of parsing the same files with lxml, in the same run; and memory over many packs.

Run it from the checkout: `python benchmarks/compare.py [OLD NEW]`, where OLD and NEW are folders of packs or documents. Without
them it compares the specification of the tests with itself after seven edits, and a workbook after one.
"""

import resource
import sys
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from lxml import etree

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipeline.compare import PackFiles, compare_files, compare_packs
from tests.fixtures.comparing import add_column, inserted, moved, on_table, remove_row, replaced, specification
from tests.fixtures.schedules_compared import schedule

TURNS, PACKS = 30, 66


def parse(*files: bytes) -> None:
    """Parse every XML part of the files."""
    for content in files:
        with ZipFile(BytesIO(content)) as package:
            for name in package.namelist():
                part = package.read(name)
                if name.endswith((".xml", ".rels")):
                    etree.fromstring(part)


def least(*actions: Callable[[], object]) -> list[float]:
    """Give the least time of the processor that each action took, in turn with the others."""
    best = [float("inf")] * len(actions)
    for _ in range(TURNS):
        for at, action in enumerate(actions):
            start = time.process_time()
            action()
            best[at] = min(best[at], time.process_time() - start)
    return best


def pairs(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
    """Print what each pair of files costs, and the whole."""
    total = [0.0, 0.0]
    for path in sorted({*old} & {*new}):
        before, after = old[path], new[path]
        parsed, compared = least(lambda: parse(before, after), lambda: compare_files(before, after, path))  # noqa: B023
        count = len(compare_files(before, after, path).changes)
        times = f"parse {parsed * 1e3:6.1f} ms  compare {compared * 1e3:6.1f} ms  × {compared / parsed:.1f}"
        print(f"{path:45} {count:5} changes  {times}")
        total = [total[0] + parsed, total[1] + compared]
    (whole,) = least(lambda: compare_packs(PackFiles(old), PackFiles(new)))
    print(f"whole: parse {total[0] * 1e3:.1f} ms, parts {total[1] * 1e3:.1f} ms, pack {whole * 1e3:.1f} ms")


def many(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> None:
    """Compare as many packs as there are localities, one after the other, and print how much memory came on top."""
    compare_packs(PackFiles(old), PackFiles(new))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(PACKS):
        compare_packs(PackFiles(old), PackFiles(new))
    print(
        f"{PACKS} packs one after the other: {(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024:.1f} MB more"
    )


def read(path: Path) -> dict[str, bytes]:
    """Read the documents of a folder, or one document."""
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.suffix in {".docx", ".xlsx"})
    return {one.relative_to(path).as_posix() if path.is_dir() else "document" + one.suffix: one.read_bytes() for one in files}


def example() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Give two small packs: a specification of some 20 pages with seven edits, and a workbook with one."""
    edited = specification(
        replaced("within 23 hours", "within 48 hours"),
        replaced("Notice of 12 days", "Notice of 21 days"),
        replaced("listens first", "is heard first"),
        inserted("R-051", "The Provider shall keep a log.", "Clause"),
        moved("This section describes how a carer's break", "The Authority may inspect how every complaint"),
        on_table(1, lambda table: add_column(table, "VAT", "20%")),
        on_table(2, lambda table: remove_row(table, 7)),
    )
    old = {"specification.docx": specification(), "prices.xlsx": schedule()}
    return old, {"specification.docx": edited, "prices.xlsx": schedule(lambda made: made.lines.pop(5))}


if __name__ == "__main__":
    given = [read(Path(path)) for path in sys.argv[1:3]]
    sides = (given[0], given[1]) if len(given) > 1 else example()
    pairs(*sides)
    many(*sides)
