"""Whole packs read back as their readers would: what bidders may not see, one story in every document, and the golden texts."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from openpyxl import load_workbook

from pipeline.catalogue import DOCUMENTS, documents_for
from pipeline.contexts import REGISTERS, build_context, notes_of, values_at
from pipeline.figure import Figure
from pipeline.finish.numbering import w
from pipeline.finish.package import read_parts
from pipeline.pack import Edition, Mode, PackPlan, Template
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel
from pipeline.text import document_text
from pipeline.verify.workbook import ERRORS
from pipeline.wording import long_date, money, value_text
from tests.fixtures.formulas import carried, differences, recalculated
from tests.fixtures.packs import MODELS, Built, xml_text
from tests.fixtures.profiles import example, profile, reference

Builder = Callable[[str, str], Built]
GOLDEN = Path(__file__).parent / "golden"
READ = [(locality, model) for locality in ("exampleshire", "carmarthenshire") for model in MODELS]
SIX = {"service-specification", "contract-contents", "procurement-plan", "change-management-plan", "engagement-checklist"}
PATHS = {f"internal/{kind}.docx" for kind in SIX} | {
    "issue/service-specification.docx",
    "issue/contract-contents.docx",
    "internal/pricing-schedule.xlsx",
    "issue/pricing-schedule.xlsx",
}


@pytest.fixture(params=READ, ids=["-".join(one) for one in READ], scope="module")
def pack(request: pytest.FixtureRequest, built: Builder) -> Built:
    locality, model = request.param
    return built(locality, model)


def plan(pack: Built) -> PackPlan:
    """The plan a pack was made from, with templates left out."""
    locality, model = pack.summary.locality, pack.summary.model
    templates = {document.template: Template(document.template, "standard", b"") for document in DOCUMENTS}
    return plan_pack(profile(example(locality)), reference(), CommissioningModel(model), Mode.DRAFT, templates=templates)


def roots(content: bytes) -> Iterator[tuple[str, etree._Element]]:
    for name, part in read_parts(content).items():
        if name.endswith((".xml", ".rels")):
            yield name, etree.fromstring(part)


# --- what the pack holds ---------------------------------------------------------------------------------------------------


def test_a_pack_holds_its_nine_files_and_a_manifest(pack: Built) -> None:
    declared = {
        f"{edition}/{document.kind}{document.suffix}"
        for document in documents_for(CommissioningModel(pack.summary.model))
        for edition in document.editions
    }
    assert set(pack.files) == declared >= PATHS
    assert (pack.folder / "manifest.json").is_file()
    assert {path.name for path in pack.folder.iterdir()} == {"internal", "issue", "manifest.json"}


def test_nothing_is_left_over_in_any_document(pack: Built) -> None:
    for name, text in pack.texts.items():
        for sign in ("{{", "}}", "{%", "%}", "\ue000", "\ue001", "\ue002"):
            assert sign not in text, (name, sign)
        assert not re.search(
            r"[a-z,] None\b|\bNone\b(?! [a-z])|\bUndefined\b|\bnan\b|Decimal\(|Figure\(|Unknown\(|<built-in|datetime", text
        ), name
        assert not re.search(r"\[Heading [1-3]\]$", text, re.MULTILINE), name


def test_no_workbook_cell_is_an_error(pack: Built) -> None:
    assert not [name for name, text in pack.texts.items() for error in ERRORS if error in text]


# --- what bidders may not see ----------------------------------------------------------------------------------------------


def test_bidders_get_no_commentary_and_no_register(pack: Built) -> None:
    assert any("[Commentary]" in text for name, text in pack.texts.items() if name.startswith("internal/"))
    for name, content in pack.edition("issue").items():
        text = pack.texts[name]
        assert "[Commentary]" not in text, name
        assert not re.search(r"\[.*Heading.*\] .*(outstanding|still to be confirmed)", text, re.IGNORECASE), name
        assert "Internal edition" not in xml_text(content), name
        if name.endswith(".docx"):
            used = {style.get(w("val")) for _, root in roots(content) for style in root.iter(w("pStyle"))}
            assert "Commentary" not in used, name


def test_the_authority_gets_both(built: Builder) -> None:
    text = built("carmarthenshire", "reward").texts["internal/service-specification.docx"]
    assert re.search(r"^\[\w+ Heading\] Outstanding (items|information)", text, re.MULTILINE)
    assert "commercial: annual budget" in built("carmarthenshire", "reward").texts["internal/procurement-plan.docx"]


def test_bidders_get_no_profile_field_and_no_note_of_where_to_get_one(pack: Built) -> None:
    profile_ = profile(example(pack.summary.locality))
    notes = {note for note in notes_of(profile_).values() if note}
    fields = set(notes_of(profile_)) | {"commercial.annual_budget", "commercial.ceiling_rate"}
    for name in pack.edition("issue"):
        assert not [note for note in notes if note in pack.texts[name]], name
        assert not [field for field in fields if "." in field and field in pack.texts[name]], name


def test_bidders_get_no_comments_hidden_parts_or_tracked_changes(pack: Built) -> None:
    for name, content in pack.edition("issue").items():
        parts = read_parts(content)
        odd = [part for part in parts if re.search(r"comment|customXml|custom\.xml|externalLink|printerSettings|people", part)]
        assert odd == [], name
        for part, root in roots(content):
            assert not [node for node in root.iter() if node.get(w("author")) is not None], (name, part)
            for tag in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "commentReference"):
                assert next(root.iter(w(tag)), None) is None, (name, part, tag)
            if part != "word/styles.xml":
                assert next(root.iter(w("vanish")), None) is None, (name, part)


def test_bidders_get_no_author(pack: Built) -> None:
    people = ("creator", "lastModifiedBy", "Manager", "Company", "HyperlinkBase")
    for name, content in pack.edition("issue").items():
        found = {
            (part, etree.QName(node).localname): node.text
            for part, root in roots(content)
            if part.startswith("docProps/")
            for node in root.iter()
            if etree.QName(node).localname in people and node.text
        }
        assert found == {}, name


def test_bidders_workbook_hides_nothing(pack: Built) -> None:
    book = load_workbook(BytesIO(pack.files["issue/pricing-schedule.xlsx"]))
    assert len(book.sheetnames) > 3
    for sheet in book.worksheets:
        assert sheet.sheet_state == "visible"
        assert not [key for key, row in sheet.row_dimensions.items() if row.hidden or row.height == 0]
        assert not [key for key, column in sheet.column_dimensions.items() if column.hidden or column.width == 0]
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.comment is None
                assert ";;;" not in (cell.number_format or "")
    assert not [name for name, defined in book.defined_names.items() if defined.hidden]


def test_bidders_workbook_knows_nothing_of_the_sheets_it_has_not(pack: Built) -> None:
    inside = set(load_workbook(BytesIO(pack.files["internal/pricing-schedule.xlsx"])).sheetnames)
    outside = load_workbook(BytesIO(pack.files["issue/pricing-schedule.xlsx"]))
    dropped = inside - set(outside.sheetnames)
    assert dropped
    everything = xml_text(pack.files["issue/pricing-schedule.xlsx"])
    assert not [title for title in dropped if f"'{title}'!" in everything or f">{title}<" in everything]


NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(content: bytes) -> set[Decimal]:
    """Every number in any text of any part, whichever way it is written."""
    found: set[Decimal] = set()
    for _, root in roots(content):
        whole = ["".join(map(str, block.itertext())) for block in root.iter(w("p"))] or [str(text) for text in root.itertext()]
        whole += [str(value) for node in root.iter() for value in node.attrib.values()] if not whole else []
        for text in whole:
            found |= {Decimal(one.replace(",", "")) for one in NUMBER.findall(text)}
    return found


def amounts(value: object) -> Iterator[Decimal]:
    """The number of every figure in a fact."""
    if isinstance(value, Figure) and isinstance(value.value, int | Decimal):
        yield Decimal(value.value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from amounts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from amounts(item)


def internal_figures(plan_: PackPlan) -> dict[Decimal, str]:
    """The figures only the authority may see that stand for nothing bidders may: each with where it is from."""
    first = {edition: next(one for one in plan_.documents if one.edition is edition) for edition in Edition}
    inside = build_context(plan_, first[Edition.INTERNAL]).values
    outside = {number for value in build_context(plan_, first[Edition.ISSUE]).values.values() for number in amounts(value)}
    secret = {number: name for name in ("money", "lot_money", "tariffs") for number in amounts(inside[name])}
    distinct = {number: name for number, name in secret.items() if number != number.to_integral() or number >= 10_000}
    return {number: name for number, name in distinct.items() if number not in outside}


@pytest.mark.parametrize("model", MODELS)
def test_bidders_see_no_internal_figure(built: Builder, model: str) -> None:
    pack = built("exampleshire", model)
    secret = internal_figures(plan(pack))
    assert len(secret) >= 8
    inside = numbers(pack.files["internal/procurement-plan.docx"]) | numbers(pack.files["internal/pricing-schedule.xlsx"])
    assert len(set(secret) & inside) >= 5, "the search finds nothing where there is something to find"
    for name, content in pack.edition("issue").items():
        assert {number: secret[number] for number in numbers(content) & set(secret)} == {}, name


@pytest.mark.parametrize("model", MODELS)
def test_bidders_see_neither_budget_nor_ceiling_in_any_form(built: Builder, model: str) -> None:
    pack = built("exampleshire", model)
    commercial = profile().commercial
    assert isinstance(commercial.annual_budget, Figure)
    assert isinstance(commercial.ceiling_rate, Figure)
    budget, ceiling = commercial.annual_budget.value, commercial.ceiling_rate.value
    forms = {str(budget), money(budget), f"{budget:,}", money(ceiling, pence=True), f"£{ceiling}", "ceiling rate of"}
    assert money(budget) in pack.texts["internal/procurement-plan.docx"]
    for name, content in pack.edition("issue").items():
        text = pack.texts[name]
        assert not [form for form in forms if re.search(rf"(?<![\d,.]){re.escape(form)}(?![\d,])", text)], name
        assert money(budget) not in xml_text(content), name


# --- one story in every document -------------------------------------------------------------------------------------------


TOLD_BY_ALL = ("authority.name", "model.name")
SHOWN = {
    "authority.name": 9,
    "model.name": 9,
    "dates.contract_start": 4,
    "dates.contract_end": 2,
    "term.words": 2,
    "sums.annual": 2,
    "sums.lifetime": 1,
    "pack.prepared_on": 5,
}


@pytest.mark.parametrize("path", SHOWN)
def test_the_same_fact_reads_the_same_in_every_document(pack: Built, path: str) -> None:
    facts = {
        document.name: build_context(plan(pack), document).values for document in plan(pack).documents if document.name in PATHS
    }
    users = [one["path"] for one in pack.manifest["documents"] if path in one["facts"]]
    assert len(users) >= SHOWN[path], users
    for name in users:
        (value,) = values_at(facts[name], path)
        text = pack.texts[name]
        raw = value.value if isinstance(value, Figure) else value
        wordings = {value_text(value), str(raw), long_date(raw) if path == "pack.prepared_on" else value_text(value)}
        assert any(words in text for words in wordings), (name, wordings)


def test_every_document_names_each_lot_it_shows(pack: Built) -> None:
    lots = profile(example(pack.summary.locality)).lots
    users = [one["path"] for one in pack.manifest["documents"] if "lots[].name" in one["facts"]]
    assert len(users) >= 4
    for name in users:
        assert not [lot.name for lot in lots if lot.name not in pack.texts[name]], name


def test_facts_shared_by_documents_have_one_value(pack: Built) -> None:
    seen: dict[str, str] = {}
    shared = 0
    for document in pack.manifest["documents"]:
        for path, values in document["facts"].items():
            if path.startswith(("document.", "edition.", *REGISTERS, *(f"has_{name}" for name in REGISTERS), "pricing")):
                continue
            shared += path in seen
            assert seen.setdefault(path, str(values)) == str(values), (document["path"], path)
    assert shared > 30


OTHERS = {
    "exampleshire": ("Carmarthenshire County Council", "Sampleford"),
    "carmarthenshire": ("Exampleshire", "Sampleford"),
}


def test_no_other_locality_is_written_into_a_template(pack: Built) -> None:
    for name, text in pack.texts.items():
        assert not [other for other in OTHERS[pack.summary.locality] if other in text], name


def test_every_document_says_whose_it_is_not(pack: Built) -> None:
    notice = "Worked example: " if pack.summary.locality == "exampleshire" else "Illustrative: not issued or endorsed by "
    for name, text in pack.texts.items():
        assert notice in text, name
        if name.endswith(".docx"):
            margins = [line for line in text.splitlines() if re.match(r"(header|footer)\d*: ", line)]
            assert any(notice in line for line in margins), name
        else:
            book = load_workbook(BytesIO(pack.files[name]))
            for sheet in book.worksheets:
                margin = "".join(
                    part.text or ""
                    for item in (sheet.oddHeader, sheet.oddFooter)
                    if item is not None
                    for part in (item.left, item.center, item.right)
                )
                cells = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
                assert notice in margin + cells, (name, sheet.title)


def test_a_draft_says_draft_and_the_date_is_the_profiles(pack: Built) -> None:
    for name, text in pack.texts.items():
        assert re.search(r"\bdraft\b", text, re.IGNORECASE), name
    for name, content in pack.files.items():
        core = read_parts(content)["docProps/core.xml"].decode()
        assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2026-11-21T00:00:00Z"}, name


def test_contents_lists_agree_with_the_headings(pack: Built) -> None:
    for name, text in pack.texts.items():
        if not name.endswith(".docx"):
            continue
        lines = text.splitlines()
        headings = [line.removeprefix("[Heading 1] ") for line in lines if line.startswith("[Heading 1] ")]
        entries = [line for line in lines if re.match(r"\[toc 1\]", line, re.IGNORECASE)]
        assert len(headings) > 3, name
        assert not [one for one in headings if not any(entry.endswith(one) for entry in entries)], name


def test_references_say_the_number_their_clause_has(pack: Built) -> None:
    from pipeline.finish.numbering import read_numbering
    from tests.fixtures.word import numbered

    fields = 0
    for name, content in pack.files.items():
        if not name.endswith(".docx"):
            continue
        parts = read_parts(content)
        body = etree.fromstring(parts["word/document.xml"])
        numbering = read_numbering(parts.get("word/numbering.xml"), parts["word/styles.xml"])
        labels: dict[str, str] = {}
        for paragraph in body.iter(w("p")):
            label = numbering.label(*numbered(paragraph))
            for mark in paragraph.iter(w("bookmarkStart")):
                labels[mark.get(w("name"), "")] = label
        for target, shown in references(body):
            fields += 1
            assert labels.get(target) == shown, (name, target)
    assert fields > 10


def references(body: etree._Element) -> Iterator[tuple[str, str]]:
    """The bookmark and the shown text of each reference field."""
    target, result, reading = "", "", False
    for node in body.iter(w("fldChar"), w("instrText"), w("t")):
        kind = node.get(w("fldCharType"))
        if node.tag == w("instrText"):
            found = re.match(r"\s*REF (\w+)", node.text or "")
            target, result = (found[1] if found else ""), ""
        elif kind == "separate":
            reading = True
        elif kind == "end":
            if target:
                yield target, result
            target, reading = "", False
        elif node.tag == w("t") and reading:
            result += node.text or ""


# --- law and nation --------------------------------------------------------------------------------------------------------


GONE = (
    "CSSIW",
    "CCSIW",
    "UKHCA",
    "OJEU",
    "dynamic purchasing system",
    "PCR 2015",
    "service user",
    "Clinical Commissioning Group",
)


def test_superseded_names_never_appear_as_current(pack: Built) -> None:
    for name, text in pack.texts.items():
        current = text.replace("Homecare Association (then UKHCA)", "")  # the source of a price of that time
        assert not [gone for gone in GONE if re.search(rf"\b{gone}", current)], name


# --- golden texts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("path", sorted(PATHS))
def test_golden(built: Builder, update_golden: bool, model: str, path: str) -> None:  # noqa: FBT001 - a fixture
    edition, name = path.split("/")
    golden = GOLDEN / f"exampleshire-{model}" / f"{edition}-{name.rpartition('.')[0]}.txt"
    text = "\n".join(document_text(built("exampleshire", model).files[path], name)) + "\n"
    if update_golden:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert golden.is_file(), f"{golden} is missing; run pytest --update-golden"
    assert text.splitlines() == golden.read_text(encoding="utf-8").splitlines()


def test_no_golden_is_left_over() -> None:
    wanted = {f"exampleshire-{model}/{path.replace('/', '-', 1).rpartition('.')[0]}.txt" for model in MODELS for path in PATHS}
    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.txt")} == wanted


# --- LibreOffice -----------------------------------------------------------------------------------------------------------


def convert(files: Mapping[str, bytes], form: str, folder: Path) -> Path:
    """Have LibreOffice convert files, all in one call."""
    source, target = folder / "source", folder / "target"
    source.mkdir()
    for name, content in files.items():
        (source / name.replace("/", "-")).write_bytes(content)
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", form]
    subprocess.run(
        [*command, "--outdir", str(target), *map(str, sorted(source.iterdir()))], check=True, capture_output=True, timeout=600
    )
    return target


@pytest.mark.system
def test_every_word_document_opens_in_libreoffice_and_becomes_pages(built: Builder, tmp_path: Path) -> None:
    files = {
        f"{locality}-{name}": content
        for locality in ("exampleshire", "carmarthenshire")
        for name, content in built(locality, "reward").files.items()
        if name.endswith(".docx") and (locality == "exampleshire" or name.startswith("issue/"))
    }
    assert len(files) == 9
    target = convert(files, "pdf", tmp_path)
    assert len(list(target.glob("*.pdf"))) == len(files)
    for path in target.iterdir():
        content = path.read_bytes()
        assert content.startswith(b"%PDF-"), path.name
        pages = len(re.findall(rb"/Type\s*/Page\b", content))
        assert pages >= 4, path.name
        if shutil.which("pdftotext"):
            text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()
            assert "Error! Reference source not found" not in text
            assert "{{" not in text


@pytest.mark.system
def test_every_workbook_carries_the_values_that_libreoffice_recalculates(built: Builder, tmp_path: Path) -> None:
    files: dict[Path, bytes] = {}
    for locality, model in READ:
        for name, content in built(locality, model).files.items():
            if name.endswith(".xlsx"):
                path = tmp_path / f"{locality}-{model}-{name.replace('/', '-')}"
                path.write_bytes(content)
                files[path] = content
    assert len(files) == 12
    for path, shown in recalculated(tmp_path / "home", list(files)).items():
        assert len(shown) > 100
        assert [at for at, (kind, _) in shown.items() if kind == "error"] == [], path.name
        assert differences(carried(files[path]), shown) == [], path.name
