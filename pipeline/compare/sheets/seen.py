"""How a cell is shown → what of it hides the cell, and what its number format makes of a number."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipeline.compare.sight import BLACK, WHITE, is_dark, is_like

TINY, FAR = 4, 50
"""Points of letters, and characters of an indent."""
_COLOUR = r"(?:rgb [0-9A-Fa-f]{6}|theme \d+|indexed \d+)"
_FONT = re.compile(rf"\bcolor (?:[^;]*? )?({_COLOUR})")
_GROUNDS = {"solid": re.compile(rf"\bfgColor ({_COLOUR})"), "": re.compile(rf"\bbgColor ({_COLOUR})")}
_LOOK = re.compile(r"\(((?:border|font|fill|numFmt|alignment|protection) .*?;)\)", re.DOTALL)
_CODE = re.compile(r"\bformatCode (\S*)")
_NO_VALUE = re.compile(r"\bshowValue (?:0|false)\b")
_INDENT = re.compile(r"\bindent (\d+)")
_SIZE = re.compile(r"\bsz (\d+)")
_PALETTE = {"theme 0": WHITE, "indexed 1": WHITE, "indexed 9": WHITE, "theme 1": BLACK, "indexed 0": BLACK, "indexed 8": BLACK}
_SECTION = re.compile(r"""((?:"[^"]*"|\\.|[^;"\\])*)(?:;|$)""", re.DOTALL)
_QUOTED = re.compile(r"\"([^\"]*)\"|\\(.)")
_BRACKET = re.compile(r"\[(\$?)([^\]]*)\]")
_SCALE = re.compile(r"[0#?](,+)(?![0#?,])")
_MONEY = re.compile(r"[£€$¥]|\b(?:GBP|EUR|USD)\b")
_SHOWING = re.compile(r"[0#?@ymdhsYMDHS]|General", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_PADDING = re.compile(r"_.|\*[ -]")
_DIGITS = re.compile(r"[0#?].*[0#?]", re.DOTALL)
_MINUS = re.compile(r"[-(−]")
_PLAIN = frozenset("0#?.,%/ @+-()\0:'")
"""What of a number format leaves a number readable as what it is."""
_WHITE = frozenset({"white", "color2"})


def cell_veils(font: str, fill: str) -> frozenset[str]:
    """Name what hides a cell or strikes it out."""
    words = _colour(_FONT.search(font)) or BLACK
    ground = _colour(_GROUNDS["solid" if "solid" in fill else ""].search(fill)) if "Color" in fill else ""
    size = _SIZE.search(font)
    found = {
        "as its ground": is_like(words, ground or WHITE),
        "black ground": bool(ground) and is_dark(ground),
        "tiny": size is not None and int(size[1]) < TINY,
        "struck": re.search(r"\bstrike\b", font) is not None,
    }
    return frozenset(name for name, is_so in found.items() if is_so)


def alignment_veils(alignment: str) -> frozenset[str]:
    """Name what pushes the words of a cell out of it."""
    indent = _INDENT.search(alignment)
    return frozenset({"pushed out"} if indent is not None and int(indent[1]) >= FAR else ())


def rule_veils(said: str) -> frozenset[str]:
    """Name what the looks of conditional formats, as they are written here, hide."""
    found = {sign for look in _LOOK.findall(said) for sign in _look_veils(look)}
    return frozenset(found | ({"no value"} if _NO_VALUE.search(said) else set()))


def _look_veils(look: str) -> Iterator[str]:
    code = _CODE.search(look)
    if code is not None and is_blank(code[1]):
        yield "no number"
    yield from cell_veils(look, look.partition("fill ")[2])


def _colour(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    return _PALETTE.get(found[1], "") if not found[1].startswith("rgb ") else found[1].removeprefix("rgb ").upper()


class _Shown(NamedTuple):
    """What a section of a number format makes of a number. `number` is whatever alters how it reads."""

    money: tuple[str, ...]
    percentage: int
    number: tuple[str, ...]
    date: str
    visibility: bool


def format_touches(old: str, new: str) -> tuple[str, ...]:
    """Name what another number format makes something else of: the currency, the scale, whether there is anything to see."""
    pairs = list(zip(_sections(old), _sections(new), strict=True))
    return tuple(name for name in _Shown._fields if any(_differs(name, was, now) for was, now in pairs))


def _differs(name: str, was: _Shown, now: _Shown) -> bool:
    """Say whether two sections differ in one respect; only between two numbers that are seen a minus counts."""
    before, after = getattr(was, name), getattr(now, name)
    if name == "number" and not (was.visibility and now.visibility and not was.date and not now.date):
        before, after = ([one for one in said if one != "minus"] for said in (before, after))
    return bool(before != after)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Shown, ...]:
    """Give what is shown of a positive, a negative number, a zero and a text."""
    code = code or "General"
    cut = [found[1] for found in _SECTION.finditer(code)]
    cut = cut[:-1] if len(cut) > 1 and not code.endswith(";") and not cut[-1] else cut
    read = [_section(one) for one in cut[:4]] or [_section("General")]
    first, zero = read[0], read[2] if len(read) > 2 else read[0]  # noqa: PLR2004 - the third is for zero
    below = read[1] if len(read) > 1 else _with_minus(first)
    text = read[3] if len(read) > 3 else _Shown((), 0, (), date="", visibility=True)  # noqa: PLR2004 - the fourth is for texts
    conditions = tuple(words for one in cut for sign, words in _BRACKET.findall(one) if not sign and words[:1] in set("<>="))
    if conditions:  # they say themselves which numbers each section is for
        return tuple(one._replace(number=(*one.number, *conditions)) for one in (first, below, zero, text))
    return first, below, zero, text


def _with_minus(shown: _Shown) -> _Shown:
    """Give what a negative number looks like where nothing is said of it: as a positive one does, with a minus."""
    return shown if shown.date or not shown.visibility else shown._replace(number=tuple({*shown.number, "minus"}))


def _section(code: str) -> _Shown:
    literal = " ".join("".join(found).strip() for found in _QUOTED.findall(code)).strip()
    bare = _PADDING.sub("", _QUOTED.sub("\0", code))
    brackets = _BRACKET.findall(bare)
    bare = _BRACKET.sub("", bare)
    money = [*_MONEY.findall(bare), *_MONEY.findall(literal), *(words.partition("-")[0] for sign, words in brackets if sign)]
    scale = [found[1] for found in _SCALE.finditer(bare)]
    is_white = any(words.lower().replace(" ", "") in _WHITE for _, words in brackets)
    elapsed = "".join(words for sign, words in brackets if not sign and _ELAPSED.fullmatch(words))
    letters = re.sub("General|AM/PM|A/P", "", bare, flags=re.IGNORECASE)
    dates = "".join(dict.fromkeys(one.lower() for one in _DATE.findall(f"{elapsed}{letters}")))
    is_seen = bool(_SHOWING.search(bare) or literal or elapsed) and not is_white
    number = [] if dates else [*scale, *_reading(bare, literal)]
    return _Shown(tuple(sorted(filter(None, money))), bare.count("%"), tuple(number), dates, is_seen)


def _reading(bare: str, literal: str) -> Iterator[str]:
    """Give what else alters how a number reads: words and figures beside or within it, a minus or brackets."""
    words = _MONEY.sub("", literal).strip()
    if words.strip("-()"):
        yield words
    within = _DIGITS.search(bare)
    if within and "\0" in within[0]:
        yield "words within"
    rest = _MONEY.sub("", re.sub("General|E[+-]", "", bare, flags=re.IGNORECASE))
    yield from (one for one in rest if one not in _PLAIN)
    if _MINUS.search(f"{bare}{literal}"):
        yield "minus"


def is_blank(code: str) -> bool:
    """Say whether a number format leaves nothing of a number to see."""
    return not any(one.visibility for one in _sections(code)[:3])
