"""The sections of two Word files → what of their pages differs: size, margins, columns, headers and footers, the background."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from pipeline.compare.align import align
from pipeline.compare.change import Change, Location, Severity
from pipeline.compare.matter import severity_of, touches
from pipeline.compare.sight import is_dark, veils
from pipeline.compare.word.entire import entire
from pipeline.compare.word.package import MAIN, R, WordFile
from pipeline.compare.word.paragraphs import look_change
from pipeline.compare.word.stories import margins
from pipeline.compare.words import normal
from pipeline.text import W, paragraph_text

_COLOUR = re.compile(r"[0-9A-Fa-f]{6} ")
_ON = frozenset({None, "1", "true", "on"})


@dataclass(eq=False)
class Section:
    """A section for aligning: its page."""

    look: Mapping[str, str]
    ids: list[str] = field(default_factory=list)
    sort: str = "section"

    @property
    def raw(self) -> str:
        """All there is to it."""
        return self.key

    @property
    def key(self) -> str:
        """Its properties."""
        return "; ".join(f"{name} {said}".strip() for name, said in self.look.items())

    @property
    def words(self) -> Counter[str]:
        """Its properties, counted."""
        return Counter(self.look.items())  # type: ignore[arg-type]


def section_changes(old: WordFile, new: WordFile) -> Iterator[Change]:
    """Compare page size, margins, columns and the like, section by section."""
    before, after = ([_section(file, one) for one in file.sections] for file in (old, new))
    found = align(before, after)
    pairs = [*found.pairs]
    if len(before) == len(after):
        pairs = [(at, at) for at in range(len(after))]
    else:
        for at in found.removed:
            yield Change("section-removed", Severity.LOW, _section_place(at), before[at].key)
        for at in found.inserted:
            yield Change("section-inserted", Severity.LOW, _section_place(at), "", after[at].key)
    for i, j in pairs:
        was, now = before[i].look, after[j].look
        changed = [name for name in dict.fromkeys([*was, *now]) if was.get(name) != now.get(name)]
        if changed:
            old_said, new_said = (
                "; ".join(f"{name} {look.get(name, 'none')}".strip() for name in changed) for look in (was, now)
            )
            signs = (veils(old_said), veils(new_said))
            yield look_change("section-changed", _section_place(j), (old_said, new_said), signs)
    if len(before) == len(after):
        yield from _margin_changes(old, new)
    yield from _ground_change(old, new)


def _section(file: WordFile, element: etree._Element) -> Section:
    look = {}
    for child in element.iterchildren(etree.Element):
        name = etree.QName(child).localname
        if name not in {"headerReference", "footerReference"}:
            look[name] = " ".join(f"{etree.QName(key).localname} {child.get(key)}" for key in sorted(child.attrib)) + file.look(
                child
            )
    return Section(look)


def _section_place(at: int) -> Location:
    return Location(f"section {at + 1}", block=at + 1)


def _margin_changes(old: WordFile, new: WordFile) -> Iterator[Change]:
    """Report the sections that show another of the headers and footers that both files have, or none."""
    names = [{part: name for name, part in margins(file)} for file in (old, new)]
    both = {*names[0].values()} & {*names[1].values()} | {""}
    for at, (was, now) in enumerate(zip(_shown(old), _shown(new), strict=True)):
        told: set[tuple[str, str]] = set()
        for turn in was:
            called = names[0].get(was[turn], ""), names[1].get(now[turn], "")
            said = _words(old, was[turn]), _words(new, now[turn])
            if called[0] != called[1] and {*called} <= both and said[0] != said[1] and said not in told:
                told.add(said)
                touched = touches(*said)
                place = replace(_section_place(at), item=turn)
                yield Change("margin-changed", severity_of(touched), place, *said, touches=touched)


def _shown(file: WordFile) -> list[dict[str, str]]:
    """Give for each section the parts it shows above and below its pages, by what they are."""
    links, held = file.links(MAIN), dict[tuple[str, str], str]()
    settings = file.root("word/settings.xml") if "word/settings.xml" in file.parts else None
    turns = settings is not None and _is_on(settings, "evenAndOddHeaders")
    found = []
    for section in file.sections:
        for one in section.iterchildren(f"{W}headerReference", f"{W}footerReference"):
            kind = etree.QName(one).localname.removesuffix("Reference")
            held[kind, one.get(f"{W}type") or "default"] = links.get(one.get(f"{R}id") or "", "")
        has = {"default": True, "first": _is_on(section, "titlePg"), "even": turns}
        found.append(
            {
                f"{kind}{' of ' * (turn != 'default')}{PAGES[turn]}": held.get((kind, turn if is_own else "default"), "")
                for kind in ("header", "footer")
                for turn, is_own in has.items()
            }
        )
    return found


PAGES = {"default": "", "first": "the first page", "even": "even pages"}


def _is_on(element: etree._Element, name: str) -> bool:
    found = element.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val") in _ON


def _words(file: WordFile, part: str) -> str:
    return "\n".join(normal(paragraph_text(one)) for one in file.root(part).iter(f"{W}p")) if part in file.parts else ""


def _ground_change(old: WordFile, new: WordFile) -> Iterator[Change]:
    """Report another background of all pages."""
    colours = [_ground(file) for file in (old, new)]
    if colours[0] != colours[1]:
        signs = [frozenset({"dark"} if _COLOUR.match(one) and is_dark(one[:6]) else ()) for one in colours]
        yield look_change("section-changed", Location("page background"), (colours[0], colours[1]), (signs[0], signs[1]))


def _ground(file: WordFile) -> str:
    found = file.root(MAIN).find(f"{W}background")
    return "" if found is None else f"{found.get(f'{W}color') or 'coloured'} {entire(found, str)}"
