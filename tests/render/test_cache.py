"""What is compiled is kept on disk: only where nobody else can put anything, and never to a build's harm."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.render import cache
from pipeline.render.compiled import compile_word
from pipeline.render.word import render_word
from tests.fixtures.packs import ROOT
from tests.fixtures.word import docx, p

FACTS = {"x": "a & b"}
unix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners and modes are told this way on Unix alone")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own, which is not there yet."""
    found = tmp_path / "kept"
    monkeypatch.setenv(cache.VARIABLE, str(found))
    return found


def rendered_anew(text: str = "{{ x }}") -> bytes:
    """A document rendered with nothing kept in the process."""
    compile_word.cache_clear()
    return render_word(docx(p(text)), "t.docx", FACTS).parts()["word/document.xml"]


def entry(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_a_template_is_compiled_once_and_kept(folder: Path) -> None:
    first = rendered_anew()
    kept = entry(folder)
    stamp = kept.stat().st_mtime_ns
    assert rendered_anew() == first
    assert b"a &amp; b" in first
    assert entry(folder).stat().st_mtime_ns == stamp
    rendered_anew("other {{ x }}")
    assert len(list(folder.iterdir())) == 2


@unix
def test_folder_and_entries_are_the_users_alone(folder: Path) -> None:
    rendered_anew()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert entry(folder).stat().st_mode & 0o777 == 0o600


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def changed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(bytes(content))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [cut, changed, emptied, a_folder])
def test_a_damaged_entry_is_made_again(folder: Path, damage: Callable[[Path], None]) -> None:
    first = rendered_anew()
    damage(entry(folder))
    assert rendered_anew() == first
    if damage is not a_folder:
        assert cache.load(entry(folder).name) is not None


@pytest.mark.parametrize("data", [3, {}, b"xx", {"parts": (("a", "b", "c", "d", "e"),)}, {"package": 1, "parts": ()}], ids=str)
def test_an_entry_of_another_shape_is_made_again(folder: Path, data: object) -> None:
    first = rendered_anew()
    name = entry(folder).name
    cache.store(name, data)
    assert rendered_anew() == first
    assert cache.load(name) != data


@unix
def test_what_others_could_have_written_is_not_read(folder: Path) -> None:
    rendered_anew()
    name = entry(folder).name
    assert cache.load(name) is not None
    entry(folder).chmod(0o666)
    assert cache.load(name) is None
    entry(folder).chmod(0o600)
    folder.chmod(0o777)
    assert cache.cache_folder() is None
    assert cache.load(name) is None
    assert b"a &amp; b" in rendered_anew()


@unix
def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    rendered_anew()
    kept = entry(folder)
    kept.rename(tmp_path / "elsewhere")
    kept.symlink_to(tmp_path / "elsewhere")
    assert cache.load(kept.name) is None
    (tmp_path / "linked").symlink_to(folder)
    os.environ[cache.VARIABLE] = str(tmp_path / "linked")
    assert cache.cache_folder() is None


@unix
def test_another_users_folder_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered_anew()
    name, own = entry(folder).name, os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    assert cache.cache_folder() is None
    assert cache.load(name) is None


def test_it_can_be_switched_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, "off")
    rendered_anew()
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file" / "kept"))
    assert b"a &amp; b" in rendered_anew()


def test_several_writers_of_one_entry_do_no_harm(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: cache.store("one", ("text" * 10_000, number)), range(64)))
    text, number = cache.load("one")
    assert text == "text" * 10_000
    assert 0 <= number < 64
    assert [path.name for path in folder.iterdir()] == ["one"]


def test_the_oldest_entries_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    for number in range(6):
        cache.store(str(number), number)
        os.utime(folder / str(number), (number, number))
    assert sorted(path.name for path in folder.iterdir()) == ["3", "4", "5"]


CODE = """
import sys
from pathlib import Path
from pipeline.render.word import render_word
made = render_word(Path(sys.argv[1]).read_bytes(), "t.docx", {"x": "a & b"}).parts()["word/document.xml"]
print(b"a &amp; b" in made, sorted({"docxtpl", "docx"} & set(sys.modules)))
"""


def test_what_is_kept_is_rendered_without_docxtpl(folder: Path, tmp_path: Path) -> None:
    template = tmp_path / "t.docx"
    template.write_bytes(docx(p("{{ x }}")))
    call = [sys.executable, "-c", CODE, str(template)]
    shown = [subprocess.run(call, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip() for _ in range(2)]
    assert shown == ["True ['docx', 'docxtpl']", "True []"]
    assert len(list(folder.iterdir())) == 1


def test_anything_that_is_made_from_a_file_can_be_kept(folder: Path) -> None:
    made: list[int] = []

    def make() -> tuple[str, int]:
        made.append(1)
        return "made", len(made)

    assert [cache.kept("kind", b"content", "name", tuple, make) for _ in range(3)] == [("made", 1)] * 3
    assert cache.kept("kind", b"content", "another name", tuple, make) == ("made", 2)
    assert cache.kept("another-kind", b"content", "name", tuple, make) == ("made", 3)
    cache.store(cache.entry("kind", b"content", "name"), b"no pickle")
    assert cache.kept("kind", b"content", "name", tuple, make) == ("made", 4)
    cache.store(cache.entry("kind", b"content", "name"), pickle.dumps("another shape"))
    assert cache.kept("kind", b"content", "name", tuple, make) == ("made", 5)
    assert len(list(folder.iterdir())) == 3


def test_what_fails_is_not_kept(folder: Path) -> None:
    def fail() -> str:
        raise ValueError("wrong")

    for _ in range(2):
        with pytest.raises(ValueError, match="wrong"):
            cache.kept("kind", b"content", "name", str, fail)
    assert list(folder.iterdir()) == []
