"""Shared strings: the runs a template's texts are made of, and the table of the texts that a finished workbook uses."""

from dataclasses import dataclass, field
from functools import lru_cache
from xml.sax.saxutils import escape

from lxml import etree

from pipeline.render.cells import Runs
from pipeline.render.sheets.markup import DECLARATION, MAIN, M

_NAMESPACE = f' xmlns="{MAIN}"'
_RETURN = {"\r": "_x000D_"}  # as Excel writes it; a parser would make a line feed of it


def runs_of(item: etree._Element) -> Runs:
    """Give the runs of a shared or inline string; how words are pronounced is left out."""
    plain = item.find(f"{M}t")
    if plain is not None:
        return (("", plain.text or ""),)
    runs: list[tuple[str, str]] = []
    for run in item.iterfind(f"{M}r"):
        look, text = run.find(f"{M}rPr"), run.find(f"{M}t")
        shown = "" if look is None else str(etree.tostring(look, encoding="unicode", with_tail=False)).replace(_NAMESPACE, "")
        if text is not None and text.text:
            runs.append((shown, text.text))
    return tuple(runs)


@dataclass
class Strings:
    """The texts of one rendering, each once, in the order they are first used."""

    numbers: dict[str | Runs, int] = field(default_factory=dict)
    used: int = 0

    def number(self, text: str | Runs) -> int:
        """Give a text's place in the table."""
        self.used += 1
        return self.numbers.setdefault(text, len(self.numbers))

    def part(self) -> bytes:
        """Give the shared strings part."""
        items = "".join(f"<si>{_item(text)}</si>" for text in self.numbers)
        return (f'{DECLARATION}<sst xmlns="{MAIN}" count="{self.used}" uniqueCount="{len(self.numbers)}">{items}</sst>').encode()


@lru_cache(maxsize=4096)
def _item(text: str | Runs) -> str:
    if isinstance(text, str):
        return _text(text)
    return "".join(f"<r>{look}{_text(words)}</r>" for look, words in text)


def _text(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else ""
    return f"<t{space}>{escape(text, _RETURN)}</t>"
