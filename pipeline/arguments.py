"""What commands are asked in the same words: a parser in, with the argument added to it."""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

_FOLDER = "the folder of a pack (output/powys/reward)"
Run = Callable[[argparse.Namespace], int]


def add_command(kinds: Any, name: str, run: Run, summary: str, description: str) -> argparse.ArgumentParser:
    """Add a command: what it runs, and what `packs --help` and its own help say of it."""
    command: argparse.ArgumentParser = kinds.add_parser(name, help=summary, description=description)
    command.set_defaults(run=run)
    return command


def add_pack_folders(command: argparse.ArgumentParser) -> None:
    """Add the packs that a command is about, by their folders."""
    command.add_argument("packs", nargs="+", type=Path, metavar="PACK", help=_FOLDER)


def add_pack_folder(command: argparse.ArgumentParser) -> None:
    """Add the one pack that a command is about, by its folder."""
    command.add_argument("pack", type=Path, metavar="PACK", help=_FOLDER)


def add_templates(command: argparse.ArgumentParser) -> None:
    """Add the folder of templates to try."""
    command.add_argument("--templates", type=Path, help="a folder of templates to try in place of the standard ones")


def day(text: str) -> date:
    """Read a date of the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2026-11-21") from None
