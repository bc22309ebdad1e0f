"""Packs against their manifests: whatever byte changed, the file is named, and the part of it."""

import json
import random
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from pipeline.build import build_pack
from pipeline.cli import main
from pipeline.exceptions import OutputError
from pipeline.finish.package import read_parts, write_parts
from pipeline.intact import check_pack, content_digest
from pipeline.issue import issue_pack
from pipeline.manifest import FILE_NAME, digest, read_json, write_json
from pipeline.request import BuildRequest
from pipeline.verdict import file_lines, verdict_lines
from tests.fixtures.packs import ROOT, tree
from tests.fixtures.small import HEAVY, Place

PRICES, TERMS = "issue/pricing-schedule.xlsx", "internal/contract-contents.docx"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A final pack of small documents."""
    place = Place(tmp_path_factory.mktemp("intact")).furnished()
    output, templates = place.folder / "out", place.folder / "templates"
    return build_pack(BuildRequest(place.profile, "reward", output, templates=templates, mode="final")).folder


@pytest.fixture
def pack(original: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(original, tmp_path / "x" / "reward"))


def said(pack: Path) -> list[str]:
    return [str(problem) for problem in check_pack(pack).problems]


def flip(path: Path, at: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


def test_a_pack_is_as_it_was_written(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = tree(pack)
    assert main(["verify", str(pack)]) == 0
    assert "9 documents and the manifest are as they were written; a final pack." in capsys.readouterr().out
    assert tree(pack) == before


def test_any_flipped_byte_of_a_document_is_found_and_most_of_them_in_their_part(pack: Path) -> None:
    """Every byte of what describes the parts, and a sample of the rest."""
    for name in (PRICES, TERMS):
        path = pack / name
        content = path.read_bytes()
        with ZipFile(path) as package:
            places = {one.filename: (one.header_offset, one.compress_size) for one in package.infolist()}
        sample = random.Random(7).sample(range(len(content)), 250)  # noqa: S311 - a test's choice
        heads = [at + step for at, _ in list(places.values())[:2] for step in range(30)]
        for at in {*sample, *heads, *range(len(content) - 60, len(content))}:
            flip(path, at, at % 8)
            problems = check_pack(pack).problems
            assert problems, (name, at)
            assert {one.path for one in problems} == {name}
            inside = [
                part for part, (start, size) in places.items() if start + 30 + len(part) <= at < start + 30 + len(part) + size
            ]
            told = [one.part for one in problems if one.part]
            assert not inside or told in (inside, []), (name, at, told)
            path.write_bytes(content)


def test_a_flipped_byte_of_a_part_is_that_parts(pack: Path) -> None:
    path = pack / PRICES
    with ZipFile(path) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
    flip(path, info.header_offset + 30 + len(info.filename) + info.compress_size // 2)
    assert said(pack) == [f"{PRICES}: part xl/worksheets/sheet1.xml: is damaged and cannot be read"]


def test_a_flipped_byte_of_the_header_before_a_part_is_that_parts(pack: Path) -> None:
    path = pack / PRICES
    with ZipFile(path) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
    flip(path, info.header_offset + 10)  # the time at which it was changed
    assert said(pack) == [f"{PRICES}: part xl/worksheets/sheet1.xml: holds what was built, but its header is damaged"]


def test_any_flipped_byte_of_the_manifest_is_the_manifests(pack: Path) -> None:
    path = pack / FILE_NAME
    content = path.read_bytes()
    for at in random.Random(7).sample(range(len(content)), 200):  # noqa: S311 - a test's choice
        flip(path, at, at % 7)
        problems = [one for one in check_pack(pack).problems if one.path == FILE_NAME]
        assert problems, at
        assert "is damaged" in problems[0].what
        path.write_bytes(content)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff\xfe", b'{"documents": []}', b'{"documents": [3], "state": "final"}']
)
def test_a_manifest_that_cannot_be_read_is_damaged(pack: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    (pack / FILE_NAME).write_bytes(content)
    assert main(["verify", str(pack)]) == 1
    assert "manifest.json: is damaged: it cannot be read as a manifest" in capsys.readouterr().out


def test_the_order_of_a_manifest_is_part_of_it(pack: Path) -> None:
    manifest = read_json((pack / FILE_NAME).read_text(encoding="utf-8"))
    (pack / FILE_NAME).write_text(json.dumps(manifest), encoding="utf-8")
    assert said(pack) == [f"{FILE_NAME}: is damaged or was edited: it does not come to its own seal. What it lists may be wrong"]


def edited(pack: Path) -> None:
    parts = read_parts((pack / TERMS).read_bytes())
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"</w:p>", b"<w:r/></w:p>", 1)
    parts["word/comments.xml"] = b"<x/>"
    del parts["word/styles.xml"]
    (pack / TERMS).write_bytes(write_parts(parts))


def linked(pack: Path) -> None:
    (pack / TERMS).rename(pack.parent / "terms.docx")
    (pack / TERMS).symlink_to(pack.parent / "terms.docx")


def repacked(pack: Path) -> None:
    parts = read_parts((pack / TERMS).read_bytes())
    with ZipFile(pack / TERMS, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)


def a_folder(pack: Path) -> None:
    (pack / TERMS).unlink()
    (pack / TERMS).mkdir()


CASES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "missing": (lambda pack: (pack / TERMS).unlink(), [f"{TERMS}: is missing"]),
    "additional": (
        lambda pack: (pack / "issue" / "notes.txt").write_text("x"),
        ["issue/notes.txt: is additional: the manifest does not list it"],
    ),
    "edited": (
        edited,
        [
            f"{TERMS}: part word/comments.xml: is additional: the document is not what was built",
            f"{TERMS}: part word/document.xml: is not what was built",
            f"{TERMS}: part word/styles.xml: is missing: the document is not what was built",
        ],
    ),
    "emptied": (
        lambda pack: (pack / TERMS).write_bytes(b""),
        [f"{TERMS}: is not what was built, and cannot be opened: the list of its parts is damaged"],
    ),
    "a link": (linked, [f"{TERMS}: is a link, which a pack does not hold"]),
    "a folder": (a_folder, [f"{TERMS}: is a folder, and no document"]),
    "repacked": (
        repacked,
        [f"{TERMS}: holds what was built in other bytes: it was packed anew, or the list of its parts is damaged"],
    ),
    "approvals": (
        lambda pack: (pack / "approvals.json").write_text("{}"),
        ["approvals.json: is not as it was written: it was edited or damaged"],
    ),
}


TOLD = {"edited": [f"{TERMS}: has besides what was built: comments; is not what was built: text; lacks: styles"]}
"""What a reader is told where that is not each problem by itself."""


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_named(pack: Path, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, expected = CASES[case]
    spoil(pack)
    assert said(pack) == expected
    assert main(["verify", str(pack)]) == 1
    shown = capsys.readouterr().out
    told = TOLD.get(case, expected)
    assert "".join(f"  {one}.\n" for one in told) in shown
    assert "1 document is not as written:" in shown or ("1 file is not as written:" in shown and TERMS not in shown)


def test_documents_are_counted_and_their_parts_named_as_a_reader_knows_them(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited(pack)
    with ZipFile(pack / PRICES) as package:
        names = [one for one in package.namelist() if one.startswith("xl/worksheets/sheet")]
    parts = {
        name: part + b" " * name.startswith(("xl/worksheets/", "docProps/"))
        for name, part in read_parts((pack / PRICES).read_bytes()).items()
    }
    (pack / PRICES).write_bytes(write_parts(parts))
    (pack / "issue" / "notes.txt").write_text("x")
    assert main(["verify", str(pack)]) == 1
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == f"{pack}: 2 documents and 1 other file are not as written:"
    assert len(lines) == 3
    (told,) = (line for line in lines if PRICES in line)
    sheets = load_workbook(pack / PRICES).sheetnames
    assert told.startswith(f"  {PRICES}: is not what was built: sheet {sheets[0]}")
    assert all(f"sheet {sheet}" in told for sheet in sheets)
    assert len(sheets) == len(names)
    assert "properties (2)" in told
    assert "xl/" not in told
    short = next(line for line in file_lines(check_pack(pack), 1) if PRICES in line)
    assert short == f"{PRICES}: is not what was built: sheet {sheets[0]} and {told.count(',')} more"


def test_what_a_build_moved_aside_and_what_is_open_are_notes(pack: Path) -> None:
    (pack / "edited" / "issue").mkdir(parents=True)
    (pack / "edited" / "issue" / "terms 2026-11-22.docx").write_bytes(b"")
    (pack / "issue" / "~$terms.docx").write_bytes(b"")
    found = check_pack(pack)
    assert not found.problems
    assert [note.partition(":")[0] for note in found.notes] == ["edited/issue/terms 2026-11-22.docx", "issue/~$terms.docx"]


def test_a_manifest_of_an_earlier_version_has_no_seal(pack: Path) -> None:
    manifest = read_json((pack / FILE_NAME).read_text(encoding="utf-8"))
    del manifest["seal"]
    manifest["schema_version"] = 2
    (pack / FILE_NAME).write_text(json.dumps(manifest), encoding="utf-8")
    found = check_pack(pack)
    assert not found.problems
    assert "has no seal" in found.notes[0]


def test_verifying_loads_nothing_heavy(pack: Path) -> None:
    code = f"import sys; from pipeline.cli import main; main(['verify', {str(pack)!r}]); print({{*sys.modules}} & {HEAVY!r})"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert shown.stdout.endswith("a final pack.\nset()\n")


def test_no_pack_at_all_is_an_error(tmp_path: Path, pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path / "none"), str(pack)]) == 2
    shown = capsys.readouterr()
    assert "none: holds no pack" in shown.err
    assert "are as they were written" in shown.out


def test_the_mark_of_an_issued_pack_cannot_be_taken_off_unseen(pack: Path) -> None:
    issue_pack(pack)
    assert "issued as version" in next(verdict_lines(check_pack(pack)))
    issued = (pack / FILE_NAME).read_bytes()
    (pack / FILE_NAME).write_bytes(issued.replace(b'"state": "issued"', b'"state": "final"'))
    assert "does not come to its own seal" in said(pack)[0]
    manifest = read_json(issued.decode())
    follows = {"number": 1, "version": "0.1", "manifest_digest": digest(issued)}
    after = pack.with_name("reward-2")
    after.mkdir()
    (after / FILE_NAME).write_text(write_json({**manifest, "number": 2, "supersedes": follows, "documents": []}))
    (pack / FILE_NAME).write_bytes(issued)
    assert said(pack) == said(after) == []
    (pack / FILE_NAME).write_text(write_json({**manifest, "state": "final"}))
    assert said(pack) == [f"{FILE_NAME}: is not the one that was issued: {after} was made after another"]
    assert said(after) == [f"{FILE_NAME}: was made to follow another pack than the one that is in {pack} now"]


def test_a_damaged_manifest_cannot_be_issued(pack: Path) -> None:
    manifest = (pack / FILE_NAME).read_bytes()
    (pack / FILE_NAME).write_bytes(manifest.replace(b'"exampleshire"', b'"Exampleshire"', 1))
    with pytest.raises(OutputError, match="is damaged or was edited"):
        issue_pack(pack)


def doubled(content: bytes, part: str = "word/document.xml", name: str = "") -> bytes:
    """Put a changed part before the one of the same name: zipfile reads the last of them, other programs the first."""
    made, parts = BytesIO(), read_parts(content)
    with ZipFile(made, "w") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        package.writestr(name or part, parts[part].replace(b"Authority", b"Provider") + b" ")
        for one, held in parts.items():
            package.writestr(one, held)
    return made.getvalue()


@pytest.mark.parametrize("name", ["word/document.xml", "word/Document.xml"])
def test_a_part_that_stands_twice_is_a_fault(pack: Path, name: str) -> None:
    document = pack / TERMS
    document.write_bytes(doubled(document.read_bytes(), name=name))
    assert f"{TERMS}: part word/document.xml: stands there more than once: the document is not what was built" in said(pack)


def test_two_documents_of_which_one_has_a_part_twice_have_other_contents(pack: Path) -> None:
    content = (pack / TERMS).read_bytes()
    assert content_digest(doubled(content)) != content_digest(content)


def test_the_digest_of_contents_does_not_depend_on_packing(pack: Path) -> None:
    before = (pack / TERMS).read_bytes()
    repacked(pack)
    assert content_digest(before) == content_digest((pack / TERMS).read_bytes()) != digest(before)
    assert content_digest(b"neither") == digest(b"neither")
