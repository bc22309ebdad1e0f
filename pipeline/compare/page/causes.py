"""The causes of a pack's changes in words, counted, and named for the filter."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.compare.change import Cause, Change, PackDiff
from pipeline.request import MODELS
from pipeline.wording import words_of

LONGEST = 60
_MODEL_NUMBERS = {name: number for number, name in MODELS.items()}


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
    worded = _WORDED.get(cause.kind)
    return worded(cause) if worded else cause.words()


def model_words(name: str) -> str:
    """Name a commissioning model: Model 2 (reward)."""
    return f"Model {_MODEL_NUMBERS[name]} ({name.replace('-', ' ')})" if name in _MODEL_NUMBERS else name


def _cut(text: str) -> str:
    return f"{text[:LONGEST]}…" if len(text) > LONGEST else text or "nothing"


def _template_words(cause: Cause) -> str:
    is_text = cause.name.endswith(".docx")
    return f"its wording changed (template {cause.name})" if is_text else f"its template changed ({cause.name})"


def _provision_words(cause: Cause) -> str:
    is_citation = {cause.old, cause.new} == {"", "cited"}
    return f"provision {cause.name}: {'now' if cause.new else 'no longer'} cited" if is_citation else cause.words()


_WORDED: Mapping[str, Callable[[Cause], str]] = {
    "template": _template_words,
    "profile field": lambda cause: f"{words_of(cause.name)}: {_cut(cause.old)} → {_cut(cause.new)}",
    "reference entry": lambda cause: f"reference data: {words_of(cause.name)}",
    "provision": _provision_words,
    "commissioning model": lambda cause: f"{cause.kind}: {model_words(cause.old)} → {model_words(cause.new)}",
    "code": lambda _: "the program that builds packs changed",
}
