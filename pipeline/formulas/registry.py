"""What is known of a function: how many arguments of which kinds it takes, and how it is worked out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.formulas.numbers import logical_of, number_of, text_of
from pipeline.formulas.shapes import unless_error
from pipeline.formulas.values import Scalar

CONVERSIONS: dict[str, Callable[[Scalar], Any]] = {
    "n": number_of,
    "t": text_of,
    "b": logical_of,
    "v": unless_error,
    "e": lambda value: value,
}
"""Kinds of argument that are single values: number, text, yes or no, any value, any value or error."""
WHOLE = frozenset("ra")
"""Kinds that keep areas and arrays whole: r as written, a calculated as arrays even in an ordinary formula."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the allow-list.

    `kinds` has a letter for each argument; after a * the last letters repeat. `least` arguments must be given. `call` takes
    the arguments, converted; where a kind keeps areas whole it takes the frame first. `refers`: it may give back a reference.
    """

    kinds: str
    least: int
    call: Callable[..., Any]
    refers: bool = False

    @property
    def most(self) -> int | None:
        """Say how many arguments may be given; None for any number."""
        return None if "*" in self.kinds else len(self.kinds)

    @property
    def framed(self) -> bool:
        """Say whether `call` takes the frame."""
        return bool(WHOLE & set(self.kinds))

    def kind(self, position: int) -> str:
        """Give the kind of an argument by its position, from 0."""
        once, _, repeated = self.kinds.partition("*")
        if position < len(once):
            return once[position]
        return repeated[(position - len(once)) % len(repeated)] if repeated else "v"  # one too many, which is refused
