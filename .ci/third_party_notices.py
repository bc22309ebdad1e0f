"""requirements.txt + what is installed → THIRD-PARTY-NOTICES.md, on standard output; `make notices` runs it."""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

# Locked for other systems or Python versions than the one this runs on, so their metadata cannot be read here.
ELSEWHERE = {
    "async-timeout": "Apache-2.0",
    "pywin32": "PSF-2.0",
    "whenever": "MIT",
}

INTRODUCTION = """\
# Third-party notices

The pipeline itself is under the MIT licence (LICENSE). It uses the packages below as libraries: unmodified, installed
by the user from where their authors publish them, and not copied into this repository or into the packs that it writes.
Each stays under its own licence, whose text comes with the package.

- **docxtpl** is under LGPL-2.1-only. It is used unmodified, through its public interface, and whoever runs the pipeline
  can put another version in its place by installing one.
- **certifi**, **orjson** and **pathspec** are wholly or partly under the Mozilla Public License 2.0, unmodified.
- **isal**, which only the extra `fast` brings, is under PSF-2.0, with Intel's ISA-L under BSD-3-Clause.
- **text-unidecode**, which one of Prefect's dependencies brings, offers a choice of licences; it is used under the
  Artistic License.

The list is every package locked in `requirements.txt`, with the licence that the package's own metadata declares. To
refresh it after `make lock`, run `make notices`.
"""


def licence_of(package: Distribution) -> str:
    """Installed package → the licence its metadata declares: as an expression, else in classifiers, else in words."""
    metadata = package.metadata
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [name for name in (line.rpartition(" :: ")[2] for line in classifiers) if name != "OSI Approved"]
    if named:
        return "; ".join(named)
    if "License" in metadata:
        return metadata["License"].strip().partition("\n")[0]
    sys.exit(f"{metadata['Name']}: declares no licence")


def locked(requirements: Path) -> list[tuple[str, str]]:
    """requirements.txt → (name, version) of every package it locks."""
    return re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", requirements.read_text(encoding="utf-8"), re.MULTILINE)


def main() -> None:
    """Print the page, or stop with a message when a package's licence cannot be told."""
    rows = []
    for name, version in locked(Path(sys.argv[1])):
        try:
            licence = licence_of(distribution(name))
        except PackageNotFoundError:
            licence = ELSEWHERE.get(name) or sys.exit(f"{name}: not installed here; add its licence to ELSEWHERE")
        rows.append(f"| {name} | {version} | {licence} |")
    print(INTRODUCTION)
    print("\n".join(["| package | version | licence |", "|---|---|---|", *rows]))


if __name__ == "__main__":
    main()
