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
    return frozenset(sign for look in _LOOK.findall(said) for sign in _look_veils(look))


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
    """What a section of a number format makes of a number."""

    money: tuple[str, ...]
    percentage: int
    number: tuple[str, ...]
    date: bool
    visibility: bool


def format_touches(old: str, new: str) -> tuple[str, ...]:
    """Name what another number format makes something else of: the currency, the scale, whether there is anything to see."""
    pairs = list(zip(_sections(old), _sections(new), strict=True))
    return tuple(name for at, name in enumerate(_Shown._fields) if any(was[at] != now[at] for was, now in pairs))


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[_Shown, ...]:
    """Give what is shown of a positive, a negative number, a zero and a text."""
    code = code or "General"
    cut = [found[1] for found in _SECTION.finditer(code)]
    cut = cut[:-1] if len(cut) > 1 and not code.endswith(";") and not cut[-1] else cut
    read = [_section(one) for one in cut[:4]] or [_section("General")]
    first = read[0]
    plain = _Shown((), 0, (), date=False, visibility=True)
    defaults = (first, first, first, plain)
    return tuple(read[at] if at < len(read) else defaults[at] for at in range(4))


def _section(code: str) -> _Shown:
    literal = " ".join("".join(found).strip() for found in _QUOTED.findall(code)).strip()
    bare = _QUOTED.sub("", code)
    brackets = _BRACKET.findall(bare)
    bare = _BRACKET.sub("", bare)
    money = [*_MONEY.findall(bare), *_MONEY.findall(literal), *(words.partition("-")[0] for sign, words in brackets if sign)]
    scale = [found[1] for found in _SCALE.finditer(bare)]
    words = _MONEY.sub("", literal).strip()
    is_white = any(words.lower() == "white" for _, words in brackets)
    is_date = bool(_DATE.search(re.sub("General", "", bare, flags=re.IGNORECASE)))
    is_seen = bool(_SHOWING.search(bare) or literal) and not is_white
    return _Shown(tuple(sorted(filter(None, money))), bare.count("%"), (*scale, *filter(None, [words])), is_date, is_seen)


def is_blank(code: str) -> bool:
    """Say whether a number format leaves nothing of a number to see."""
    return not any(one.visibility for one in _sections(code)[:3])
