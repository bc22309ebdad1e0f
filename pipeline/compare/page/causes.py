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
class Behind:
    """A cause as the first screen tells it: how many changes it has, the first of them, and its name in the filter."""

    cause: Cause
    words: str
    count: int
    first: int
    token: str


class Causes:
    """The causes of a pack's changes: those that are certain, those that may be, and the kinds that have several."""

    def __init__(self, diff: PackDiff) -> None:
        self.certain = _counted(diff.changes, "c", is_certain=True)
        self.perhaps = _counted(diff.changes, "p", is_certain=False)
        named = dict.fromkeys(_settled(cause) for change in diff.changes for cause in change.causes)
        self.kinds = [kind for kind, count in Counter(cause.kind for cause in named).items() if count > 1]
        self._tokens = {one.cause: one.token for one in (*self.certain, *self.perhaps)}

    def tokens(self, causes: Iterable[Cause]) -> str:
        """Give the words by which the filter finds a change of these causes."""
        causes = tuple(causes)
        kinds = dict.fromkeys(f"k{self.kinds.index(cause.kind)}" for cause in causes if cause.kind in self.kinds)
        return " ".join([*kinds, *(self._tokens[cause] for cause in causes)])


def _counted(changes: Sequence[Change], letter: str, *, is_certain: bool) -> list[Behind]:
    first: dict[Cause, int] = {}
    counts: Counter[Cause] = Counter()
    for change in changes:
        for cause in change.causes:
            if cause.is_certain is is_certain:
                first.setdefault(cause, change.number)
                counts[cause] += 1
    return [Behind(one, cause_words(one), counts[one], at, f"{letter}{place}") for place, (one, at) in enumerate(first.items())]


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
