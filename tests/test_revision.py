"""Comparing with a git revision: templates and inputs as they were, in repositories made here, with nothing in them touched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.build import build_pack
from pipeline.cli import main
from pipeline.compare.command import compare_paths
from pipeline.exceptions import OutputError
from pipeline.request import BuildRequest
from pipeline.revision import revision_sides
from tests.fixtures.packs import REFERENCE, ROOT, tree
from tests.fixtures.profiles import example, put, write
from tests.fixtures.small import small_templates
from tests.fixtures.word import docx, p

NOTICE = {"contract.termination_notice_months": {"value": "9", "source": "Board", "as_at": "2026-11-22", "status": "confirmed"}}


def git(folder: Path, *words: str) -> str:
    settings = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", "-C", str(folder), *settings, *words], check=True, capture_output=True, text=True
    ).stdout.strip()


class Repository:
    """A repository with templates, inputs and a history of two commits; the first is tagged `first`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        small_templates(root / "templates")
        (root / "inputs" / "localities").mkdir(parents=True)
        shutil.copytree(REFERENCE, root / "inputs" / "reference")
        self.profile = write(root / "inputs" / "localities", example(), "exampleshire.yaml")
        git(root.parent, "init", "--quiet", str(root))
        self.commit("first")
        git(root, "tag", "first")
        write(self.profile.parent, put(example(), NOTICE), self.profile.name)
        (root / "templates" / "procurement-plan.docx").write_bytes(docx(p("{{ money.ceiling_rate }} at most")))
        self.commit("second")

    def commit(self, words: str) -> None:
        """Commit all that is there."""
        git(self.root, "add", "--all")
        git(self.root, "commit", "--quiet", "--message", words)

    def built(self, mode: str = "draft") -> Path:
        """Build the pack from what is in the checkout, into another folder."""
        output, inputs = self.root.parent / "out", self.root / "inputs"
        return build_pack(BuildRequest(self.profile, "reward", output, self.root / "templates", mode, inputs)).folder

    def refused(self, revision: str, pack: Path, model: str | None = None) -> str:
        """Give the reason why a comparison is refused."""
        with pytest.raises(OutputError) as refused, revision_sides(revision, pack, model, self.root):
            pass
        assert "packs-" not in str(refused.value)
        return str(refused.value)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("revision")
    Repository(folder / "project")
    return folder


@pytest.fixture
def repository(original: Path, tmp_path: Path) -> Repository:
    made = Repository.__new__(Repository)
    made.root = Path(shutil.copytree(original / "project", tmp_path / "project"))
    made.profile = made.root / "inputs" / "localities" / "exampleshire.yaml"
    return made


def changed(repository: Repository, revision: str, pack: Path) -> dict[str, list[str]]:
    """The causes of what changed since a revision, by document."""
    with revision_sides(revision, pack, None, repository.root) as sides:
        diff = compare_paths(sides.old, sides.new, "", sides.commit).diff
        assert sides.old.is_dir()
    assert not sides.old.exists()
    assert diff.old["revision"] == git(repository.root, "rev-parse", f"{revision}^{{commit}}")
    assert not [one for one in diff.findings if "no known cause" in one]
    return {
        file.path: list(dict.fromkeys(cause.words() for one in file.changes for cause in one.causes))
        for file in diff.files
        if file.changes
    }


def test_a_built_pack_is_compared_with_what_a_revision_makes_of_it(repository: Repository) -> None:
    found = changed(repository, "first", repository.built())
    (template,) = found.pop("internal/procurement-plan.docx")
    assert template.startswith("template procurement-plan.docx")
    notice = ["profile field contract.termination_notice_months: 6 → 9"]
    assert found == {f"{edition}/contract-contents.docx": notice for edition in ("internal", "issue")}


def test_the_same_templates_and_inputs_make_the_same_pack(repository: Repository) -> None:
    assert changed(repository, "HEAD", repository.built("final")) == {}


def test_the_checkout_and_its_index_are_not_touched(repository: Repository) -> None:
    pack = repository.built()
    (repository.root / "templates" / "contract-contents.docx").write_bytes(b"not committed")
    git(repository.root, "add", "templates")
    repository.profile.write_text("not even staged", encoding="utf-8")
    before = tree(repository.root)
    changed(repository, "HEAD~1", pack)
    assert tree(repository.root) == before


def test_a_document_that_the_revision_has_no_template_for_was_added(repository: Repository) -> None:
    pack = repository.built()
    git(repository.root, "rm", "--quiet", "templates/engagement-checklist.docx")
    repository.commit("without")
    with revision_sides("HEAD", pack, None, repository.root) as sides:
        diff = compare_paths(sides.old, sides.new).diff
    assert [(file.path, file.status) for file in diff.files if file.status == "added"] == [
        ("internal/engagement-checklist.docx", "added")
    ]


def test_an_authority_s_own_templates_are_those_of_the_revision(repository: Repository) -> None:
    own = repository.profile.parent / "own"
    own.mkdir()
    for words in ("old", "new"):
        (own / "contract-contents.docx").write_bytes(docx(p(f"{words}: {{{{ authority.name }}}}")))
        write(repository.profile.parent, {**example(), "templates": "own"}, repository.profile.name)
        repository.commit(words)
    with revision_sides("HEAD~1", repository.built(), None, repository.root) as sides:
        diff = compare_paths(sides.old, sides.new).diff
        assert "old: Example" in (text_of(sides.old / "internal" / "contract-contents.docx"))
    assert {file.path for file in diff.files if file.changes} >= {"issue/contract-contents.docx"}


def text_of(path: Path) -> str:
    from pipeline.text import document_text

    return "\n".join(document_text(path.read_bytes(), path.name))


def test_a_profile_that_has_moved_is_known_by_its_slug(repository: Repository) -> None:
    pack = repository.built()
    git(repository.root, "mv", "inputs/localities/exampleshire.yaml", "inputs/localities/example.yaml")
    repository.commit("renamed")
    assert changed(repository, "HEAD", pack) == {}


# ------------------------------------------------------------------------------------------------------- what is refused


def test_a_revision_that_is_none(repository: Repository) -> None:
    for revision in ("nothing", "--all", "HEAD:templates", "-x"):
        assert "is no revision of" in repository.refused(revision, repository.built())
    assert "is empty" in repository.refused(" ", repository.built())


def test_a_shallow_clone_says_so(repository: Repository, tmp_path: Path) -> None:
    pack = repository.built()
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository.root}", "shallow")
    repository.root = tmp_path / "shallow"
    assert "This is a shallow clone" in repository.refused("HEAD~1", pack)


def test_a_folder_without_history(repository: Repository) -> None:
    pack = repository.built()
    shutil.rmtree(repository.root / ".git")
    assert "is not a git repository" in repository.refused("HEAD", pack)


def test_a_revision_from_before_the_templates(repository: Repository) -> None:
    pack = repository.built()
    git(repository.root, "checkout", "--quiet", "--orphan", "other")
    git(repository.root, "rm", "--quiet", "-r", "--cached", "templates")
    git(repository.root, "commit", "--quiet", "--message", "no templates", "--", "inputs")
    assert "its templates and inputs cannot be taken out" in repository.refused("other", pack)


def test_inputs_that_do_not_fit_the_present_code(repository: Repository) -> None:
    pack = repository.built()
    repository.profile.write_text("slug: exampleshire\nheard_of: nowhere\n", encoding="utf-8")
    repository.commit("an old form")
    said = repository.refused("HEAD", pack)
    assert said.startswith(
        "HEAD: its templates and inputs do not fit the present code:\nHEAD:inputs/localities/exampleshire.yaml"
    )
    assert "heard_of: unknown field" in said
    assert "Build the pack in a checkout of that revision" in said
    assert "A later one may fit: `git log --oneline HEAD..HEAD -- templates inputs`" in said


def test_a_template_that_does_not_fit_the_present_code(repository: Repository) -> None:
    pack = repository.built()
    (repository.root / "templates" / "contract-contents.docx").write_bytes(docx(p("{{ contract.of_old }}")))
    repository.commit("an old tag")
    assert "contract-contents.docx: " in repository.refused("HEAD", pack)


def test_a_locality_that_was_not_there_yet(repository: Repository) -> None:
    pack = repository.built()
    git(repository.root, "rm", "--quiet", "inputs/localities/exampleshire.yaml")
    repository.commit("gone")
    assert "HEAD: has no profile of exampleshire" in repository.refused("HEAD", pack)


def test_a_final_pack_that_was_not_final_then(repository: Repository) -> None:
    pack = repository.built("final")
    write(repository.profile.parent, put(example(), {"governance.sro": "to-be-confirmed"}), repository.profile.name)
    (repository.root / "templates" / "change-management-plan.docx").write_bytes(docx(p("{{ governance.sro }}")))
    repository.commit("not yet")
    said = repository.refused("HEAD", pack)
    assert "refused as final: 1 finding" in said
    assert "to compare drafts" in said


def test_what_is_no_pack_or_profile(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "holds no pack" in repository.refused("HEAD", tmp_path / "empty")
    assert "is neither a pack nor a profile" in repository.refused("HEAD", tmp_path / "a.docx")
    assert "Say with --model" in repository.refused("HEAD", repository.profile)
    assert "Leave --model out" in repository.refused("HEAD", repository.built(), "reward")


def test_without_git(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = repository.built()
    monkeypatch.setenv("PATH", str(repository.root))
    assert "git: is not installed" in repository.refused("HEAD", pack)


def test_settings_of_a_hook_do_not_lead_elsewhere(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = repository.built()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "none" / "index"))
    with revision_sides("first", pack, None, repository.root) as sides:
        assert len(sides.commit) == 40


def test_the_command_in_a_checkout_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole project, copied and put under git: a profile at work against the committed one."""
    root = tmp_path / "project"
    for name in ("pipeline", "templates", "inputs"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    git(tmp_path, "init", "--quiet", str(root))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "all")
    profile = write(root / "inputs" / "localities", put(example(), NOTICE), "exampleshire.yaml")
    command = [sys.executable, "-m", "pipeline.cli", "compare", "--revision", "HEAD", str(profile), "--model", "2"]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    shown = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert shown.returncode == 1, shown.stderr
    assert "from revision" in shown.stdout
    assert "profile field contract.termination_notice_months: 6 → 9" in shown.stdout
    assert str(tmp_path) not in shown.stdout
    assert not (root / "output").exists()
    assert main(["compare", "--revision", "HEAD", str(tmp_path / "none.yaml"), "--model", "2"]) == 2
    assert "none.yaml: no such file" in capsys.readouterr().err
