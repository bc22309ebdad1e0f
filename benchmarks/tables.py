"""What was measured → Markdown tables, with the ratios that the targets are about."""

from collections.abc import Iterable, Sequence
from typing import Any


def tables(result: dict[str, Any]) -> str:
    """Word a result."""
    made = {
        "word": _word,
        "peers": _peers,
        "workbook": _workbook,
        "packs": _packs,
        "compare": _compare,
        "flow": _flow,
        "start": _start,
    }
    blocks = [", ".join(f"{name}: {value}" for name, value in result["machine"].items())]
    blocks += [make(result) for name, make in made.items() if name in result]
    return "\n\n".join(blocks) + "\n"


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [f"## {title}", "", f"| {' | '.join(heads)} |", f"|---|{'--:|' * (len(heads) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def _times(slow: float, quick: float) -> str:
    return f"{slow / quick:.1f} ×"


def _word(result: dict[str, Any]) -> str:
    heads = [
        "Template",
        "docxtpl, ms",
        "ours, ms",
        "quicker",
        "of the limit",
        "with `fast`, ms",
        "quicker",
        "of the limit",
        "by docxtpl",
    ]
    rows = []
    for row in result["word"]:
        told = [row["template"], f"{row['docxtpl']:.0f}"]
        for name in ("standard", "fast"):
            if name in row:
                ours, least = row[name], row[f"{name} limit"]
                told += [f"{ours:.2f}", _times(row["docxtpl"], ours), _times(ours, least)]
            else:
                told += ["not installed", "", ""]
        rows.append([*told, row["fallback"] or "no"])
    return _table("Word documents, rendered and finished", heads, rows)


def _peers(result: dict[str, Any]) -> str:
    ours = next((row for row in result.get("word", ()) if row["template"].startswith("synthetic")), None)
    rows = [["docxtpl 0.20.2", f"{ours['docxtpl']:.0f}", _times(ours["docxtpl"], ours["standard"])]] if ours else []
    for row in result["peers"]:
        if "skipped" in row:
            rows.append([row["engine"], f"skipped: {row['skipped']}", ""])
        else:
            rows.append(
                [row["engine"], f"{row['milliseconds']:.0f}", _times(row["milliseconds"], ours["standard"]) if ours else ""]
            )
    return _table("Other engines on the synthetic template", ["Engine", "ms", "to ours, finishing included"], rows)


def _workbook(result: dict[str, Any]) -> str:
    kinds = ("without values", "with values", "laid out anew")
    heads = ["Template", "openpyxl, ms", *(head for kind in kinds for head in (f"{kind}, ms", "quicker"))]
    rows = [
        [row["template"], f"{row['openpyxl']:.0f}"]
        + [word for kind in kinds for word in (f"{row[kind]:.1f}", _times(row["openpyxl"], row[kind]))]
        for row in result["workbook"]
    ]
    return _table("Workbooks, rendered and finished", heads, rows)


def _packs(result: dict[str, Any]) -> str:
    found = result["packs"]
    nothing = next(row["processor"] for row in found if row["what"].startswith("nothing: "))
    naive = next(row for row in found if row["what"].startswith("naive"))
    rows = []
    for row in found:
        count = row.get("packs", 0)
        ratio = _times(naive["processor"] / naive["packs"] * count, row["processor"]) if count else ""
        memory = f"{row['memory']:.0f}" if "memory" in row else ""
        wall = f"{row['wall']:.1f}" if "wall" in row else ""
        what = row["what"] if not row.get("code") else f"{row['what']} (refused: exit code {row['code']})"
        rows.append([what, count or "", f"{row['processor']:.2f}", wall, ratio, _times(row["processor"], nothing), memory])
    heads = ["What", "packs", "processor, s", "clock, s", "quicker than naive", "of doing nothing", "largest process, MB"]
    return _table("Packs", heads, rows)


def _compare(result: dict[str, Any]) -> str:
    found = result["compare"]
    heads = ["Two documents", "changes", "parsing both, ms", "comparing, ms", "of parsing"]
    rows = [
        [row["what"], row["changes"], f"{row['parse']:.1f}", f"{row['compare']:.1f}", _times(row["compare"], row["parse"])]
        for row in found["pairs"]
    ]
    whole_heads = ["Two packs", "changes", "parsing, ms", "documents, ms", "pack, ms", "of its documents", "with JSON, ms"]
    whole = [
        [
            *(row["what"], row["changes"], *(f"{row[name]:.0f}" for name in ("parse", "parts", "pack"))),
            *(_times(row["pack"], row["parts"]), f"{row['written']:.0f}"),
        ]
        for row in found["whole"]
    ]
    many = [
        [row["packs"], f"{row['processor']:.1f}", f"{row['wall']:.1f}", f"{row['memory']:.0f}"]
        for row in found["many"]
        if not row["code"]
    ]
    many_heads = ["Packs against as many", "processor, s", "clock, s", "largest process, MB"]
    return "\n\n".join(
        (
            _table("Comparing documents", heads, rows),
            _table("Comparing packs", whole_heads, whole),
            _table("Comparing many packs", many_heads, many),
        )
    )


def _flow(result: dict[str, Any]) -> str:
    found = result["flow"]
    fixed, pool, count = found["nothing to do"], found["pool"], found["packs"]
    more = (found["flow"] - fixed - pool) / pool
    rows = [
        ["the pool of processes alone", f"{pool:.2f}", ""],
        ["the flow", f"{found['flow']:.2f}", f"a fixed {fixed:.2f} s, and {100 * more:+.1f} % for each pack"],
        ["the flow with nothing to do", f"{fixed:.2f}", ""],
    ]
    return _table(f"Prefect: {count} packs on a running server", ["What", "clock, s", "costs over the pool"], rows)


def _start(result: dict[str, Any]) -> str:
    rows = [[f"`{row['what']}`", f"{1000 * row['processor']:.0f}", f"{row['memory']:.0f}"] for row in result["start"]]
    return _table("Starting", ["Program", "processor, ms", "MB"], rows)
