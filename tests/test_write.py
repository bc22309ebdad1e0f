"""Writing: all of a pack or none of it, nothing of anybody else's touched, nothing outside the output folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.exceptions import OutputError
from pipeline.manifest import FILE_NAME, Manifest, ManifestDocument, digest
from pipeline.pack import Mode
from pipeline.write import _only_writer, pack_folder, previous_mode, write_pack
from tests.fixtures.packs import tree

A, B = "internal/a.docx", "issue/b.xlsx"


def files(*contents: tuple[str, bytes], mode: str = "draft") -> dict[str, bytes]:
    """A pack's files with the manifest that lists them."""
    documents = tuple(
        ManifestDocument(
            kind=Path(name).stem,
            edition=name.split("/")[0],
            path=name,
            title="",
            ocds_type="",
            template="",
            template_origin="standard",
            template_digest="",
            inputs_digest="",
            file_digest=digest(content),
            part_digests={},
            facts={},
            reads={},
            provisions=(),
            ids=(),
            outstanding=(),
        )
        for name, content in contents
    )
    manifest = Manifest("x", "X", "Wales", "reward", mode, mode, "2026-11-21", "", "", {}, documents, (), ())
    return {**dict(contents), FILE_NAME: manifest.to_json().encode()}


FIRST, SECOND = files((A, b"one"), (B, b"two")), files((A, b"one again"), ("internal/c.docx", b"three"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack's folder with a first pack in it."""
    write_pack(tmp_path / "out" / "x" / "reward", FIRST)
    return tmp_path / "out" / "x" / "reward"


@pytest.mark.smoke
def test_a_pack_is_written_whole(folder: Path) -> None:
    assert tree(folder) == FIRST


@pytest.mark.smoke
def test_a_new_pack_takes_the_place_of_the_old_one(folder: Path) -> None:
    write_pack(folder, SECOND)
    assert tree(folder) == SECOND


def test_the_same_pack_again_changes_nothing(folder: Path) -> None:
    write_pack(folder, FIRST)
    assert tree(folder) == FIRST
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_files_of_others_stay(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "internal" / "minutes.docx").write_bytes(b"mine")
    (folder / "issue" / "deep").mkdir()
    (folder / "issue" / "deep" / "x").write_bytes(b"mine")
    write_pack(folder, SECOND)
    others = {"notes.txt": b"mine", "internal/minutes.docx": b"mine", "issue/deep/x": b"mine"}
    assert tree(folder) == {**SECOND, **others}


def test_a_file_of_somebody_else_in_the_way_is_refused(folder: Path) -> None:
    (folder / "internal" / "c.docx").write_bytes(b"mine")
    before = tree(folder)
    with pytest.raises(OutputError, match=r"c\.docx: was not made by a build\. Move it out of the way"):
        write_pack(folder, SECOND)
    assert tree(folder) == before


def test_the_same_file_in_the_way_of_a_first_build_is_refused(tmp_path: Path) -> None:
    (tmp_path / "internal").mkdir()
    (tmp_path / A).write_bytes(b"one")
    with pytest.raises(OutputError, match="was not made by a build"):
        write_pack(tmp_path, FIRST)
    assert tree(tmp_path) == {A: b"one"}


@pytest.mark.parametrize("name", [A, B])
def test_an_edited_document_is_refused_whether_or_not_it_would_be_replaced(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"edited by hand")
    before = tree(folder)
    with pytest.raises(OutputError, match=r"was edited since it was built. Move it aside to keep it"):
        write_pack(folder, SECOND)
    assert tree(folder) == before


def test_every_edited_document_is_named_at_once(folder: Path) -> None:
    (folder / A).write_bytes(b"edited")
    (folder / B).write_bytes(b"edited")
    with pytest.raises(OutputError) as refused:
        write_pack(folder, SECOND)
    assert len(str(refused.value).splitlines()) == 2


def test_a_deleted_document_comes_back(folder: Path) -> None:
    (folder / A).unlink()
    write_pack(folder, SECOND)
    assert tree(folder) == SECOND


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"documents": [{}]}',
        '{"documents": 3}',
        "\ud83c".encode("utf-16-le", "surrogatepass").decode("latin-1"),
    ],
)
def test_a_manifest_that_cannot_be_read_stops_the_run(folder: Path, text: str) -> None:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    before = tree(folder)
    with pytest.raises(OutputError, match=r"cannot be read as a manifest. Move the folder away"):
        write_pack(folder, SECOND)
    assert tree(folder) == before


def nothing_left_over(folder: Path) -> bool:
    return not list(folder.rglob(".packs-*"))


def test_a_failure_half_way_leaves_the_old_pack_and_no_litter(folder: Path) -> None:
    """A folder stands where the last file must go: everything before it has been moved by then."""
    blocked = files((A, b"new"), ("issue/b.xlsx", b"new"), ("issue/z.docx", b"new"))
    before = tree(folder)
    # The manifest sorts between the two editions, so the swap fails with old files moved out and new ones moved in.
    (folder / "issue" / "z.docx").mkdir()
    (folder / "issue" / "z.docx" / "kept").write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"z\.docx"):
        write_pack(folder, blocked)
    assert tree(folder) == {**before, "issue/z.docx/kept": b"mine"}
    assert nothing_left_over(folder)


def test_a_failure_in_the_middle_of_the_swap_puts_everything_back(folder: Path) -> None:
    """A file stands where a folder must go, which shows only when the swap has begun."""
    blocked = files((A, b"new"), ("notes/deep/z.docx", b"new"))
    (folder / "notes").write_bytes(b"mine")
    before = tree(folder)
    with pytest.raises(OutputError, match="cannot be written"):
        write_pack(folder, blocked)
    assert tree(folder) == before
    assert nothing_left_over(folder)


def test_a_failure_while_staging_leaves_the_old_pack_and_no_litter(folder: Path) -> None:
    too_long = f"issue/{'z' * 300}.docx"
    before = tree(folder)
    with pytest.raises(OutputError, match="cannot be written"):
        write_pack(folder, files((A, b"new"), (too_long, b"new")))
    assert tree(folder) == before
    assert nothing_left_over(folder)


def test_a_failed_first_build_leaves_no_folder_behind(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_pack(tmp_path / "out" / "x" / "reward", files((f"issue/{'z' * 300}.docx", b"new")))
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_output_folder_must_go(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"cannot be written.*choose another --output"):
        write_pack(tmp_path / "out" / "x" / "reward", FIRST)
    assert tree(tmp_path) == {"out": b"mine"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        write_pack(tmp_path / "out" / "x" / "reward", FIRST)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("slug", ["..", "../x", "../../x", "a/../../..", "/etc", "."])
def test_a_slug_cannot_leave_the_output_folder(tmp_path: Path, slug: str) -> None:
    with pytest.raises(OutputError, match="would be written outside"):
        pack_folder(tmp_path / "out", slug, "" if slug == "." else "reward")


def test_a_pack_lies_below_the_output_folder(tmp_path: Path) -> None:
    assert pack_folder(tmp_path / "out", "x", "reward") == (tmp_path / "out" / "x" / "reward").resolve()


@pytest.mark.parametrize("link", ["x", "x/reward"])
def test_a_link_out_of_the_output_folder_is_refused(tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    place = tmp_path / "out" / link
    place.parent.mkdir(parents=True)
    place.symlink_to(outside, target_is_directory=True)
    with pytest.raises(OutputError, match="would be written outside"):
        pack_folder(tmp_path / "out", "x", "reward")


def test_a_link_inside_the_pack_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """An edition's folder that links elsewhere: nothing may be written or removed there."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.docx").write_bytes(b"one")
    for path in (folder / "internal").iterdir():
        path.unlink()
    (folder / "internal").rmdir()
    (folder / "internal").symlink_to(outside, target_is_directory=True)
    with pytest.raises(OutputError):
        write_pack(folder, SECOND)
    assert tree(outside) == {"a.docx": b"one"}


def test_the_mode_of_the_pack_that_is_there(folder: Path, tmp_path: Path) -> None:
    assert previous_mode(tmp_path / "nothing") is None
    assert previous_mode(folder) is Mode.DRAFT
    write_pack(folder, files((A, b"one"), mode="final"))
    assert previous_mode(folder) is Mode.FINAL


@pytest.mark.parametrize("text", ["", "{}", '{"documents": []}', '{"documents": [], "mode": "sealed"}'])
def test_a_mode_that_cannot_be_read_stops_the_run(folder: Path, text: str) -> None:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be read as a manifest"):
        previous_mode(folder)


STOPS = range(10)  # each move of an exchange of two documents and a manifest, and beyond
CUT_OFF = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import pipeline.write as write
from tests.test_write import SECOND

left = int(sys.argv[3])
move = write._move

def counted(source, target):
    global left
    if left == 0:
        os._exit(9)  # as a kill would: nothing is put right
    left -= 1
    move(source, target)

write._move = counted
write.write_pack(Path(sys.argv[2]), SECOND)
"""


@pytest.mark.parametrize("moves", STOPS)
def test_a_run_cut_off_at_any_move_is_settled_by_the_next(folder: Path, moves: int) -> None:
    root = Path(__file__).parents[1]
    left = subprocess.run([sys.executable, "-c", CUT_OFF, str(root), str(folder), str(moves)], cwd=root, check=False)
    assert left.returncode in {0, 9}
    seen = previous_mode(folder)
    assert seen is not None or (left.returncode == 9 and list(folder.glob(".packs-*")))
    third = files((A, b"and again"))
    write_pack(folder, third)
    assert tree(folder) == third


def test_every_cut_happens(folder: Path) -> None:
    root = Path(__file__).parents[1]
    codes = [
        subprocess.run([sys.executable, "-c", CUT_OFF, str(root), str(folder), str(moves)], cwd=root, check=False).returncode
        for moves in (0, 99)
    ]
    assert codes == [9, 0]


def test_one_build_at_a_time_writes_a_pack(folder: Path) -> None:
    with _only_writer(folder), pytest.raises(OutputError, match="another build is writing this pack"):
        write_pack(folder, SECOND)
    assert tree(folder) == FIRST
    write_pack(folder, SECOND)
    assert tree(folder) == SECOND


def test_a_workspace_left_while_staging_is_taken_away(folder: Path) -> None:
    (folder / ".packs-left" / "new" / "internal").mkdir(parents=True)
    (folder / ".packs-left" / "new" / A).write_bytes(b"half")
    write_pack(folder, SECOND)
    assert tree(folder) == SECOND
