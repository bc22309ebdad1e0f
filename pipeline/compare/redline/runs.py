"""Two rows of atoms → the runs of one paragraph, with what went and what came marked in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lxml import etree

from pipeline.compare.islands import gathered
from pipeline.compare.matching import Opcode, opcodes
from pipeline.compare.redline.atoms import Atom, empty_wrap
from pipeline.compare.redline.marking import BOOKMARKS, NOTES, kill
from pipeline.compare.redline.pen import Pen, State, copy_of, word_element
from pipeline.text import W

_TOGETHER = (f"{W}t", f"{W}tab", f"{W}br")


@dataclass(frozen=True)
class Piece:
    """An atom and what becomes of it; `was` is the old atom where it is kept but looks otherwise."""

    state: State
    atom: Atom
    was: Atom | None = None

    @property
    def look(self) -> tuple[str, str | None, int]:
        """What pieces in one run have in common; what is no text has a run of its own, on which LibreOffice counts."""
        alone = 0 if self.atom.nodes[0].tag in _TOGETHER else id(self.atom)
        return self.atom.look, None if self.was is None else self.was.look, alone


def write_runs(old: Sequence[Atom], new: Sequence[Atom], pen: Pen) -> list[etree._Element]:
    """Write what a paragraph says."""
    return list(_written([*_pieces(old, new, pen)], pen, 0))


def _pieces(old: Sequence[Atom], new: Sequence[Atom], pen: Pen) -> Iterator[Piece]:
    for tag, i1, i2, j1, j2 in _changes(old, new):
        if tag == "equal":
            for was, now in zip(old[i1:i2], new[j1:j2], strict=True):
                yield from _kept(was, now, pen)
        else:
            for atom in _flat(old[i1:i2]):
                if not (atom.is_mark and atom.nodes[0].tag in BOOKMARKS and pen.is_replaced(atom.nodes[0])):
                    yield _noted(Piece(State.DELETED, atom), pen)
            for atom in _flat(new[j1:j2]):
                yield _noted(Piece(State.INSERTED, atom), pen)


def _flat(atoms: Sequence[Atom]) -> Iterator[Atom]:
    for atom in atoms:
        yield from atom.inner or (atom,)


def _kept(was: Atom, now: Atom, pen: Pen) -> Iterator[Piece]:
    for one, other in zip(was.inner or (was,), now.inner or (now,), strict=True):
        kind = NOTES.get(str(other.nodes[0].tag))
        if kind:
            pen.pair(kind, one.nodes[0].get(f"{W}id") or "", other.nodes[0].get(f"{W}id") or "")
        yield Piece(State.KEPT, other, one if one.look != other.look else None)


def _noted(piece: Piece, pen: Pen) -> Piece:
    node = piece.atom.nodes[0]
    if node.tag in NOTES:
        key = node.get(f"{W}id") or ""
        pen.pair(NOTES[str(node.tag)], *((key, "") if piece.state.is_old else ("", key)))
    return piece


def _changes(old: Sequence[Atom], new: Sequence[Atom]) -> list[Opcode]:
    """Give what is equal and what is not, without scraps of text between changes."""
    codes = opcodes([_key(one) for one in old], [_key(one) for one in new])
    return gathered(codes, [one.text for one in old], [one.text for one in new])


def _key(atom: Atom) -> tuple[str, ...]:
    return (atom.key, *(wrap.key for wrap in atom.wraps))


def _written(pieces: Sequence[Piece], pen: Pen, depth: int) -> Iterator[etree._Element]:
    """Write pieces, those that one link or control encloses together in it."""
    for key, group in groupby(pieces, key=lambda one: one.atom.wraps[depth].key if len(one.atom.wraps) > depth else None):
        inside = list(group)
        if key is None:
            yield from _marked(inside, pen)
            continue
        wrap = inside[0].atom.wraps[depth].element
        made = empty_wrap(wrap)
        holder = etree.SubElement(made, f"{W}sdtContent") if wrap.tag == f"{W}sdt" else made
        holder.extend(list(_written(inside, pen, depth + 1)))
        yield made


def _marked(pieces: Sequence[Piece], pen: Pen) -> Iterator[etree._Element]:
    for (state, is_mark), group in groupby(pieces, key=lambda one: (one.state, one.atom.is_mark)):
        inside = list(group)
        if is_mark:
            yield from (copy_of(piece.atom.nodes[0]) for piece in inside)
        elif state is State.KEPT:
            yield from _runs(inside, pen)
        else:
            made = pen.mark(state.value)
            made.extend(list(_runs(inside, pen)))
            yield made


def _runs(pieces: Sequence[Piece], pen: Pen) -> Iterator[etree._Element]:
    for _, group in groupby(pieces, key=lambda one: one.look):
        inside = list(group)
        run = word_element("r")
        first = inside[0]
        if first.atom.properties is not None:
            run.append(copy_of(first.atom.properties))
        if first.was is not None:
            properties = run[0] if len(run) else etree.SubElement(run, f"{W}rPr")
            pen.change(properties, first.was.properties)
        for piece in inside:
            _add(run, piece.atom.nodes[0])
        if first.state is State.DELETED:
            kill(run)
        yield run


def _add(run: etree._Element, node: etree._Element) -> None:
    last = run[-1] if len(run) else None
    if node.tag == f"{W}t" and last is not None and last.tag == f"{W}t":
        last.text = (last.text or "") + (node.text or "")
    else:
        run.append(copy_of(node))
