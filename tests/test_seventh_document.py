"""A seventh document takes a row, a context and a template, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.build import build_pack
from pipeline.catalogue import DOCUMENTS
from pipeline.exceptions import TemplateError
from pipeline.manifest import read_json
from pipeline.pack import Document, Mode
from pipeline.profile import CommissioningModel
from pipeline.report import print_results
from pipeline.request import BuildRequest
from pipeline.result import BuildResult, PackSummary
from pipeline.tell import results_json
from pipeline.text import document_text
from tests.fixtures.packs import LOCALITIES, tree
from tests.fixtures.seventh import ROW
from tests.fixtures.word import docx, p, table

TEMPLATE = docx(
    p("{{ document.title }}: {{ authority.name }}", "Heading1"),
    p('{{ id("L-1") }}The lots are {{ busiest }}.', "Clause"),
    p('As {{ ref("L-1") }} says.', "Clause"),
    p("Why the lots are listed", "Commentary"),
    p("{%p if edition.is_internal %}"),
    p("{{ aside }}", "Clause"),
    p("{%p endif %}"),
    table(("Lot", "People"), ("{%tr for lot in lots %}", ""), ("{{ lot.name }}", "{{ lot.people }}"), ("{%tr endfor %}", "")),
    p("Budget still to come: {{ dates.legal_review }}"),
)


def build(folder: Path, template: bytes, documents: tuple[Document, ...]) -> PackSummary:
    (folder / "trial").mkdir()
    (folder / "trial" / ROW.template).write_bytes(template)
    request = BuildRequest(
        LOCALITIES / "carmarthenshire.yaml",
        CommissioningModel.CARE_PLANNING,
        output=folder / "out",
        templates=folder / "trial",
        mode=Mode.DRAFT,
    )
    return build_pack(request, documents=documents)


def test_a_seventh_document_is_made_like_the_others(tmp_path: Path) -> None:
    summary = build(tmp_path, TEMPLATE, (*DOCUMENTS, ROW))
    files = tree(summary.folder)
    inside = document_text(files["internal/lot-letter.docx"], "lot-letter.docx")
    outside = document_text(files["issue/lot-letter.docx"], "lot-letter.docx")
    assert len(files) == 12
    assert "[Heading1] Letter on lots: Carmarthenshire County Council" in inside
    assert "[Clause] As 1.1 says." in inside
    assert any("Budget holder for Carmarthenshire" in line for line in inside)
    assert any(line.startswith("[Commentary]") for line in inside)
    assert not any("Budget holder" in line or "Commentary" in line for line in outside)
    manifest = read_json(files["manifest.json"].decode())
    entry = next(one for one in manifest["documents"] if one["path"] == "internal/lot-letter.docx")
    assert (entry["template_origin"], entry["ids"]) == ("trial", ["L-1"])
    assert any(read.startswith("lots[") and read.endswith("].name") for read in entry["reads"]["busiest"])
    assert [row.kind for row in summary.documents if row.kind == "lot-letter"] == ["lot-letter"] * 2


def test_a_document_of_one_model_is_in_no_other(tmp_path: Path) -> None:
    other = replace(ROW, applies_to=frozenset({CommissioningModel.REWARD}))
    summary = build(tmp_path, TEMPLATE, (other, *DOCUMENTS[:1]))
    assert [row.kind for row in summary.documents] == ["service-specification"] * 2


def test_an_internal_fact_in_the_issue_edition_stops_the_pack(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="unknown name aside"):
        build(tmp_path, docx(p("{{ aside }}")), (ROW,))
    assert not (tmp_path / "out").exists()


def test_a_document_that_docxtpl_itself_renders_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tab = docx(p("Rates\tof {{ authority.name }}", "Heading1"), p("x"))
    summary = build(tmp_path, tab, (*DOCUMENTS, ROW))
    told = {row.path: row.fallback for row in summary.documents if row.fallback}
    assert set(told) == {"internal/lot-letter.docx", "issue/lot-letter.docx"}
    result = BuildResult(BuildRequest(tmp_path, CommissioningModel.CARE_PLANNING), summary, None)
    print_results([result])
    shown = capsys.readouterr().out
    assert "Rendered the slow way, by docxtpl itself: 2 of 11" in shown
    assert "internal/lot-letter.docx: its text holds tabs or line ends" in shown
    listed = [row["path"] for row in results_json([result])[0]["documents"] if row["rendered_by_docxtpl"]]
    assert listed == list(told)
