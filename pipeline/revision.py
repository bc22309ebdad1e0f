"""A pack as another git revision would have made it: a revision and a pack or profile in, two pack folders to compare out.

Templates and inputs are those of the revision, the code is that of this checkout. Neither the checkout nor its index is touched.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import yaml

from pipeline.build import build_pack
from pipeline.catalogue import DOCUMENTS
from pipeline.exceptions import OutputError, PipelineError, RefusedError
from pipeline.folder import look
from pipeline.read import read_profile
from pipeline.request import ROOT, BuildRequest

KEPT = ("templates", "inputs")
_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""What git sets for its hooks, and what would lead elsewhere than to this checkout."""


@dataclass(frozen=True)
class Sides:
    """The same pack twice, in its folder: from the revision, and now. `commit` is the revision's."""

    old: Path
    new: Path
    commit: str


@dataclass(frozen=True)
class _Wanted:
    """Which pack is meant; `profile` is a profile's place in the checkout where one was named, `folder` that of a built pack."""

    slug: str
    model: str
    mode: str
    profile: Path | None = None
    folder: Path | None = None


@contextmanager
def revision_sides(revision: str, pack: Path, model: str | None = None, root: Path = ROOT) -> Iterator[Sides]:
    """Give a pack as the templates and inputs of a revision make it, and as it is; both are gone afterwards but for a built one.

    `pack` is the folder of a built pack, or a profile, of which the pack of a commissioning model is built for the purpose.
    """
    wanted = _wanted(pack, model)
    with TemporaryDirectory(prefix="packs-") as temporary:
        place = Path(temporary).resolve()
        commit = _taken_out(revision, root, place / "then")
        new = (
            wanted.folder
            or build_pack(BuildRequest(pack, wanted.model, place / "now", None, wanted.mode, root / "inputs")).folder
        )
        yield Sides(_built_then(wanted, revision, root, place), new, commit)


def _wanted(pack: Path, model: str | None) -> _Wanted:
    if pack.is_dir():
        found = look(pack)
        if found.manifest is None:
            raise OutputError(f"{pack}: holds no pack. Name the folder of one, such as output/powys/reward, or a profile.")
        if model is not None:
            raise OutputError(f"{pack}: is a built pack, which has its model. Leave --model out.")
        return _Wanted(str(found.manifest["locality"]), str(found.manifest["model"]), str(found.manifest["mode"]), folder=pack)
    if pack.suffix.lower() not in {".yaml", ".yml"}:
        raise OutputError(f"{pack}: is neither a pack nor a profile. With --revision name the folder of a pack, or a profile.")
    if model is None:
        raise OutputError(f"{pack}: is a profile. Say with --model which of its packs is meant.")
    return _Wanted(read_profile(pack).slug, model, "draft", profile=pack)


def _taken_out(revision: str, root: Path, place: Path) -> str:
    """Put the templates and inputs of a revision into a folder; give the name of its commit."""
    if not revision.strip():
        raise OutputError("--revision: is empty. Name a branch, a tag or a commit.")
    inside = _git(root, "rev-parse", "--is-inside-work-tree")
    if inside.returncode:
        raise OutputError(f"{root}: is not a git repository ({_said(inside)}). --revision needs the project's history.")
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode:
        is_shallow = _git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        hint = (
            "This is a shallow clone, which holds the newest revisions alone: `git fetch --unshallow` fetches the others."
            if is_shallow
            else "Name a branch, a tag or a commit; `git log` lists them."
        )
        raise OutputError(f"{revision}: is no revision of {root}. {hint}")
    commit = found.stdout.decode().strip()
    archive = _git(root, "archive", "--format=zip", commit, *KEPT)
    if archive.returncode:
        raise OutputError(f"{revision}: its {' and '.join(KEPT)} cannot be taken out of {root} ({_said(archive)}).")
    with ZipFile(BytesIO(archive.stdout)) as package:
        package.extractall(place)
    return commit


def _git(root: Path, *words: str) -> "subprocess.CompletedProcess[bytes]":
    kept = {name: value for name, value in os.environ.items() if name not in _HOOKS}
    environment = {**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(  # noqa: S603 - our words, and a revision that follows --end-of-options
            ["git", "-C", str(root), *words],  # noqa: S607 - whichever git the user has
            capture_output=True,
            check=False,
            env=environment,
        )
    except FileNotFoundError:
        raise OutputError("git: is not installed, and --revision needs it. Install git, or compare two built packs.") from None


def _said(result: "subprocess.CompletedProcess[bytes]") -> str:
    lines = result.stderr.decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else f"git ended with {result.returncode}"


def _built_then(wanted: _Wanted, revision: str, root: Path, place: Path) -> Path:
    """Build the pack from what was taken out; an error names files by the revision, and says what does not fit."""
    then = place / "then"
    profile = _profile_then(wanted, revision, root, then)
    try:
        templates = _templates_then(profile, then, place / "templates")
        documents = tuple(one for one in DOCUMENTS if (templates / one.template).is_file())
        request = BuildRequest(profile, wanted.model, place / "before", templates, wanted.mode, then / "inputs")
        return build_pack(request, documents).folder
    except RefusedError as error:
        hint = "Give the profile and --model instead of the pack to compare drafts."
        raise OutputError(f"{revision}: {_by_revision(error, revision, place)}\n{hint}") from None
    except PipelineError as error:
        raise OutputError(
            f"{revision}: its templates and inputs do not fit the present code:\n{_by_revision(error, revision, place)}\n"
            "Build the pack in a checkout of that revision, and compare the two packs. A later one may fit: "
            f"`git log --oneline {revision}..HEAD -- {' '.join(KEPT)}` lists those in which they changed."
        ) from None


def _by_revision(error: PipelineError, revision: str, place: Path) -> str:
    text = str(error).replace(f"{place / 'then'}{os.sep}", f"{revision}:")
    return text.replace(f"{place / 'templates'}{os.sep}", f"{revision}:templates{os.sep}")


def _profile_then(wanted: _Wanted, revision: str, root: Path, then: Path) -> Path:
    """Find the profile in the revision: at the same place, or by its slug."""
    if wanted.profile is not None and wanted.profile.resolve().is_relative_to(root.resolve()):
        same = then / wanted.profile.resolve().relative_to(root.resolve())
        if same.is_file():
            return same
    for path in sorted((then / "inputs" / "localities").glob("*.y*ml")):
        if _slug(path) == wanted.slug:
            return path
    raise OutputError(f"{revision}: has no profile of {wanted.slug} in inputs/localities. Name a later revision.")


def _slug(path: Path) -> str:
    """Give the slug that a profile of whatever form names, or the file's own name where it cannot be read."""
    try:
        return str(yaml.safe_load(path.read_bytes())["slug"])
    except (yaml.YAMLError, KeyError, TypeError, ValueError):
        return path.stem


def _templates_then(profile: Path, then: Path, merged: Path) -> Path:
    """Lay the authority's own templates over the standard ones, as a build does; a document without its template is left out."""
    shutil.copytree(then / "templates", merged)
    own = read_profile(profile).templates
    for path in sorted((profile.parent / own).glob("*.*")) if own else ():
        shutil.copy(path, merged / path.name)
    return merged
