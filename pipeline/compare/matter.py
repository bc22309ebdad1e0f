"""How much a change of text matters: the old and the new text in; money, dates, duties and the like that changed out."""

import re
from collections.abc import Mapping

from pipeline.compare.change import Severity
from pipeline.compare.words import MARKED, MONTHS

_COUNTED = (
    r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fourteen|fifteen|twenty(?:-\w+)?"
    r"|thirty|forty(?:-\w+)?|sixty|ninety)"
)
_UNITS = r"(?:working|calendar|clear|business)?[\s-]*(?:minute|hour|day|week|fortnight|month|quarter|year)s?"
_PARTIES = (
    "Authority|Council|Health Board|Integrated Care Board|Commissioner|Provider|Supplier|Contractor|Subcontractor|Bidder"
    "|Tenderer|Consortium|Lead Provider"
)
_GRAVE = re.compile(
    rf"""(?: (?=[\d£€$]) | \b(?=\w) )(?:  # nothing of it begins within a word, which most letters are
      (?P<date>\b\d{{1,2}}\s(?:{MONTHS})(?:\s\d{{4}})?\b|\b(?:{MONTHS})\s\d{{4}}\b|\b\d{{4}}-\d\d-\d\d\b
        |\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b)
    | (?P<period>\b{_COUNTED}\s*(?:\(\d+\)\s*)?{_UNITS}\b)
    | (?P<money>[£€$]\s?\d[\d,.]*(?:\s?(?:million|billion|m|bn|k)\b)?|\b\d[\d,.]*\s?(?:pence|pounds)\b)
    | (?P<percentage>\d[\d,.]*\s?(?:%|per\ cent\b))
    | (?P<number>(?<![\w-])\d[\d,.]*(?:\([a-z]+\))*)
    | (?P<obligation>\b(?:may|(?i:shall|must|should|will|cannot|not|never|only|unless|except|at\ least|at\ most|up\ to
        |no\ (?:more|less|later|earlier|fewer)\ than|no|none|nor|neither|either|each|any|both
        |liab(?:le|ility|ilities)|indemnif(?:y|ies|ied)|indemnit(?:y|ies)|endeavours?|guarantee[sd]?|require[sd]?
        |entitled|obliged|warrants?|warrant(?:y|ies)))\b)
    | (?P<party>\b(?:{_PARTIES})s?\b))""",
    re.VERBOSE,
)
NAMES = ("money", "date", "period", "percentage", "number", "obligation", "party")


def touches(old: str, new: str) -> tuple[str, ...]:
    """Name what a change of text changes of that which binds: `period` when "28 days" became "30 days"."""
    before, after = _grave(old), _grave(new)
    found = {one[0] for one in before.keys() | after.keys() if before.get(one) != after.get(one)}
    return tuple(name for name in NAMES if name in found)


def severity_of(touched: tuple[str, ...]) -> Severity:
    """A change of wording is high when it touches anything that binds."""
    return Severity.HIGH if touched else Severity.CONTENT


def _grave(text: str) -> Mapping[tuple[str, str], int]:
    """Count what binds in a text: the sort of it and its words."""
    found: dict[tuple[str, str], int] = {}
    for one in _GRAVE.finditer(MARKED.sub("", text)):
        said = one.lastgroup or "", " ".join(one[0].rstrip(".,").split())
        found[said] = found.get(said, 0) + 1
    return found
