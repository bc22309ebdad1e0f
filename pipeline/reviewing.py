"""The commands of those who review packs: what may be asked of each, and what is done; heavy imports only where needed.

`packs compare` and `packs verify` exit as diff does: 0 the same, 1 different, 2 error.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.arguments import add_command, add_pack_folder, add_pack_folders, add_templates, day
from pipeline.commands import today
from pipeline.exceptions import OutputError, PipelineError
from pipeline.request import EVERY, MODELS
from pipeline.result import DIFFERENT, ERROR, SAME

TERMINAL = "-"
"""In place of a file: what is asked for is printed."""


def add_parsers(kinds: Any) -> None:
    """Add the commands to the command line's parser."""
    _compare_parser(kinds)
    _verify_parser(kinds)
    _approve_parser(kinds)
    _status_parser(kinds)


def _compare_parser(kinds: Any) -> None:
    compare = add_command(
        kinds,
        "compare",
        compare_packs,
        "show what changed between two packs or two documents",
        "Show what changed between two pack folders or two documents, or between a pack and what the templates and "
        "inputs of another git revision make of it. Exit code: 0 same, 1 different, 2 error.",
    )
    compare.add_argument(
        "packs",
        nargs="+",
        type=Path,
        metavar="PACK",
        help="OLD and NEW: pack folders, or .docx or .xlsx files; with --revision NEW",
    )
    compare.add_argument(
        "--revision",
        metavar="REV",
        help="compare with the pack that the templates and inputs of this git revision make, by the code of this checkout",
    )
    compare.add_argument(
        "--model", choices=[*MODELS, *MODELS.values()], help="with --revision, where NEW is a profile: which of its packs"
    )
    compare.add_argument(
        "--edition",
        choices=("internal", "issue"),
        help="compare this edition alone; of the issue edition nothing is said that bidders may not know",
    )
    compare.add_argument(
        "--addendum",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="write the list of changes for bidders between two issued versions: .docx or .md; may be given more than once; "
        "whatever else is asked for shows the whole pack, unless with --edition issue",
    )
    compare.add_argument(
        "--json",
        nargs="?",
        const=TERMINAL,
        metavar="FILE",
        help="the change list as JSON: printed, or with FILE (give it last, or as --json=FILE) written there",
    )
    form = compare.add_mutually_exclusive_group()
    form.add_argument("--markdown", dest="form", action="store_const", const="markdown", help="print it for a pull request")
    form.add_argument("--text", dest="form", action="store_const", const="text", help="print a unified diff of the texts")
    compare.add_argument("--html", type=Path, metavar="FILE", help="write one page for a browser that shows every change")
    compare.add_argument(
        "--redline", type=Path, metavar="DIR", help="write each Word document that changed with its changes tracked, as Word does"
    )
    compare.add_argument(
        "--fail-on",
        choices=("any", "content", "high"),
        default="any",
        help="exit 1 only for changes of this severity or graver (default: %(default)s)",
    )
    compare.set_defaults(refuse=compare.error)


def compare_packs(asked: argparse.Namespace) -> int:
    """Print or write what changed between two packs or two documents."""
    from pipeline.compare.command import compare_paths, exit_code, printed, write_files

    if asked.json == TERMINAL:
        if asked.form:
            asked.refuse(f"--{asked.form} and --json would both be printed. Leave one out, or give --json a FILE.")
        asked.json, asked.form = None, "json"
    _check_compare(asked)
    try:
        with _sides(asked) as (old, new, commit):
            for line in _write_addenda(asked, old, new):
                print(line, file=sys.stderr)
            found = compare_paths(old, new, asked.edition or "", commit)
            for line in write_files(found, asked):
                print(line, file=sys.stderr)
            print(printed(found, asked.form or ""), end="")
    except PipelineError as error:
        print(error, file=sys.stderr)
        return ERROR
    return exit_code(found.diff, asked.fail_on)


def _check_compare(asked: argparse.Namespace) -> None:
    """Refuse what cannot go together."""
    needed = 1 if asked.revision is not None else 2
    if len(asked.packs) != needed:
        asked.refuse("with --revision name one pack or profile" if needed == 1 else "name two packs or documents, OLD and NEW")
    if asked.model and asked.revision is None:
        asked.refuse("--model goes with --revision")
    if not asked.addendum:
        return
    if asked.edition == "internal" or asked.revision is not None:
        asked.refuse("--addendum is for bidders, between two issued versions: not with --edition internal or --revision")
    if wrong := [path for path in asked.addendum if path.suffix.lower() not in {".docx", ".md"}]:
        asked.refuse(f"--addendum {wrong[0]}: name a .docx or a .md file")


@contextmanager
def _sides(asked: argparse.Namespace) -> Iterator[tuple[Path, Path, str]]:
    """Give the paths of both sides, and of a git revision its commit."""
    if asked.revision is None:
        yield asked.packs[0], asked.packs[1], ""
        return
    from pipeline.revision import revision_sides

    model = MODELS.get(asked.model, asked.model)
    with revision_sides(asked.revision, asked.packs[0], model) as sides:
        yield sides.old, sides.new, sides.commit


def _write_addenda(asked: argparse.Namespace, old: Path, new: Path) -> Iterator[str]:
    if asked.addendum:
        from pipeline.addendum import make_addendum, write_addendum

        made = make_addendum(old, new)
        yield from (write_addendum(made, path) for path in asked.addendum)


def _verify_parser(kinds: Any) -> None:
    verify = add_command(
        kinds,
        "verify",
        verify_packs,
        "check every file of a pack against its manifest",
        "Check every file of a pack against its manifest, down to the part of a document, and the manifest itself. "
        "Exit code: 0 as written, 1 not, 2 error.",
    )
    add_pack_folders(verify)


def verify_packs(asked: argparse.Namespace) -> int:
    """Print for each pack what is not as it was written."""
    from pipeline.intact import check_pack
    from pipeline.verdict import verdict_lines

    code = SAME
    for folder in asked.packs:
        try:
            verdict = check_pack(folder)
        except PipelineError as error:
            print(error, file=sys.stderr)
            code = ERROR
            continue
        print(*verdict_lines(verdict), sep="\n")
        code = max(code, DIFFERENT if verdict.problems else SAME)
    return code


def _approve_parser(kinds: Any) -> None:
    approve = add_command(
        kinds,
        "approve",
        approve_documents,
        "record that somebody approved a document of a pack",
        "Record who approved which documents of a pack, as they are now. A later change of a document makes its "
        "approvals lapse. This records what is typed; it does not prove who typed it.",
    )
    add_pack_folder(approve)
    approve.add_argument(
        "--document",
        required=True,
        action="append",
        metavar="DOCUMENT",
        help=f"what was approved: by kind (both editions), by path in the pack, or {EVERY}; may be given more than once",
    )
    approve.add_argument("--as", required=True, dest="role", metavar="ROLE", help="one of the profile's control.approval_roles")
    approve.add_argument("--reviewer", required=True, metavar="NAME", help="who approved it")
    approve.add_argument("--note", default="", help="what the reviewer wants to be kept with it")
    approve.add_argument("--on", type=day, metavar="DATE", help="the day, as 2026-11-21 (default: today)")
    approve.add_argument("--against", type=Path, metavar="OLDPACK", help="the earlier pack since which changes were read")


def approve_documents(asked: argparse.Namespace) -> int:
    """Record approvals."""
    from pipeline.approve import approval_lines
    from pipeline.approve import approve_documents as approve

    if asked.on is not None and asked.on > today():
        raise OutputError(f"--on {asked.on}: is in the future. Give the day on which it was approved.")
    words = {"role": asked.role, "reviewer": asked.reviewer, "note": asked.note, "on": asked.on or today()}
    added = approve(asked.pack, asked.document, **words, against=asked.against)
    print(*approval_lines(added, asked.pack), sep="\n")
    return SAME


def _status_parser(kinds: Any) -> None:
    status = add_command(
        kinds,
        "status",
        print_status,
        "say how the packs of a folder stand",
        "Say of every pack in a folder whether it is a draft, final, issued or superseded, whether its files are as "
        "written and up to date, what is open in it, and who has approved it.",
    )
    status.add_argument(
        "output",
        nargs="?",
        type=Path,
        default=Path("output"),
        metavar="OUTPUT",
        help="folder of packs, or a pack (default: %(default)s)",
    )
    add_templates(status)
    status.add_argument("--json", action="store_true", help="print it as JSON")
    status.add_argument(
        "--check",
        action="store_true",
        help="exit 1 when a file is not as written, a pack cannot be planned or an approval lapsed",
    )


def print_status(asked: argparse.Namespace) -> int:
    """Print how packs stand."""
    from pipeline.status import pack_statuses, statuses_json

    statuses = pack_statuses(asked.output, asked.templates)
    if asked.json:
        print(json.dumps(statuses_json(statuses), ensure_ascii=False, indent=1))
    else:
        from pipeline.report import print_statuses

        print_statuses(statuses)
    return SAME if not asked.check or all(one.is_sound for one in statuses) else DIFFERENT
