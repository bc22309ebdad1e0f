"""Writing: all of a pack or none of it, nothing of anybody else's touched, nothing outside the output folder."""

import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest

from pipeline import write
from pipeline.exceptions import OutputError
from pipeline.exchange import exchange
from pipeline.folder import OWN, look, pack_folder
from pipeline.manifest import FILE_NAME
from pipeline.write import only_builder
from pipeline.write import write_pack as write_in_turn
from tests.fixtures.faults import A, B, files
from tests.fixtures.packs import tree


def write_pack(folder: Path, files: Mapping[str, bytes], **options: Collection[str]) -> None:
    """Write a pack as a build does, when it is its turn."""
    with only_builder(folder, patience=0):
        write_in_turn(folder, folder, files, **options)


FIRST, SECOND = files((A, b"one"), (B, b"two")), files((A, b"one again"), ("internal/c.docx", b"three"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack's folder with a first pack in it."""
    write_pack(tmp_path / "out" / "x" / "reward", FIRST)
    return tmp_path / "out" / "x" / "reward"


@pytest.mark.smoke
def test_a_pack_is_written_whole(folder: Path) -> None:
    assert tree(folder) == FIRST
    assert nothing_left_over(folder)


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
    folder = tmp_path / "out" / "x" / "reward"
    (folder / "internal").mkdir(parents=True)
    (folder / A).write_bytes(b"one")
    with pytest.raises(OutputError, match="was not made by a build"):
        write_pack(folder, FIRST)
    assert tree(tmp_path) == {f"out/x/reward/{A}": b"one"}


@pytest.mark.parametrize("name", [A, B])
def test_an_edited_document_is_refused_whether_or_not_it_would_be_replaced(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"edited by hand")
    before = tree(folder)
    with pytest.raises(OutputError, match=rf"was edited since it was built.*--replace {name} .*--detach {name} "):
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
    return not (folder.parents[1] / OWN).exists() and [path.name for path in folder.parent.iterdir()] == [folder.name]


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


def test_the_state_of_the_pack_that_is_there(folder: Path, tmp_path: Path) -> None:
    assert (look(tmp_path / "nothing").manifest, look(tmp_path / "nothing").state) == (None, "")
    assert look(folder).state == "draft"
    write_pack(folder, files((A, b"one"), mode="final"))
    assert look(folder).state == "final"


@pytest.mark.parametrize("text", ["", "{}", '{"documents": []}', '{"documents": [], "state": "sealed"}'])
def test_a_state_that_cannot_be_read_stops_the_run(folder: Path, text: str) -> None:
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be read as a manifest"):
        look(folder)


def test_one_build_at_a_time_writes_a_pack(folder: Path) -> None:
    with only_builder(folder), pytest.raises(OutputError, match="another build is writing this pack"):
        write_pack(folder, SECOND)
    assert tree(folder) == FIRST
    write_pack(folder, SECOND)
    assert tree(folder) == SECOND
    assert nothing_left_over(folder)


def test_builds_of_other_packs_do_not_wait(folder: Path) -> None:
    other = folder.with_name("population")
    with only_builder(folder):
        write_pack(other, SECOND)
    assert tree(other) == SECOND


def test_a_workspace_left_while_staging_is_taken_away(folder: Path) -> None:
    left = folder.parents[1] / OWN / "x.reward" / "new" / "internal"
    left.mkdir(parents=True)
    (left / "a.docx").write_bytes(b"half")
    write_pack(folder, SECOND)
    assert tree(folder) == SECOND
    assert nothing_left_over(folder)


# --- people at work in the folder ------------------------------------------------------------------------------------------


def test_a_replaced_edit_is_moved_aside_under_its_name_and_day(folder: Path) -> None:
    (folder / A).write_bytes(b"edited")
    os.utime(folder / A, (1_790_000_000, 1_790_000_000))
    write_pack(folder, SECOND, aside={A})
    assert tree(folder) == {**SECOND, "edited/internal/a 2026-09-21.docx": b"edited"}
    (folder / A).write_bytes(b"edited again")
    os.utime(folder / A, (1_790_000_000, 1_790_000_000))
    write_pack(folder, FIRST, aside={A})
    kept = {"edited/internal/a 2026-09-21.docx": b"edited", "edited/internal/a 2026-09-21 (2).docx": b"edited again"}
    assert tree(folder) == {**FIRST, **kept}


def test_a_detached_document_stays_as_it_is(folder: Path) -> None:
    (folder / A).write_bytes(b"edited")
    rest = {name: content for name, content in SECOND.items() if name != A}
    write_pack(folder, rest, detached={A})
    assert tree(folder) == {**rest, A: b"edited"}


def test_files_of_others_are_the_same_files_afterwards(folder: Path) -> None:
    """Whoever has one open goes on writing into it."""
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with (folder / "notes.txt").open("a", encoding="utf-8") as notes:
        write_pack(folder, SECOND)
        notes.write(" and more")
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine and more"


def test_what_did_not_change_is_not_written_again(folder: Path) -> None:
    before = (folder / A).stat()
    write_pack(folder, files((A, b"one"), (B, b"new")))
    assert (folder / A).stat().st_ino == before.st_ino
    assert (folder / A).stat().st_mtime_ns == before.st_mtime_ns


def test_links_and_empty_folders_of_others_stay(folder: Path, tmp_path: Path) -> None:
    (folder / "links").mkdir()
    (folder / "links" / "there").symlink_to(tmp_path)
    (folder / "empty" / "deep").mkdir(parents=True)
    write_pack(folder, SECOND)
    assert (folder / "links" / "there").readlink() == tmp_path
    assert (folder / "empty" / "deep").is_dir()


def test_an_edition_without_documents_has_no_folder(folder: Path) -> None:
    write_pack(folder, files((A, b"one")))
    assert sorted(path.name for path in folder.iterdir()) == ["internal", FILE_NAME]


def test_an_issued_pack_is_never_written(folder: Path) -> None:
    write_pack(folder, files((A, b"one"), mode="issued"))
    before = tree(folder)
    for options in ({}, {"aside": {A}}, {"detached": {A}}):
        with pytest.raises(OutputError, match="an issued pack is never written again"):
            write_pack(folder, SECOND, **options)
    assert tree(folder) == before


MEANWHILE = [("saved anew", A), ("new", "internal/more.docx"), ("changed", "notes.txt")]


@pytest.mark.parametrize("how", ["exchange", "two steps"])
@pytest.mark.parametrize(("what", "name"), MEANWHILE)
def test_what_a_person_saves_while_the_pack_is_exchanged_is_kept(
    folder: Path, what: str, name: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Word saves a new file under the old name; one saved after staging would be lost with the old folder."""
    (folder / "notes.txt").write_bytes(b"mine")

    def late(one: Path, other: Path) -> bool:
        (other / "saving").write_bytes(what.encode())
        (other / "saving").replace(other / name)
        return exchange(one, other) if how == "exchange" else False

    monkeypatch.setattr(write, "exchange", late)
    write_pack(folder, SECOND)
    found = tree(folder)
    saved = {place for place, content in found.items() if content == what.encode()}
    assert len(saved) == 1
    assert saved == {name} or (name == A and saved.pop().startswith("edited/internal/a "))
    assert {name: found[name] for name in SECOND} == SECOND
    assert nothing_left_over(folder)


def test_a_system_without_exchange_gives_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "notes.txt").write_bytes(b"mine")
    monkeypatch.setattr(write, "exchange", lambda _one, _other: False)
    write_pack(folder, SECOND)
    assert tree(folder) == {**SECOND, "notes.txt": b"mine"}
    assert nothing_left_over(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="the exchange of folders is tested on Linux")
def test_this_system_exchanges_folders(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert exchange(tmp_path / "one", tmp_path / "other")
    assert list(tree(tmp_path)) == ["one/other", "other/one"]
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "one", tmp_path / "none")


@pytest.mark.parametrize("damage", ['{"documents": []}', "", None])
def test_a_manifest_that_breaks_while_a_pack_is_put_in_place_makes_no_mixture(
    folder: Path, monkeypatch: pytest.MonkeyPatch, damage: str | None
) -> None:
    put_in_place = exchange

    def late(staged: Path, target: Path) -> bool:
        if damage is None:
            (folder / FILE_NAME).unlink()
        else:
            (folder / FILE_NAME).write_text(damage, encoding="utf-8")
        (folder / B).unlink()
        (folder / B).write_bytes(b"mine")
        (folder / "internal" / "c.docx").write_bytes(b"mine too")
        return put_in_place(staged, target)

    monkeypatch.setattr(write, "exchange", late)
    write_pack(folder, SECOND)
    there = tree(folder)
    assert {name: content for name, content in there.items() if not name.startswith("edited/")} == SECOND
    assert sorted(content for name, content in there.items() if name.startswith("edited/")) == [b"mine", b"mine too"]
