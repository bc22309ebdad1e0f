"""How words, rows, cells and styles look → what of it hides them or alters what is seen; most looks do neither.

Two looks are compared by these signs: where they differ, a change of looks is as grave as a change of words.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

VISIBILITY = "visibility"
WHITE, BLACK = "FFFFFF", "000000"
LIGHT, DARK, NEAR = 0xE6, 0x28, 0x18
TINY, FLAT, NARROW, FAR, FIT = 8, 100, 60, 7000, 200
"""Half points of a font, twips of a line or row, a column, an indent, a text made to fit: what nobody can read."""
HIGHLIGHTS: Mapping[str, str] = {
    "black": BLACK,
    "white": WHITE,
    "yellow": "FFFF00",
    "green": "00FF00",
    "cyan": "00FFFF",
    "magenta": "FF00FF",
    "blue": "0000FF",
    "red": "FF0000",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "darkGray": "808080",
    "lightGray": "C0C0C0",
}
_SIGN_FONTS = ("Wingdings", "Webdings", "Symbol", "Marlett")
_PARENTHESES = re.compile(r"\([^()]*\)")
_ITEM = re.compile(r"[,;]")
_HOLDER = re.compile(r"^(?:[pr]|tc|tr|tbl)Pr ")
_HEX = re.compile(r"\b[0-9A-Fa-f]{6}\b")
_GROUND = re.compile(r"\bfill ([0-9A-Fa-f]{6})\b")
_NUMBER = re.compile(r"-?\d+")
_UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_WRITTEN = re.compile(r"⟨U\+[0-9A-F]{4}⟩")
_HIDING = frozenset({"rtl", "eastAsianLayout", "vanish", "webHidden", "specVanish", "hidden", "strike", "dstrike", "cellDel"})
_THEME_WHITE = ("background1", "light1", "bg1", "lt1")


def visible(text: str) -> str:
    """Write the signs that turn a text round or stand in it unseen, which no reader sees, as ⟨U+202E⟩."""
    return text if text.isascii() else _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def unseen(text: str) -> list[str]:
    """Give the signs in a text that no reader sees, as they are written here."""
    return _WRITTEN.findall(text)


@lru_cache(maxsize=4096)
def veils(look: str) -> frozenset[str]:
    """Name what in a look, as Word's properties are written here, hides words or alters what is seen of them."""
    flat = look
    while "(" in flat and _PARENTHESES.search(flat):
        flat = _PARENTHESES.sub("", flat)
    found = {sign for item in _ITEM.split(flat) for sign in _signs(*_HOLDER.sub("", item.strip()).partition(" ")[::2])}
    if "textFill" in look:
        found.add(f"filled {look[look.index('textFill') :]}")
    colour = next((one[7:] for one in found if one.startswith("colour ")), "")
    grounds = [one[7:] for one in found if one.startswith("ground ")]
    if colour and any(ground and is_like(colour, ground) for ground in grounds):
        found.add("as its ground")
    return frozenset(one for one in found if not one.startswith(("colour ", "ground ")))


def _signs(name: str, said: str) -> Iterator[str]:
    figures = [int(one) for one in _NUMBER.findall(said)]
    if name in _HIDING and said != "off":
        yield name
    elif name == "color":
        colour = WHITE if any(one in said for one in _THEME_WHITE) else (_HEX.findall(said) or [""])[-1].upper()
        yield f"colour {colour}"
        if colour and is_light(colour):
            yield "white"
    elif name in {"shd", "highlight"}:
        ground = _GROUND.search(said)
        fill = (ground[1] if ground else HIGHLIGHTS.get(said, "") if name == "highlight" else "").upper()
        fill = (_HEX.findall(said) or [BLACK])[0].upper() if name == "shd" and "val solid" in said else fill
        yield f"ground {fill}"
        if fill and is_dark(fill):
            yield "black ground"
    elif name == "rFonts":
        fonts = {one for one in _SIGN_FONTS if one in said}
        yield from (f"font {one}" for one in sorted(fonts))
    elif name in {"bdo", "dir"}:
        yield f"{name} {said}"
    elif figures:
        yield from _sizes(name, said, figures)


def _sizes(name: str, said: str, figures: list[int]) -> Iterator[str]:
    last, size = figures[-1], max(abs(one) for one in figures)
    is_small: Mapping[str, bool] = {
        "sz": last <= TINY,
        "w": said.isdecimal() and last <= NARROW // 3,
        "trHeight": "exact" in said and last <= FLAT,
        "tcW": "dxa" in said and last <= NARROW,
        "ind": size >= FAR,
        "tblInd": size >= FAR,
        "tblpPr": size >= 2 * FAR,
        "pgMar": size >= FAR,
        "position": size >= FLAT,
        "fitText": last <= FIT,
        "framePr": True,
    }
    if is_small.get(name):
        yield f"{name} {said}" if name == "framePr" else f"{name} too small or far"
    if name == "spacing":
        line = re.search(r"\bline (\d+) lineRule exact", said)
        if (line and int(line[1]) <= FLAT) or (_NUMBER.fullmatch(said) and last <= -NARROW):
            yield "lines or letters over each other"


def is_light(colour: str) -> bool:
    """Say whether a colour is white or nearly so."""
    return all(one >= LIGHT for one in _channels(colour))


def is_dark(colour: str) -> bool:
    """Say whether a colour is black or nearly so."""
    return all(one <= DARK for one in _channels(colour))


def is_like(colour: str, other: str) -> bool:
    """Say whether two colours can hardly be told apart."""
    return all(abs(one - two) <= NEAR for one, two in zip(_channels(colour), _channels(other), strict=True))


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (0, 2, 4))
