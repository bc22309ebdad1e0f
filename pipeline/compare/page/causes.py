"""The causes of a pack's changes in words, counted, and named for the filter."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.compare.change import Cause, Change, PackDiff
from pipeline.wording import words_of

LONGEST = 60
NO_CAUSE = "no known cause"
FIELD, TEMPLATE, REFERENCE = "profile field", "template", "reference entry"


@dataclass(frozen=True)
class Told:
    """A cause in words, with its name in the filter, how many changes it has and the first of them."""

    words: str
    token: str
    count: int = 0
    first: int = 0


class Causes:
    """The causes of a pack's changes: those that are certain, those that may be, and the kinds that have several."""

    def __init__(self, diff: PackDiff) -> None:
        self._certain = _counted(diff.changes, "c", is_certain=True)
        self._perhaps = _counted(diff.changes, "p", is_certain=False)
        named = dict.fromkeys((*self._certain, *self._perhaps))
        self.kinds = [kind for kind, count in Counter(cause.kind for cause in named).items() if count > 1]
        self.certain, self.perhaps = list(self._certain.values()), list(self._perhaps.values())
        self.both = [(self._certain.get(cause), self._perhaps.get(cause)) for cause in named]

    def tokens(self, causes: Iterable[Cause]) -> str:
        """Give the words by which the filter finds a change of these causes."""
        causes = tuple(causes)
        kinds = dict.fromkeys(f"k{self.kinds.index(cause.kind)}" for cause in causes if cause.kind in self.kinds)
        told = ((self._certain if cause.is_certain else self._perhaps)[_settled(cause)] for cause in causes)
        return " ".join([*kinds, *(one.token for one in told)])


def _counted(changes: Sequence[Change], letter: str, *, is_certain: bool) -> dict[Cause, Told]:
    """Tell each cause, certain or not, with its changes."""
    found: dict[Cause, Told] = {}
    for change in changes:
        for cause in (_settled(one) for one in change.causes if one.is_certain is is_certain):
            told = found.get(cause) or Told(cause_words(cause), f"{letter}{len(found)}", 0, change.number)
            found[cause] = replace(told, count=told.count + 1)
    return found


def _settled(cause: Cause) -> Cause:
    return replace(cause, is_certain=True)


def cause_words(cause: Cause) -> str:
    """Say a cause to a reader who knows neither digests nor the names of fields."""
    if cause.kind == TEMPLATE:
        what = "wording" if cause.name.endswith(".docx") else "template"
        return f"its {what} changed ({'template ' if what == 'wording' else ''}{cause.name})"
    if cause.kind == "code":
        return "the program that builds packs changed"
    if cause.kind == "provision" and {cause.old, cause.new} == {"", "cited"}:
        return f"provision {cause.name}: {'now' if cause.new else 'no longer'} cited"
    if cause.kind == FIELD:
        return f"{words_of(cause.name)}: {_cut(cause.old)} → {_cut(cause.new)}"
    if cause.kind == REFERENCE:
        return f"reference data: {words_of(cause.name)}"
    return cause.words()


def _cut(text: str) -> str:
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text or "nothing"
