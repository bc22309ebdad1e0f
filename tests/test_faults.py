"""Faults: a build that is killed, runs out of room or meets another leaves the old pack or the new one, whole, and no litter."""

import os
import random
import select
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline import write
from pipeline.cli import main
from pipeline.exceptions import OutputError
from pipeline.folder import OWN, look
from pipeline.index import NAME
from pipeline.stage import stage_pack
from pipeline.write import only_builder, write_pack
from tests.fixtures.faults import FIRST, SECOND
from tests.fixtures.packs import ROOT, tree
from tests.fixtures.small import Place

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills and limits as Linux has them")

SOAK = os.environ.get("PACKS_SOAK") == "1"
STEPS = range(0, 120, 1 if SOAK else 8)
KILLS = 240 if SOAK else 12
OTHERS = {"notes.txt": b"mine", "internal/minutes.docx": b"mine"}
THIRD = FIRST


Packs = tuple[Place, dict[str, bytes], dict[str, bytes]]


def script(how: str, amount: int, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.fixtures.faults", how, str(amount), str(folder)]


def run(how: str, amount: int, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(script(how, amount, folder), cwd=ROOT, capture_output=True, text=True, check=False)


def put(folder: Path, pack: dict[str, bytes]) -> None:
    with only_builder(folder):
        write_pack(folder, folder, pack)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack's folder with a first pack and files of other people in it."""
    place = tmp_path / "out" / "x" / "reward"
    put(place, FIRST)
    for name, content in OTHERS.items():
        (place / name).write_bytes(content)
    return place


def pack_in(folder: Path) -> dict[str, bytes]:
    """The pack in a folder; the files of others are all there."""
    found = tree(folder)
    assert {name: found.pop(name, None) for name in OTHERS} == OTHERS
    return found


def no_litter(folder: Path) -> bool:
    return not (folder.parents[1] / OWN).exists() and [path.name for path in folder.parent.iterdir()] == [folder.name]


def check_whole(folder: Path) -> None:
    """One of the two packs stands; the next build settles what was left, and works."""
    assert pack_in(folder) in (FIRST, SECOND)
    assert (look(folder).edited, look(folder).missing) == ((), ())
    put(folder, THIRD)
    assert pack_in(folder) == THIRD
    assert no_litter(folder)


@pytest.mark.parametrize("step", STEPS)
def test_killed_before_any_step(folder: Path, step: int) -> None:
    assert run("die", step, folder).returncode in {-9, 0}
    check_whole(folder)


def test_the_steps_end_in_a_finished_build_and_begin_with_none(folder: Path) -> None:
    assert run("die", 0, folder).returncode == -9
    assert pack_in(folder) == FIRST
    assert run("die", STEPS.stop, folder).returncode == 0
    assert pack_in(folder) == SECOND
    assert no_litter(folder)


@pytest.mark.parametrize("step", STEPS[:: 1 if SOAK else 3])
def test_a_first_build_killed_before_any_step(tmp_path: Path, step: int) -> None:
    folder = tmp_path / "out" / "x" / "reward"
    run("die", step, folder)
    assert tree(folder) in ({}, SECOND)
    put(folder, THIRD)
    assert tree(folder) == THIRD
    assert no_litter(folder)


def test_killed_at_random_moments(folder: Path) -> None:
    """A process that writes one pack after the other is killed again and again."""
    chance = random.Random(11)  # noqa: S311 - any moments will do
    seen = set()
    for _ in range(KILLS):
        with subprocess.Popen(script("repeat", 0, folder), cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            select.select([process.stdout], [], [], 30)
            time.sleep(chance.uniform(0, 0.1))
            process.kill()
        found = pack_in(folder)
        assert found in (FIRST, SECOND)
        seen.add(found == FIRST)
        if chance.random() < 0.2:
            put(folder, THIRD)
            assert no_litter(folder)
    put(folder, THIRD)
    assert pack_in(folder) == THIRD
    assert no_litter(folder)
    assert seen == {True, False}


def test_readers_find_a_whole_pack_at_every_moment(folder: Path) -> None:
    stop = threading.Event()
    torn = []

    def read() -> None:
        while not stop.is_set():
            manifest = folder / "manifest.json"
            try:
                before = manifest.read_bytes()
                held = {name: (folder / name).exists() for name in ("internal/c.docx", "issue/b.xlsx")}
                after = manifest.read_bytes()
            except FileNotFoundError as error:
                torn.append(str(error))
                continue
            if before == after and set(held.values()) == {True}:
                torn.append("documents of both packs")

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        put(folder, (SECOND, FIRST)[number % 2])
    stop.set()
    reader.join()
    assert torn == []


@pytest.mark.parametrize("room", [0, 1_000, 100_000, 200_000, 300_000])
def test_no_room_for_a_file(folder: Path, room: int) -> None:
    done = run("room", room, folder)
    assert done.returncode == (0 if room == 300_000 else 1), done.stderr
    if done.returncode:
        assert "cannot be written (File too large)" in done.stderr
        assert "Check the disk and permissions, or choose another --output." in done.stderr
        assert "Traceback" not in done.stderr
    assert pack_in(folder) == (SECOND if room == 300_000 else FIRST)
    assert no_litter(folder)


def test_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=800k", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("may not mount a small disk here")
    try:
        folder = disk / "x" / "reward"
        put(folder, FIRST)
        (disk / "filler").write_bytes(b"x" * 350_000)
        with pytest.raises(OutputError, match="No space left on device"):
            put(folder, SECOND)
        assert tree(folder) == FIRST
        (disk / "filler").unlink()
        put(folder, SECOND)
        assert tree(folder) == SECOND
        assert not (disk / OWN).exists()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_may_only_be_read(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("may not mount a disk here")
    try:
        folder = disk / "x" / "reward"
        put(folder, FIRST)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(OutputError, match="Read-only file system"):
            put(folder, SECOND)
        assert tree(folder) == FIRST
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_vanishes_meanwhile(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody deletes the whole output folder between staging and publishing."""

    def stage_and_lose(*arguments: Any) -> None:
        stage_pack(*arguments)
        shutil.rmtree(folder.parents[1])

    monkeypatch.setattr(write, "stage_pack", stage_and_lose)
    with pytest.raises(OutputError, match="cannot be written"):
        put(folder, SECOND)
    monkeypatch.undo()
    put(folder, SECOND)
    assert tree(folder) == SECOND
    assert no_litter(folder)


def test_two_writers_race_and_each_pack_is_whole(folder: Path) -> None:
    writers = [subprocess.Popen(script("repeat", 0, folder), cwd=ROOT, stdout=subprocess.PIPE) for _ in range(2)]
    for writer in writers:
        assert writer.stdout is not None
        for _ in range(15):
            assert writer.stdout.readline() == b"written\n"
    for writer in writers:
        writer.kill()
        writer.communicate()
    check_whole(folder)


def test_the_lock_ends_with_its_process(folder: Path) -> None:
    with subprocess.Popen(script("repeat", 0, folder), cwd=ROOT, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
    with only_builder(folder, patience=0):
        pass
    check_whole(folder)


# --- whole builds ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Packs:
    """A place with a built pack, that pack, and the one that a changed profile makes of it."""
    place = Place(tmp_path_factory.mktemp("packs")).furnished()
    assert main(place.arguments("build")) == 0
    old = tree(place.pack)
    text = place.profile.read_text(encoding="utf-8")
    place.profile.write_text(text.replace('version: "0.3"', 'version: "0.4"'), encoding="utf-8")
    other = Place(place.folder)
    other.pack = place.folder / "other" / "exampleshire" / "reward"
    assert main([*place.arguments("build")[:4], "--output", str(place.folder / "other"), *place.arguments("build")[6:]]) == 0
    new = tree(other.pack)
    assert [name for name in old if old[name] == new[name]] == []
    return place, old, new


@pytest.mark.parametrize("number", range(60 if SOAK else 4))
def test_a_build_killed_at_any_moment(packs: Packs, tmp_path: Path, number: int) -> None:
    first, old, new = packs
    shutil.copytree(first.folder, tmp_path / "place")
    place = Place(tmp_path / "place")
    with place.started("build") as build:
        time.sleep(random.Random(number).uniform(0.2, 6))  # noqa: S311 - any moment will do
        build.kill()
        build.communicate()
    assert tree(place.pack) in (old, new)
    assert main(place.arguments("build")) == 0
    assert tree(place.pack) == new
    assert [path.name for path in (place.folder / "out" / OWN).iterdir()] == [NAME]


def test_two_builds_of_one_pack_at_once(packs: Packs, tmp_path: Path) -> None:
    """The second waits for the first, and finds nothing left to do."""
    first, _, new = packs
    shutil.copytree(first.folder, tmp_path / "place")
    place = Place(tmp_path / "place")
    with place.started("build") as one, place.started("build") as other:
        told = [process.communicate()[0] for process in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0)
    assert sorted("up to date" in text for text in told) == [False, True]
    assert tree(place.pack) == new
    assert [path.name for path in (place.folder / "out" / OWN).iterdir()] == [NAME]
