"""The command line: what may be asked. What is done about it is in pipeline.commands; PipelineError becomes exit 1."""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline import commands, reviewing
from pipeline.arguments import add_command, add_pack_folders, add_templates, day
from pipeline.exceptions import PipelineError
from pipeline.request import EVERY, MODELS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 refused or in error, 2 wrongly called."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console may know fewer characters than a profile has
    asked = parser().parse_args(arguments)
    try:
        code: int = asked.run(asked)
    except PipelineError as error:
        print(error, file=sys.stderr)
        return commands.REFUSED
    except BrokenPipeError:
        return commands.REFUSED
    return code


def parser() -> argparse.ArgumentParser:
    """Make the parser of every command."""
    top = argparse.ArgumentParser(
        prog="packs", description="Make procurement packs for outcomes-based home care from a locality profile."
    )
    kinds = top.add_subparsers(required=True, metavar="command")
    _build_parser(kinds)
    _plan_parser(kinds)
    _issue_parser(kinds)
    reviewing.add_parsers(kinds)
    _where_parsers(kinds)
    new = add_command(kinds, "new", commands.new, "write a starter profile for an authority", "Write a starter profile.")
    new.add_argument("authority", help='the authority\'s name, such as "Powys County Council"')
    new.add_argument("--prepared-on", type=day, help="the pack's date, as 2026-11-21 (default: today)")
    new.add_argument("--folder", type=Path, help="where to write it (default: inputs/localities)")
    add_command(
        kinds,
        "schema",
        commands.schema,
        "print the JSON Schema of a locality profile",
        "Print the JSON Schema of a locality profile.",
    )
    text = add_command(
        kinds,
        "text",
        commands.text,
        "print a Word or Excel file as text",
        "Print a Word or Excel file as text, for reading and comparing.",
    )
    text.add_argument("file", type=Path, help="a .docx or .xlsx file")
    _templates_parser(kinds)
    return top


def _build_parser(kinds: Any) -> None:
    build = add_command(
        kinds,
        "build",
        commands.build,
        "build packs",
        "Build a pack for each profile and commissioning model. Exit code: 0 built, 1 refused or in error, 2 usage.",
    )
    add_packs(build, profiles="+", is_model_needed=True)
    build.add_argument("--json", action="store_true", help="print the result as JSON")
    build.add_argument("--force", action="store_true", help="build every document anew, stale or not")
    build.add_argument(
        "--replace",
        action="append",
        default=[],
        metavar="DOCUMENT",
        help=f"build a document anew that was edited by hand, moving the edited copy aside; by path, by kind, or {EVERY}",
    )
    build.add_argument(
        "--detach",
        action="append",
        default=[],
        metavar="DOCUMENT",
        help="keep a document as it was edited by hand, in this and every later build",
    )


def add_packs(command: argparse.ArgumentParser, *, profiles: str, is_model_needed: bool) -> None:
    """Add what says which packs are meant, and how they are built."""
    more = "" if is_model_needed else " (default: all)"
    command.add_argument(
        "profiles", nargs=profiles, type=Path, metavar="PROFILE", help="locality profiles (inputs/localities/*.yaml)"
    )
    command.add_argument(
        "--model",
        required=is_model_needed,
        action="append",
        choices=[*MODELS, *MODELS.values(), EVERY],
        help=f"commissioning model, by number or name, or {EVERY}; may be given more than once{more}",
    )
    command.add_argument("--output", type=Path, default=Path("output"), help="folder for the packs (default: %(default)s)")
    add_templates(command)
    mode = command.add_mutually_exclusive_group()
    for name, text in (
        ("draft", "allow outstanding items (a new pack's default)"),
        ("final", "refuse outstanding items and infeasible dates"),
    ):
        mode.add_argument(f"--{name}", dest="mode", action="store_const", const=name, help=text)


def _plan_parser(kinds: Any) -> None:
    plan = add_command(
        kinds,
        "plan",
        commands.plan,
        "say what a build would do, and why",
        "Say for every document what a build would do, and why. Without PROFILE and --model: for every pack that is "
        "in the output folder.",
    )
    add_packs(plan, profiles="*", is_model_needed=False)
    plan.add_argument("--json", action="store_true", help="print the result as JSON")
    plan.add_argument("--check", action="store_true", help="exit 1 when anything is stale")


def _issue_parser(kinds: Any) -> None:
    issue = add_command(
        kinds,
        "issue",
        commands.issue,
        "freeze a final pack that goes to bidders",
        "Mark a final pack as issued. Nothing builds it again; what changes later becomes a new pack beside it.",
    )
    add_pack_folders(issue)
    issue.add_argument(
        "--require-approvals", action="store_true", help="refuse a pack of which an approval has lapsed or is missing"
    )


def _where_parsers(kinds: Any) -> None:
    where = add_command(
        kinds,
        "where",
        commands.where,
        "list every document and place that a profile field reaches",
        "List every document and place that a profile field reaches, through what is worked out from it too.",
    )
    where.add_argument("field", help="the field, such as commercial.ceiling_rate, lots[A].people, or a whole section")
    unused = add_command(
        kinds,
        "unused",
        commands.unused,
        "list the profile fields that nothing uses",
        "List the fields of profiles that no document of any commissioning model uses.",
    )
    for command in (where, unused):
        command.add_argument(
            "--profile",
            dest="profiles",
            action="append",
            type=Path,
            metavar="PROFILE",
            help="a locality profile; may be given more than once (default: all in inputs/localities)",
        )
        add_templates(command)
        command.add_argument("--json", action="store_true", help="print the result as JSON")


def _templates_parser(kinds: Any) -> None:
    templates = kinds.add_parser("templates", help="check and mirror the templates", description="Work on the templates.")
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
        action.set_defaults(run=commands.templates, action=name)


if __name__ == "__main__":
    sys.exit(main())
