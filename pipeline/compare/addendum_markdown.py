"""The list of changes for bidders as Markdown: the facts of its Word template in, the text of a web page out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.compare.markdown import plain
from pipeline.wording import long_date

_BINDS = (
    "The Authority has issued version {new} of the tender documents in place of version {old}. This list sets out what has "
    "changed in them for a reader. It is drawn up by comparing the two versions as they were issued. It explains and does not "
    "bind: where it differs from a document, the document prevails."
)
_READ = (
    "A place is a heading, clause, table or cell of the new version, or of the old one for what was taken out. Of a changed "
    "passage, the words taken out are <del>struck through</del> and the words added are <ins>underlined</ins>. A long passage is "
    "shown in part, with … for what stays as it was. Changes that only concern layout or the properties of a file are counted "
    "and not listed, and the version itself is not counted."
)


def addendum_markdown(facts: Mapping[str, Any], title: str) -> str:
    """Write the list; what its template says beside the facts stands here too, for a web page has no template."""
    old, new = facts["old"], facts["new"]
    was, now = (f"{one['version']}, prepared on {long_date(one['prepared_on'])}" for one in (old, new))
    lines = [
        f"# {title}",
        "",
        *([plain(facts["pack"]["notice"]), ""] if facts["pack"]["notice"] else []),
        plain(f"{facts['authority']['name']}. {facts['authority']['area']}: {facts['model']['name']}."),
        "",
        f"- New version: {plain(now)}",
        f"- Takes the place of version: {plain(was)}",
        f"- Changes listed: {facts['pack']['changes_count']}",
        "",
        _BINDS.format(new=plain(new["version"]), old=plain(old["version"])),
        "",
        _READ,
    ]
    for one in facts["documents"]:
        lines += ["", f"## {plain(one['title'])} ({plain(one['file'])})", "", *_document_lines(one, new["version"])]
    return "\n".join(lines) + "\n"


def _document_lines(document: Mapping[str, Any], version: str) -> Iterator[str]:
    if document["is_added"]:
        yield plain(f"New in version {version}.")
    elif document["is_removed"]:
        yield "No longer part of the tender documents."
    elif document["is_same"]:
        yield "Nothing has changed."
    elif document["is_version_only"]:
        yield f"Nothing has changed but its version{' and its layout' if document['has_layout'] else ''}."
    if document["changes"]:
        yield "| No. | Place | Change | Was | Is now |"
        yield "|---|---|---|---|---|"
    for row in document["changes"]:
        said = (plain(str(row[name])) for name in ("number", "place", "what"))
        yield f"| {' | '.join((*said, _marked(row['was_pieces'], 'del'), _marked(row['now_pieces'], 'ins')))} |"
    if document["has_layout"]:
        yield from ("", f"Changes of layout or file properties alone, not listed: {document['layout_count']}.")


def _marked(pieces: Sequence[Mapping[str, Any]], tag: str) -> str:
    """Write a passage, with what changed in a tag that browsers strike through or underline and read out."""
    return "".join(f"<{tag}>{_spaced(one['text'])}</{tag}>" if one["is_changed"] else _spaced(one["text"]) for one in pieces)


def _spaced(text: str) -> str:
    """Keep a piece from being read as Markdown, with the space at its ends and with its lines."""
    lines = "<br>".join(plain(line) for line in text.strip().splitlines())
    before, after = text[:1].isspace(), text[-1:].isspace() and bool(text.strip())
    return f"{' ' if before else ''}{lines}{' ' if after else ''}"
