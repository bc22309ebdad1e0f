"""Numbers that shifted, told briefly and none left out: 2.4 to 2.7 are now 2.5 to 2.8."""

import re
from collections.abc import Mapping, Sequence

_COUNTED = re.compile(r"(?P<before>.*?)(?P<count>\d+|(?<![a-z])[a-z](?=\)?$))(?P<after>\D{0,2})")
_ENDING = re.compile(r"(?<=[\w)])[.(](?=\w)")
_FEW = 2


def shifted_words(pairs: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Word old and new numbers in the same order: of a run that counts on upwards on both sides its first and its last.

    What follows the number it stands under, as 2.4(a) becomes 2.5(a) where 2.4 becomes 2.5, goes without saying.
    """
    runs: list[list[tuple[str, str]]] = []
    known = dict(pairs)
    for pair in (pair for pair in pairs if not _goes_along(pair, known)):
        if runs and all(_follows(runs[-1][-1][side], pair[side]) for side in (0, 1)):
            runs[-1].append(pair)
        else:
            runs.append([pair])
    old, new = (", ".join(_run([one[side] for one in run]) for run in runs) for side in (0, 1))
    return old, new


def _goes_along(pair: tuple[str, str], known: Mapping[str, str]) -> bool:
    """Say whether a number shifted with one that it stands under."""
    was, now = pair
    above = [was[: found.start()] for found in _ENDING.finditer(was)]
    return any(one in known and now == known[one] + was[len(one) :] for one in above)


def _follows(one: str, other: str) -> bool:
    """Say whether a number is the next after another: 2.5 after 2.4, 2.4(c) after 2.4(b)."""
    first, second = _COUNTED.fullmatch(one), _COUNTED.fullmatch(other)
    if first is None or second is None or first["before"] != second["before"] or first["after"] != second["after"]:
        return False
    counts = (first["count"], second["count"])
    if all(count.isdigit() for count in counts):
        return int(counts[1]) == int(counts[0]) + 1
    return not any(count.isdigit() for count in counts) and ord(counts[1]) == ord(counts[0]) + 1


def _run(labels: Sequence[str]) -> str:
    return f"{labels[0]} to {labels[-1]}" if len(labels) > _FEW else ", ".join(labels)
