"""What the terminal and machines are told of a run: progress, a table of each pack, its findings, and what to do next."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline.result import BuildResult, PackSummary

SHOWN = 12
OUTSTANDING, FINAL = "outstanding", "final"


def progress(results: Iterable[BuildResult], count: int, *, quiet: bool) -> Iterator[BuildResult]:
    """Pass results on, drawing a bar on a terminal meanwhile."""
    console = Console(stderr=True)
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("Building packs", total=count)
        for result in results:
            bar.advance(task)
            yield result


def print_results(results: Sequence[BuildResult]) -> None:
    """Print a table for each pack, then every refusal once, then what to do next."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    for result in results:
        if result.pack is not None:
            _print_pack(console, result.pack)
    for refusal in dict.fromkeys(result.refusal for result in results if result.refusal is not None):
        print(refusal, file=sys.stderr)


def _print_pack(console: Console, pack: PackSummary) -> None:
    table = Table(title=f"{pack.locality}: {pack.model} ({pack.mode})", title_justify="left", title_style="bold")
    table.add_column("Document")
    table.add_column("Edition")
    for heading in ("Size", "Outstanding"):
        table.add_column(heading, justify="right")
    for row in pack.documents:
        table.add_row(row.kind, row.edition, f"{row.size / 1024:,.0f} kB", str(row.outstanding or ""))
    console.print(table)
    outstanding = [one for one in pack.findings if one.severity == OUTSTANDING]
    for finding in [one for one in pack.findings if one.severity != OUTSTANDING]:
        console.print(Text(f"  {finding.severity}: {finding.place}: {finding.message}"))
    for finding in outstanding[:SHOWN]:
        console.print(Text(f"  outstanding: {finding.place}"))
    if len(outstanding) > SHOWN:
        console.print(Text(f"  … and {len(outstanding) - SHOWN} more, all listed in manifest.json"))
    console.print(Text(f"  Pack: {pack.folder}"), soft_wrap=True)
    if pack.mode == FINAL:
        step = "Read issue/ through once more before it goes to bidders; internal/ stays with the authority."
    elif outstanding:
        step = f"Next: give the {len(outstanding)} outstanding figures in the profile, then build with --final."
    else:
        step = "Next: nothing is outstanding; build with --final."
    console.print(Text(f"  {step}\n"))


def results_json(results: Sequence[BuildResult]) -> list[dict[str, Any]]:
    """Give the results for machines."""
    return [
        {
            "profile": str(result.request.profile),
            "model": result.request.model,
            "built": result.pack is not None,
            "refusal": result.refusal,
            **(_pack_json(result.pack) if result.pack is not None else {}),
        }
        for result in results
    ]


def _pack_json(pack: PackSummary) -> dict[str, Any]:
    return {
        "locality": pack.locality,
        "mode": pack.mode,
        "folder": str(pack.folder),
        "documents": [
            {
                "kind": row.kind,
                "edition": row.edition,
                "path": row.path,
                "bytes": row.size,
                "outstanding": row.outstanding,
            }
            for row in pack.documents
        ],
        "findings": [
            {"severity": one.severity, "document": one.document, "place": one.place, "message": one.message}
            for one in pack.findings
        ],
    }
