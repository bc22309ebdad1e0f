"""What refers to other places: where a note or comment is referred to, who made it, and what an entry of a contents list says."""

from collections.abc import Iterator

from lxml import etree

from pipeline.compare.change import Change, Location, Severity, shortened
from pipeline.compare.word.package import WordFile
from pipeline.compare.words import likeness, normal, word_counts
from pipeline.text import W, paragraph_text

OTHER = 0.5
"""Paragraphs with less in common are two."""
Place = tuple[str, str]


def reference_changes(old: WordFile, new: WordFile) -> Iterator[Change]:
    """Report the notes that say what they said and are referred to elsewhere, and comments that are another person's."""
    for kind in ("footnote", "endnote", "comment"):
        part = f"word/{kind}s.xml"
        if part not in old.parts or part not in new.parts:
            continue
        before, after = _places(old, kind, part), _places(new, kind, part)
        for words, (there, author) in after.items():
            was = before.get(words)
            if was is None:
                continue
            if _is_elsewhere(was[0], there):
                said = was[0][0], there[0]
                yield Change("reference-moved", Severity.CONTENT, Location(f"{kind}s", item=shortened(words)), *said)
            if was[1] != author:
                yield Change("comment-changed", Severity.CONTENT, Location(f"{kind}s", item=shortened(words)), was[1], author)


def _places(file: WordFile, kind: str, part: str) -> dict[str, tuple[Place, str]]:
    """Give for each note, by its words, the paragraph that refers to it, the words before that, and who made it."""
    notes = {
        note.get(f"{W}id"): note
        for note in file.root(part).iterchildren(f"{W}{kind}")
        if note.get(f"{W}type", "normal") == "normal"
    }
    found: dict[str, tuple[Place, str]] = {}
    for reference in file.body.iter(f"{W}{kind}Reference"):
        note = notes.get(reference.get(f"{W}id"))
        paragraph = next(reference.iterancestors(f"{W}p"), None)
        if note is not None and paragraph is not None:
            words = normal(" ".join(paragraph_text(one) for one in note.iter(f"{W}p")))
            place = normal(paragraph_text(paragraph)), _before(paragraph, reference)
            found[words] = place, note.get(f"{W}author") or ""
    return found


def _before(paragraph: etree._Element, reference: etree._Element) -> str:
    said = []
    for node in paragraph.iter(f"{W}t", reference.tag):
        if node is reference:
            break
        said.append(node.text or "")
    return normal("".join(said))


def _is_elsewhere(old: Place, new: Place) -> bool:
    if old[0] == new[0]:
        return old[1] != new[1]
    return likeness(word_counts(old[0]), word_counts(new[0])) < OTHER


def says_its_heading(entry: etree._Element, file: WordFile) -> bool:
    """Say whether an entry of a contents list says what its heading says."""
    link = entry.find(f"{W}hyperlink")
    target = file.bookmarks.get(link.get(f"{W}anchor") or "") if link is not None else None
    if link is None or target is None:
        return False
    said = normal("".join(" " if node.tag == f"{W}tab" else node.text or "" for node in link.iter(f"{W}t", f"{W}tab")))
    heading = normal(f"{file.labels.get(target, '')} {paragraph_text(target)}")
    return bool(heading) and said.startswith(heading) and not said[len(heading) :].strip("0123456789 ")
