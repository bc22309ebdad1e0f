"""Where two texts differ, without the scraps that they happen to share: what `opcodes` found in; fewer and longer changes out.

A few words between longer changes join them, as in Litera and in diff-match-patch's semantic clean-up, and two texts with
little in common are one removal and one insertion.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.compare.matching import Opcode

LITTLE = 0.3
"""Two texts with less in common are two texts: of the words of the shorter one, those that both hold in the same order."""
FEW, TIMES = 3, 2
"""The most words that can be a scrap, and how many times as many must have gone and come on both sides of it."""
_WORD = re.compile(r"\w")
_FIGURE = re.compile("[\\d\ue000]")


@dataclass(frozen=True)
class _Run:
    """A run of two texts that is kept or changed, with the pieces of either text that changed in it."""

    is_kept: bool
    place: tuple[int, int, int, int]
    gone: tuple[str, ...]
    come: tuple[str, ...]

    @property
    def is_figure(self) -> bool:
        """Say whether a figure became another: that is seen best by itself."""
        words = [one for side in (self.gone, self.come) for one in side if _WORD.search(one)]
        return bool(words) and all(_FIGURE.search(one) for one in words)


def gathered(codes: Sequence[Opcode], old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """Join changes over what little is kept between them, into `equal` and `replace`. An empty piece is no text and stays."""
    runs = [_Run(tag == "equal", (i, i2, j, j2), tuple(old[i:i2]), tuple(new[j:j2])) for tag, i, i2, j, j2 in codes]
    kept = sum(_words(run.gone) for run in runs if run.is_kept)
    if kept < LITTLE * min(_words(old), _words(new)):
        runs = _apart(runs)
    at = 1
    while at < len(runs) - 1:
        if runs[at].is_kept and _is_scrap(*runs[at - 1 : at + 2]):
            runs[at - 1 : at + 2] = [_joined(runs[at - 1], runs[at + 1])]
            at = max(1, at - 2)
        else:
            at += 1
    return [("equal" if run.is_kept else "replace", *run.place) for run in runs]


def _words(texts: Sequence[str]) -> int:
    return sum(1 for one in texts if _WORD.search(one))


def _is_scrap(before: _Run, kept: _Run, after: _Run) -> bool:
    """Say whether what is kept between two changes is too little to be read by itself."""
    text = "".join(kept.gone)
    if not all(kept.gone) or not text.strip():
        return all(kept.gone)
    if _FIGURE.search(text) or before.is_figure or after.is_figure:
        return False
    size = max(1, _words(kept.gone))
    changed = min(_words(before.gone + after.gone), _words(before.come + after.come))
    return size <= FEW and changed >= TIMES * size


def _joined(first: _Run, last: _Run) -> _Run:
    place = (first.place[0], last.place[1], first.place[2], last.place[3])
    return _Run(False, place, first.gone + last.gone, first.come + last.come)  # noqa: FBT003 - as the field is called


def _apart(runs: Sequence[_Run]) -> list[_Run]:
    """Give up all that is kept and is text, but for how the texts begin and end."""
    made: list[_Run] = []
    for at, run in enumerate(runs):
        is_edge = at in {0, len(runs) - 1} and _words(run.gone) > FEW
        if run.is_kept and (is_edge or not all(run.gone)):
            made.append(run)
        elif made and not made[-1].is_kept:
            made[-1] = _joined(made[-1], run)
        else:
            made.append(_Run(False, run.place, run.gone, run.come))  # noqa: FBT003 - as the field is called
    return made
