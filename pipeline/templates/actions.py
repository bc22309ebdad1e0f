"""What `packs templates` does: a folder and an action in, printed lines and an exit code out."""

from collections.abc import Callable
from pathlib import Path

from pipeline.catalogue import DOCUMENTS, documents_for
from pipeline.exceptions import OutputError, TemplateError
from pipeline.pack import Mode
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel
from pipeline.read import read_profile, read_reference, read_templates
from pipeline.templates.check import check_templates
from pipeline.templates.mirror import restyle_folder, stale_mirrors, unstyled, write_mirrors

DONE, REFUSED = 0, 1
STANDARD = "templates"  # beside the inputs folder


def run_action(action: str, folder: Path, inputs: Path, *, change: bool = True) -> int:
    """Run `check`, `mirror` or `restyle` on a templates folder; without `change` only say what is stale. Gives the exit code."""
    if not folder.is_dir():
        raise TemplateError(f"{folder}: no such folder. Name the templates folder.")
    if action == "check":
        return _report(check_folder(folder, inputs), "Every template fits every model, nation and edition.")
    stale: dict[str, Callable[[Path], list[str]]] = {"mirror": stale_mirrors, "restyle": unstyled}
    written: dict[str, Callable[[Path], list[Path]]] = {"mirror": write_mirrors, "restyle": restyle_folder}
    if not change:
        return _report(stale[action](folder), "Everything is up to date.")
    try:
        paths = written[action](folder)
    except OSError as error:
        raise OutputError(f"{error.filename}: cannot be written ({error.strerror}). Check its permissions.") from None
    for path in paths:
        print(f"{path}: {'written' if path.exists() else 'removed'}")  # noqa: T201 - the command's answer
    return _report([], f"{len(paths)} files changed." if paths else "Everything is up to date.")


def check_folder(folder: Path, inputs: Path) -> list[str]:
    """Check a folder's templates with the facts of every profile in inputs/localities, under each commissioning model."""
    reference = read_reference(inputs / "reference")
    templates = read_templates(DOCUMENTS, [("trial", folder), ("standard", inputs.parent / STANDARD)])
    profiles = [read_profile(path) for path in sorted((inputs / "localities").glob("*.yaml"))]
    if not profiles:
        raise TemplateError(f"{inputs / 'localities'}: holds no profile to check templates with. Add one with `packs new`.")
    return check_templates(
        plan_pack(profile, reference, model, Mode.DRAFT, templates=templates, documents=documents_for(model))
        for profile in profiles
        for model in CommissioningModel
    )


def _report(lines: list[str], otherwise: str) -> int:
    for line in lines or [otherwise]:
        print(line)  # noqa: T201 - the command's answer
    return REFUSED if lines else DONE
