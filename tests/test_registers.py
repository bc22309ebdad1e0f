"""Document control, outstanding information and sources of figures in a finished document, as its readers see them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.build import build_pack
from pipeline.exceptions import RefusedError
from pipeline.facts.sources import profile_values
from pipeline.figure import Figure, Unknown
from pipeline.finish.package import read_parts
from pipeline.manifest import read_json
from pipeline.pack import Mode
from pipeline.profile import CommissioningModel
from pipeline.request import BuildRequest
from pipeline.text import document_text
from pipeline.wording import long_date
from tests.fixtures.packs import tree
from tests.fixtures.profiles import example, profile, put, write
from tests.fixtures.seventh import ROW
from tests.fixtures.word import docx, p, table

TEMPLATE = docx(
    p("Version {{ document.version }} of {{ pack.prepared_on }}"),
    p("{%p if edition.is_internal %}"),
    p("By {{ document.prepared_by }}, approver {{ document.approved_by }}, on {{ document.approved_on }}"),
    p("{%p endif %}"),
    p("Term and lots", "Heading1"),
    p("Term: {{ term.words }}", "Clause"),
    table(("Lot", "People"), ("{%tr for lot in lots %}", ""), ("{{ lot.name }}", "{{ lot.people }}"), ("{%tr endfor %}", "")),
    p("Volumes", "Heading1"),
    p("{{ volumes.people | with_unit }}", "Clause"),
    p("{%p if service.response_hours is known %}"),
    p("A time to answer is set.", "Clause"),
    p("{%p endif %}"),
    p("{%p if edition.is_internal %}"),
    p("{%p if has_outstanding %}"),
    p("Outstanding information", "AppendixHeading"),
    table(
        ("What", "Needs", "Where"),
        ("{%tr for row in outstanding %}", "", ""),
        ("{{ row.what }}", "{{ row.needs }}", "{{ row.place | where_used }}"),
        ("{%tr endfor %}", "", ""),
    ),
    p("{%p endif %}"),
    p("Sources of figures", "AppendixHeading"),
    table(
        ("Source", "Date", "Status", "Figures"),
        ("{%tr for row in figure_sources %}", "", "", ""),
        ("{{ row.source }}", "{{ row.as_at }}", "{{ row.status }}", "{{ row.figures }}"),
        ("{%tr endfor %}", "", "", ""),
    ),
    p("{%p endif %}"),
)


@dataclass(frozen=True)
class Made:
    """A letter in both editions, its manifest, and the parts of the internal one."""

    inside: list[str]
    outside: list[str]
    manifest: dict[str, Any]
    core: str

    def row(self, what: str) -> str:
        """Give the row of a table that begins with these words."""
        (found,) = (line for line in self.inside if line.startswith(f"| {what} |"))
        return found


def made(folder: Path, mode: Mode = Mode.DRAFT, **changes: Any) -> Made:
    (folder / "trial").mkdir()
    (folder / "trial" / ROW.template).write_bytes(TEMPLATE)
    paths = {path.replace("__", "."): value for path, value in changes.items()}
    request = BuildRequest(
        write(folder, put(example(), paths)),
        CommissioningModel.CARE_PLANNING,
        output=folder / "out",
        templates=folder / "trial",
        mode=mode,
    )
    files = tree(build_pack(request, documents=(ROW,)).folder)
    inside, outside = (document_text(files[f"{edition}/lot-letter.docx"], "lot-letter.docx") for edition in ("internal", "issue"))
    core = read_parts(files["internal/lot-letter.docx"])["docProps/core.xml"].decode()
    return Made(inside, outside, read_json(files["manifest.json"].decode()), core)


SIGNED = {
    "id": "lot-letter",
    "prepared_by": {"value": "Lots Officer", "source": "Scheme", "as_at": "2026-11-21", "status": "confirmed"},
    "approved_by": {"value": "Head of Lots", "source": "Scheme", "as_at": "2026-11-21", "status": "confirmed"},
    "approved_on": {"value": "2026-12-01", "source": "Scheme", "as_at": "2026-11-21", "status": "confirmed"},
}


def test_version_and_approver_are_the_profiles_and_the_approver_is_the_authoritys_own(tmp_path: Path) -> None:
    letter = made(tmp_path, control__version="1.2", control__documents=[SIGNED])
    assert any("Version 1.2 of 21 November 2026" in line for line in letter.inside)
    assert any("Version 1.2 of 21 November 2026" in line for line in letter.outside)
    assert any("By Lots Officer, approver Head of Lots, on 1 December 2026" in line for line in letter.inside)
    assert not any("Head of Lots" in line or "Lots Officer" in line for line in letter.outside)
    assert letter.manifest["version"] == "1.2"
    assert "<cp:version>1.2</cp:version>" in letter.core


def test_a_document_nobody_is_named_for_waits_for_its_approver(tmp_path: Path) -> None:
    letter = made(tmp_path)
    assert any("approver to be confirmed, on to be confirmed" in line for line in letter.inside)
    assert letter.row("control: document lot-letter: approved by").endswith("| Cover |")
    waiting = [f"control.documents[lot-letter].{name}" for name in ("approved_by", "approved_on", "prepared_by")]
    assert letter.manifest["outstanding"] == waiting
    documents = {one["edition"]: one["outstanding"] for one in letter.manifest["documents"]}
    assert documents == {"internal": waiting, "issue": []}


def test_an_approver_to_be_confirmed_keeps_a_pack_from_being_final(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"control\.documents\[lot-letter\]\.approved_by"):
        made(tmp_path, mode=Mode.FINAL)


UNKNOWN: dict[str, Any] = {
    "term__initial_years": "to-be-confirmed",
    "service__response_hours": "to-be-confirmed",
    "lots[0].people": {"status": "to-be-confirmed", "note": "Ask the team."},
}


def test_each_outstanding_item_names_places_that_are_there(tmp_path: Path) -> None:
    letter = made(tmp_path, control__documents=[SIGNED], **UNKNOWN)
    assert letter.row("term: initial years").endswith("| 1 Term and lots |")
    assert letter.row("lot A: people") == "| lot A: people | Ask the team. | 1 Term and lots; 2 Volumes |"
    assert letter.row("service: response hours").endswith("| Decides which text is printed |")
    assert not any("Outstanding" in line or "Where" in line for line in letter.outside)


def test_each_source_is_the_profiles_own(tmp_path: Path) -> None:
    letter = made(tmp_path, control__documents=[SIGNED])
    held = {path: value for path, value in profile_values(profile()) if isinstance(value, Figure)}
    term = held["term.initial_years"]
    assert term.as_at
    row = letter.row(term.source)
    assert row.startswith(f"| {term.source} | {long_date(term.as_at)} | {term.status} |")
    assert "Term: initial years, extensions" in row
    assert "Lots: people" in row
    assert "Control: documents: prepared by, approved by, approved on" in letter.row("Scheme")
    assert not any("Sources of figures" in line for line in letter.outside)
    assert not any("Outstanding information" in line for line in letter.inside)


def test_a_figure_that_is_not_known_has_no_source(tmp_path: Path) -> None:
    letter = made(tmp_path, control__documents=[SIGNED], **UNKNOWN)
    sources = letter.inside[next(n for n, line in enumerate(letter.inside) if line.endswith("Sources of figures")) :]
    assert not [line for line in sources if "initial years" in line]
    assert not [line for line in sources if "to be confirmed" in line]
    assert not any(isinstance(value, Unknown) for _, value in profile_values(profile()))
