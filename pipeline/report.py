"""What the terminal and machines are told of a run: progress, a table of each pack, its findings, and what to do next."""

import sys
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline.approved import lapsed_lines
from pipeline.folder import look
from pipeline.result import Action, BuildResult, Noted, PackSummary
from pipeline.status import STATES, PackStatus, detail_lines
from pipeline.tell import folder_lines, pack_name, refusal_lines, up_to_date_lines

SHOWN = 12
DONE = {Action.NEW: "new", Action.BUILD: "rebuilt", Action.KEEP: "as it was", Action.LEAVE: "detached"}
OUTSTANDING, FINAL, TO_BE_CONFIRMED = "outstanding", "final", "to be confirmed"
COUNTABLE = ("fault", "note")


def progress(results: Iterable[BuildResult], count: int) -> Iterator[BuildResult]:
    """Pass results on, drawing a bar on a terminal meanwhile."""
    console = Console(stderr=True)
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Building packs", total=count)
        for result in results:
            bar.advance(task)
            yield result


def print_results(results: Sequence[BuildResult]) -> None:
    """Print a table for each pack, then every refusal once, then what to do next."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    for result in results:
        if result.pack is not None and result.pack.is_stale:
            _print_pack(console, result.pack)
        elif result.pack is not None:
            print(*up_to_date_lines(result.pack), sep="\n")
    print("".join(f"{line}\n" for line in refusal_lines(results)), end="", file=sys.stderr)


def _print_pack(console: Console, pack: PackSummary) -> None:
    _print_documents(console, pack)
    outstanding = sorted((one for one in pack.findings if one.severity == OUTSTANDING), key=_is_figure)  # figures last
    for finding in [one for one in pack.findings if one.severity != OUTSTANDING]:
        console.print(Text(f"  {finding.severity}: {finding.place}: {finding.message}"))
    for finding in outstanding[:SHOWN]:
        console.print(Text(f"  outstanding: {finding.place}{'' if _is_figure(finding) else f': {finding.message}'}"))
    if len(outstanding) > SHOWN:
        console.print(Text(f"  … and {len(outstanding) - SHOWN} more, all listed in manifest.json"))
    for line in folder_lines(pack):
        console.print(Text(line), soft_wrap=True)
    for line in lapsed_lines(look(pack.folder)):
        console.print(Text(f"  {line}"), soft_wrap=True)
    if pack.supersedes:
        console.print(Text(f"  Follows version {pack.supersedes}, which was issued and stays as it is."))
    console.print(Text(f"  Pack: {pack.folder}"), soft_wrap=True)
    if pack.mode == FINAL:
        step = "Read issue/ through once more before it goes to bidders; internal/ stays with the authority."
    elif outstanding:
        step = f"Next: {_next_steps(outstanding)}, then build with --final."
    else:
        step = "Next: nothing is outstanding; build with --final."
    console.print(Text(f"  {step}\n"))


def _is_figure(finding: Noted) -> bool:
    """Say whether a profile field is outstanding, and nothing else about the pack."""
    return finding.message.startswith(TO_BE_CONFIRMED)


def _next_steps(outstanding: Sequence[Noted]) -> str:
    figures = sum(map(_is_figure, outstanding))
    steps = [f"give the {figures} outstanding figure{'s' if figures > 1 else ''} in the profile"] if figures else []
    if figures < len(outstanding):
        steps.append(f"put right what {'else ' if figures else ''}is outstanding above")
    return " and ".join(steps)


def _print_documents(console: Console, pack: PackSummary) -> None:
    table = Table(title=pack_name(pack), title_justify="left", title_style="bold")
    table.add_column("Document")
    table.add_column("Edition")
    for heading in ("Size", "Outstanding"):
        table.add_column(heading, justify="right")
    table.add_column("Done")
    actions = {change.path: change.action for change in pack.changes}
    for row in pack.documents:
        done = DONE[actions.get(row.path, Action.LEAVE)]
        table.add_row(row.kind, row.edition, f"{row.size / 1024:,.0f} kB", str(row.outstanding or ""), done)
    console.print(table)
    slow = [row for row in pack.documents if row.fallback]
    if slow:
        console.print(Text(f"  Rendered the slow way, by docxtpl itself: {len(slow)} of {len(pack.documents)}"))
    for row in slow:
        console.print(Text(f"    {row.path}: {row.fallback}"))


def print_statuses(statuses: Sequence[PackStatus]) -> None:
    """Print a table of packs, with what is to be known of each beneath."""
    console = Console(width=None if sys.stdout.isatty() else 110)
    table = Table(title=", ".join(_counted(statuses)), title_justify="left", title_style="bold")
    for heading in ("State", "Pack", "Version", "Files", "Up to date", "Open", "Approvals"):
        table.add_column(heading, no_wrap=heading == "Pack", overflow="fold")
    for one in statuses:
        table.add_row(*map(Text, (one.state, one.name, one.version, _files(one), _fresh(one), _open(one), _approvals(one))))
    console.print(table)
    for one in statuses:
        lines = [*detail_lines(one, is_alone=len(statuses) == 1)]
        if lines:
            console.print(Text(one.name, style="bold"))
        for line in lines:
            console.print(Text(f"  {line}"), soft_wrap=True)


def _counted(statuses: Sequence[PackStatus]) -> Iterator[str]:
    for state in STATES:
        if count := sum(one.state == state for one in statuses):
            yield f"{count} {state}"


def _files(status: PackStatus) -> str:
    return f"{len(status.wrong)} not as written" if status.wrong else "as written"


def _fresh(status: PackStatus) -> str:
    if status.trouble:
        return "cannot tell"
    if status.changed_since:
        return "changed since"
    if status.stale is None:
        return ""
    return f"{len(status.stale)} stale" if status.stale else "yes"


def _open(status: PackStatus) -> str:
    counts = {OUTSTANDING: len(status.outstanding), **status.findings}
    named = [f"{count} {name}{'s' if count > 1 and name in COUNTABLE else ''}" for name, count in counts.items() if count]
    return "\n".join(named) or "nothing"


def _approvals(status: PackStatus) -> str:
    counts = {"given": len(status.approvals.given), "lapsed": len(status.approvals.lapsed)}
    counts["missing"] = sum(map(len, status.approvals.missing.values()))
    return "\n".join(f"{count} {name}" for name, count in counts.items() if count)
