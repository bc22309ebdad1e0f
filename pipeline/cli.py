"""The command line: `packs build`, `new`, `schema`, `templates` and `text`. It prints, and turns PipelineError into exit 1."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.exceptions import PipelineError

if TYPE_CHECKING:
    from datetime import date

    from pipeline.result import BuildResult

MODELS = {"1": "care-planning", "2": "reward", "3": "population"}
BUILT, REFUSED = 0, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 refused or in error, 2 wrongly called."""
    asked = parser().parse_args(arguments)
    try:
        code: int = asked.run(asked)
    except PipelineError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        return REFUSED
    return code


def parser() -> argparse.ArgumentParser:
    """Make the parser of every command."""
    top = argparse.ArgumentParser(
        prog="packs", description="Make procurement packs for outcomes-based home care from a locality profile."
    )
    commands = top.add_subparsers(required=True, metavar="command")
    _build_parser(commands)
    new = commands.add_parser("new", help="write a starter profile for an authority", description="Write a starter profile.")
    new.add_argument("authority", help='the authority\'s name, such as "Powys County Council"')
    new.add_argument("--prepared-on", type=_day, help="the pack's date, as 2026-11-21 (default: today)")
    new.add_argument("--folder", type=Path, help="where to write it (default: inputs/localities)")
    new.set_defaults(run=_new)
    schema = commands.add_parser(
        "schema",
        help="print the JSON Schema of a locality profile",
        description="Print the JSON Schema of a locality profile.",
    )
    schema.set_defaults(run=_schema)
    text = commands.add_parser(
        "text",
        help="print a Word or Excel file as text",
        description="Print a Word or Excel file as text, for reading and comparing.",
    )
    text.add_argument("file", type=Path, help="a .docx or .xlsx file")
    text.set_defaults(run=_text)
    _templates_parser(commands)
    return top


def _build_parser(commands: Any) -> None:
    build = commands.add_parser(
        "build",
        help="build packs",
        description="Build a pack for each profile and commissioning model. Exit code: 0 built, 1 refused or in error, 2 usage.",
    )
    build.add_argument("profiles", nargs="+", type=Path, metavar="PROFILE", help="locality profiles (inputs/localities/*.yaml)")
    build.add_argument(
        "--model",
        required=True,
        action="append",
        choices=[*MODELS, *MODELS.values(), "all"],
        help="commissioning model, by number or name, or all; may be given more than once",
    )
    build.add_argument("--output", type=Path, default=Path("output"), help="folder for the packs (default: %(default)s)")
    build.add_argument("--templates", type=Path, help="a folder of templates to try in place of the standard ones")
    mode = build.add_mutually_exclusive_group()
    mode.add_argument(
        "--draft",
        dest="mode",
        action="store_const",
        const="draft",
        help="allow outstanding items (a new pack's default)",
    )
    mode.add_argument(
        "--final",
        dest="mode",
        action="store_const",
        const="final",
        help="refuse outstanding items and infeasible dates",
    )
    build.add_argument("--json", action="store_true", help="print the result as JSON")
    build.set_defaults(run=_build)


def _templates_parser(commands: Any) -> None:
    templates = commands.add_parser("templates", help="check and mirror the templates", description="Work on the templates.")
    actions = templates.add_subparsers(required=True, metavar="action")
    for name, help_text in (
        ("check", "check every template for every model, nation and edition"),
        ("mirror", "write the text mirror of every template"),
        ("restyle", "copy styles and numbering from house-style.docx into every Word template"),
    ):
        action = actions.add_parser(name, help=help_text, description=help_text.capitalize() + ".")
        action.add_argument("--templates", type=Path, help="the templates folder (default: the project's)")
        if name != "check":
            action.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is stale")
        action.set_defaults(run=_templates, action=name)


def _day(text: str) -> "date":
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2026-11-21") from None


def _build(asked: argparse.Namespace) -> int:
    from pipeline.build import build_all
    from pipeline.pack import Mode
    from pipeline.profile import CommissioningModel
    from pipeline.report import print_results, progress, results_json
    from pipeline.request import BuildRequest

    models = (
        list(CommissioningModel) if "all" in asked.model else [CommissioningModel(MODELS.get(one, one)) for one in asked.model]
    )
    mode = Mode(asked.mode) if asked.mode else None
    requests = [
        BuildRequest(profile, model, asked.output, asked.templates, mode)
        for profile in {path.resolve(): path for path in asked.profiles}.values()
        for model in dict.fromkeys(models)
    ]
    results: list[BuildResult] = list(progress(build_all(requests), len(requests), quiet=asked.json))
    if asked.json:
        print(json.dumps(results_json(results), ensure_ascii=False, indent=1))
    else:
        print_results(results)
    return BUILT if all(result.pack is not None for result in results) else REFUSED


def _new(asked: argparse.Namespace) -> int:
    from datetime import date

    from pipeline.request import INPUTS
    from pipeline.starter import write_starter

    today = asked.prepared_on or date.today()  # noqa: DTZ011 - the one place where the clock is read: the user's own day
    path = write_starter(asked.authority, today, INPUTS / "reference", asked.folder or INPUTS / "localities")
    print(f"{path}: written. Fill in what says to-be-confirmed, then: packs build {path} --model all")
    return BUILT


def _schema(_: argparse.Namespace) -> int:
    from pipeline.profile import Profile

    print(json.dumps(Profile.model_json_schema(), ensure_ascii=False, indent=1, default=float))
    return BUILT


def _text(asked: argparse.Namespace) -> int:
    from pipeline.read import read_document
    from pipeline.text import document_text

    print("\n".join(document_text(read_document(asked.file), str(asked.file))))
    return BUILT


def _templates(asked: argparse.Namespace) -> int:
    from pipeline import upkeep
    from pipeline.request import INPUTS, TEMPLATES

    folder = asked.templates or TEMPLATES
    if asked.action == "check":
        lines = upkeep.check(folder, INPUTS)
        print("\n".join(lines) if lines else "Every template is in order.")
        return REFUSED if lines else BUILT
    action = upkeep.mirror if asked.action == "mirror" else upkeep.restyle
    lines = action(folder, change=not asked.check)
    print("\n".join(lines) if lines else "Nothing to change.")
    return REFUSED if lines and asked.check else BUILT


if __name__ == "__main__":
    sys.exit(main())
