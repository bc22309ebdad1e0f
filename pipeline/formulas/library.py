"""Every function that can be worked out, by its name."""

from pipeline.formulas import aggregates, arithmetic, calendar, logic, lookup, words
from pipeline.formulas.registry import Function

FUNCTIONS: dict[str, Function] = {
    **arithmetic.FUNCTIONS,
    **aggregates.FUNCTIONS,
    **logic.FUNCTIONS,
    **lookup.FUNCTIONS,
    **words.FUNCTIONS,
    **calendar.FUNCTIONS,
}
BRANCHES: dict[str, tuple[int, int | None]] = {"IF": (2, 3), "IFERROR": (2, 2), "IFNA": (2, 2), "CHOOSE": (2, None)}
"""Functions that work out only the arguments they need, with the fewest and most they take."""


def arity(name: str) -> tuple[int, int | None]:
    """Give the fewest and most arguments a function takes; None for any number."""
    if name in BRANCHES:
        return BRANCHES[name]
    return FUNCTIONS[name].least, FUNCTIONS[name].most
