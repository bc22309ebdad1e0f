"""`python -m benchmarks`, or `make bench`: measures, prints tables, and saves them as JSON and Markdown."""

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import compare, flow, packs, peers, word, workbook
from benchmarks.measure import ROOT, machine
from benchmarks.tables import tables

PARTS = ("word", "peers", "workbook", "packs", "compare", "flow", "start")
FLOW_COUNCILS = 6


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure, always as ratios within one run.")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone (may be given again)")
    parser.add_argument("--times", type=int, default=12, help="how often each thing is run; the least counts")
    parser.add_argument("--councils", type=int, default=packs.COUNCILS, help="how many councils have packs built")
    parser.add_argument("--rounds", type=int, default=10, help="how many times as many packs in the large batch; 1 for none")
    parser.add_argument("--cases", type=int, help="only the last so many Word templates")
    parser.add_argument("--save", type=Path, default=ROOT / "benchmarks" / "results", help="the file to save to, without ending")
    asked = parser.parse_args(arguments)
    result = _measured(asked)
    text = tables(result)
    print(text)
    asked.save.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    asked.save.with_suffix(".md").write_text(text, encoding="utf-8")
    return 0


def _measured(asked: argparse.Namespace) -> dict[str, Any]:
    wanted = asked.only or PARTS
    result: dict[str, Any] = {"machine": machine()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PACKS_CACHE"] = str(folder / "own")
        if "word" in wanted:
            result["word"] = list(word.measure(folder / "isal", asked.times, only=asked.cases))
        if "peers" in wanted:
            (folder / "peers").mkdir()
            result["peers"] = peers.measure(folder / "peers", asked.times)
        if "workbook" in wanted:
            result["workbook"] = list(workbook.measure(asked.times))
        if "packs" in wanted:
            (folder / "packs").mkdir()
            result["packs"] = list(packs.measure(folder / "packs", asked.councils, asked.rounds, asked.times))
        if "compare" in wanted:
            (folder / "compare").mkdir()
            result["compare"] = compare.measure(folder / "compare", asked.councils, asked.times)
        if "flow" in wanted:
            (folder / "flow").mkdir()
            councils = packs.profiles(folder / "flow", FLOW_COUNCILS)
            result["flow"] = flow.measure(folder / "flow", councils, max(asked.times // 4, 1))
        if "start" in wanted:
            result["start"] = list(packs.start_up())
    return result


if __name__ == "__main__":
    raise SystemExit(main())
