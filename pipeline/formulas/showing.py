"""TEXT: a value written in a number format, for money, percentages, plain numbers and dates."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from pipeline.formulas.arithmetic import rounded
from pipeline.formulas.dates import parts_of, weekday_of
from pipeline.formulas.numbers import CALCULATION, MONTHS, multiply, number_text, read_number, shown, text_of
from pipeline.formulas.values import ExcelError, FormulaError, RaisedError, Scalar

_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_PIECE = re.compile(
    r"""(?P<literal>"[^"]*"|\\.) | (?P<space>_.) | (?P<fill>\*.) | \[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\] |
    (?P<colour>\[(?i:black|blue|cyan|green|magenta|red|white|yellow|color\d+)\]) |
    (?P<elapsed>\[(?i:h+|m+|s+)\]) | (?P<general>(?i:General)) | (?P<noon>AM/PM|A/P) |
    (?P<date>[yY]+|[dD]+|[mM]+|[hH]+|[sS]+) | (?P<digits>[0#?]+) | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = frozenset("£$€+-()/:, .%@'!&~{}<>= ")
_MOST_SECTIONS = 4
_NOTHING = {"0": "0", "#": "", "?": " "}
"""What stands in a place for a digit where the number has none."""
_DATES = frozenset({"date", "noon", "elapsed"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a format: its kind (literal, digits, point, comma, percent, slash, date, elapsed, noon, text) and its text."""

    kind: str
    text: str


@lru_cache(maxsize=256)
def sections(code: str) -> tuple[tuple[Piece, ...], ...]:
    """Read a number format as its sections; what is not known here is refused."""
    parts = re.findall(r"""(?:"[^"]*"|\\.|[^;"\\])+|(?<=;)(?=;|$)|^(?=;)""", code, re.DOTALL) or [""]
    if len(parts) > _MOST_SECTIONS:
        raise FormulaError(f"uses the number format {code!r}, which has more than {_MOST_SECTIONS} parts; use fewer")
    made = tuple(tuple(_pieces(part, code)) for part in parts)
    if fault := next(filter(None, map(_fault, made)), ""):
        raise FormulaError(f"uses the number format {code!r}, {fault}")
    return made


def _fault(pieces: tuple[Piece, ...]) -> str:
    """Say what of a section is not followed; "" where all of it is."""
    kinds = [piece.kind for piece in pieces]
    whole = kinds[: kinds.index("point")] if "point" in kinds else kinds
    places = [at for at, kind in enumerate(whole) if kind == "digits"]
    if "general" in kinds:
        return "whose digits depend on the width of a cell; use 0.00, or join the number with &"
    if "digits" in kinds and "slash" in kinds:
        return "which shows fractions and is not followed; use 0.00"
    if "digits" in kinds and not _DATES.isdisjoint(kinds):
        return "which mixes digits with a date or time and is not followed; use two TEXT joined with &"
    if kinds.count("percent") > 1 or kinds.count("elapsed") > 1 or (kinds.count("point") > 1 and _DATES.isdisjoint(kinds)):
        return "which has a sign twice that may stand there once; use 0.0% or [h]:mm"
    if _grouped(pieces) and (
        any("?" in piece.text for piece in pieces if piece.kind == "digits")
        or {*whole[places[0] : places[-1]]} - {"digits", "comma"}
    ):
        return "which sets thousands apart with more than commas and is not followed; use #,##0"
    return ""


def _pieces(part: str, code: str) -> list[Piece]:
    pieces = []
    for found in _PIECE.finditer(part):
        kind, text = found.lastgroup or "", found[0]
        if kind == "literal":
            text = text[1:-1] if text.startswith('"') else text[1:]
        elif kind == "space":
            kind, text = "literal", " "
        elif kind == "currency":
            kind, text = "literal", found["currency"]
        elif kind in {"fill", "colour"}:
            continue
        elif kind == "other":
            if text not in _PLAIN:
                raise FormulaError(
                    f"uses the number format {code!r}, whose {text!r} is not followed; use 0.00, #,##0, 0% or d mmmm yyyy"
                )
            kind = {".": "point", ",": "comma", "%": "percent", "@": "text", "/": "slash"}.get(text, "literal")
        pieces.append(Piece(kind, text))
    return pieces


def show(value: Scalar, code: str) -> str:
    """Write a value in a number format, as TEXT does."""
    if isinstance(value, bool):
        return text_of(value)
    if isinstance(value, str):
        number = read_number(value)
        if number is None:
            return _shown_text(value, code)
        value = number
    if isinstance(value, ExcelError):
        raise RaisedError(value)
    return _shown_number(value or Decimal(0), code)


def _shown_text(value: str, code: str) -> str:
    parts = sections(code)
    chosen = parts[3] if len(parts) == _MOST_SECTIONS else parts[-1]
    if len(parts) < _MOST_SECTIONS and not any(piece.kind == "text" for piece in chosen):
        return value
    return "".join(value if piece.kind == "text" else piece.text for piece in chosen)


def _shown_number(number: Decimal, code: str) -> str:
    parts = sections(code)
    numeric = parts[:3] if len(parts) == _MOST_SECTIONS else parts
    if any(piece.kind == "text" for piece in numeric[-1]) and len(numeric) > 1:
        numeric = numeric[:-1]
    chosen, sign = numeric[0], "-" if number < 0 else ""
    if number < 0 and len(numeric) > 1:
        chosen, sign = numeric[1], ""
    elif not number and len(numeric) > 2:  # noqa: PLR2004 - the third section is for nought
        chosen = numeric[2]
    if any(piece.kind in _DATES for piece in chosen):
        return _shown_date(number, chosen)
    if any(piece.kind == "text" for piece in chosen):
        bare = number_text(number.copy_abs())
        return sign + "".join(bare if piece.kind == "text" else piece.text for piece in chosen)
    digits = _shown_digits(number.copy_abs(), chosen)
    return ("" if not any(one in digits for one in "123456789") else sign) + digits


def _shown_digits(number: Decimal, pieces: tuple[Piece, ...]) -> str:
    """Fill a number's digits into the places of a format."""
    slots = [at for at, piece in enumerate(pieces) if piece.kind == "digits"]
    if not slots:
        return "".join(piece.text for piece in pieces)
    point = next((at for at, piece in enumerate(pieces) if piece.kind == "point"), len(pieces))
    before, after = [at for at in slots if at < point], [at for at in slots if at > point]
    commas = [at for at, piece in enumerate(pieces) if piece.kind == "comma" and at < point]
    end = max(before, default=-1)
    thousands = sum(end < at for at in commas) + sum(piece.kind == "comma" for piece in pieces[max(point, slots[-1]) :])
    number = CALCULATION.scaleb(number, 2 * sum(piece.kind == "percent" for piece in pieces) - 3 * thousands)
    places = sum(len(pieces[at].text) for at in after)
    whole, _, fraction = f"{rounded(number, places, ROUND_HALF_UP):f}".partition(".")
    made = _whole(whole, [(at, pieces[at].text) for at in before], grouped=_grouped(pieces))
    made |= _fraction(fraction, [(at, pieces[at].text) for at in after])
    if not before and point < len(pieces):
        made[point] = f"{whole.lstrip('0')}."
    return "".join(made.get(at, "" if piece.kind == "comma" else piece.text) for at, piece in enumerate(pieces))


def _grouped(pieces: tuple[Piece, ...]) -> bool:
    """Say whether a comma stands between digits, and thousands are set apart."""
    kinds = [piece.kind for piece in pieces]
    whole = kinds[: kinds.index("point")] if "point" in kinds else kinds
    places = [at for at, kind in enumerate(whole) if kind == "digits"]
    return bool(places) and "comma" in whole[places[0] : places[-1]]


def _whole(digits: str, slots: list[tuple[int, str]], *, grouped: bool) -> dict[int, str]:
    """Put digits into their places from the right; those left over go before the first place."""
    digits, made = digits.lstrip("0"), {at: "" for at, _ in slots}
    if grouped:
        digits = digits.rjust(sum(text.count("0") for _, text in slots), "0")
        made[slots[0][0]] = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)
        return made
    for at, text in reversed(slots):
        for place in reversed(text):
            made[at] = (digits[-1:] or _NOTHING[place]) + made[at]
            digits = digits[:-1]
    if slots:
        made[slots[0][0]] = digits + made[slots[0][0]]
    return made


def _fraction(digits: str, slots: list[tuple[int, str]]) -> dict[int, str]:
    """Put digits into their places from the left; noughts at the end only where the format asks for them."""
    places = "".join(text for _, text in slots)
    needed = max(len(digits.rstrip("0")), places.rfind("0") + 1)
    shown_places = [digits.ljust(len(places), "0")[at] if at < needed else _NOTHING[place] for at, place in enumerate(places)]
    made: dict[int, str] = {}
    for at, text in slots:
        made[at], shown_places = "".join(shown_places[: len(text)]), shown_places[len(text) :]
    return made


def _shown_date(number: Decimal, pieces: tuple[Piece, ...]) -> str:
    if number < 0:
        raise RaisedError(ExcelError.VALUE)
    seconds = int(multiply(shown(number), Decimal(86400)).to_integral_value(ROUND_HALF_UP))
    day, seconds = divmod(seconds, 86400)
    noon = any(piece.kind == "noon" for piece in pieces)
    text = ""
    for at, piece in enumerate(pieces):
        if piece.kind == "noon":
            text += ("AM", "PM")[seconds >= 43200] if len(piece.text) > 3 else ("A", "P")[seconds >= 43200]  # noqa: PLR2004
        elif piece.kind == "elapsed":
            unit = {"h": 3600, "m": 60, "s": 1}[piece.text[1].lower()]
            text += str(int(day * 86400 + seconds) // unit).rjust(len(piece.text) - 2, "0")
        elif piece.kind == "date":
            text += _date_part(piece.text.lower(), day, seconds, minutes=_minutes(pieces, at), noon=noon)
        else:
            text += piece.text
    return text


def _minutes(pieces: tuple[Piece, ...], at: int) -> bool:
    """Say whether an m stands for minutes: after hours or before seconds."""
    dates = [
        (place, piece.text.strip("[]")[0].lower()) for place, piece in enumerate(pieces) if piece.kind in {"date", "elapsed"}
    ]
    here = [place for place, _ in dates].index(at)
    before = dates[here - 1][1] if here else ""
    after = dates[here + 1][1] if here + 1 < len(dates) else ""
    return before == "h" or after == "s"


def _date_part(code: str, day: int, seconds: int, *, minutes: bool, noon: bool) -> str:
    year, month, date = parts_of(day)
    letter, length = code[0], len(code)
    if letter == "y":
        return f"{year:04}" if length > 2 else f"{year % 100:02}"  # noqa: PLR2004 - yy is two digits
    if letter == "d":
        name = _DAYS[weekday_of(day)]
        return {1: str(date), 2: f"{date:02}", 3: name[:3]}.get(length, name)
    if letter == "m" and not minutes:
        name = MONTHS[month - 1]
        return {1: str(month), 2: f"{month:02}", 3: name[:3], 5: name[0]}.get(length, name)
    hour = seconds // 3600
    hour = (hour - 1) % 12 + 1 if noon else hour
    part = {"h": hour, "m": seconds // 60 % 60, "s": seconds % 60}[letter]
    return f"{part:02}" if length > 1 else str(part)
