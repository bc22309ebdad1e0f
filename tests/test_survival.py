"""Text survives: whatever a profile says comes out of every document that shows it exactly as it went in."""

from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from pipeline.build import build_pack
from pipeline.pack import Mode
from pipeline.profile import CommissioningModel
from pipeline.request import BuildRequest
from tests.fixtures.packs import Built
from tests.fixtures.profiles import example, figure, put, write

ODD = {
    "ampersand and angles": "Care & Repair <north> > south &amp; &lt;",
    "quotes": "\"double\" 'single' “curly” ‘curly’",
    "Welsh": "Tŷ Ŵyn, Llanŵddyn a Phenyfâl: ŵ ŷ Ŵ Ŷ â ê î ô û",
    "emoji": "home 🏠 family 👩‍👩‍👧 flag 🏴󠁧󠁢󠁷󠁬󠁳󠁿",
    "an expression": "{{ 7*7 }}",
    "a statement": "{% if %} {%p for x in y %}",
    "a comment": "{# not a comment #}",
    "half a tag": "}} {{ %} {%",
    "a formula": "=1+1",
    "another formula": "+SUM(A1:A9)",
    "a command": '=cmd|"/c calc"!A1',
    "markup": "</w:t></w:r></w:p><w:p>",
    "a field": "{ DATE \\@ yyyy }",
    "a percent": "100% %s %(x)s {0} $HOME",
    "backslashes": "C:\\temp\\n \\w \\1",
    "rare letters": "ẞ ﷽ 日本 עברית a\u0301 \u202eright to left\u202c",
}
TEXT = " · ".join(ODD.values())
LONG = ("x" * 79 + " ") * 124 + "end of 10,000 chars " * 4
assert len(LONG.strip()) >= 9_990


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A pack whose words are as odd as words can be."""
    folder = tmp_path_factory.mktemp("odd")
    data = put(
        example(),
        {
            "area": f"Area {ODD['ampersand and angles']}",
            "authority.name": f"Council {ODD['Welsh']} {ODD['ampersand and angles']}",
            "lots[0].name": ODD["a formula"],
            "lots[1].name": ODD["an expression"],
            "lots[2].name": ODD["a command"],
            "lots[3].name": TEXT,
            "lots[0].area": ODD["another formula"],
            "service.description": figure(TEXT),
            "service.current_position": figure(LONG.strip()),
            "service.partners": [ODD["a statement"], ODD["markup"], ODD["emoji"]],
            "evaluation.criteria[0].name": ODD["half a tag"],
            "governance.sro": figure(ODD["quotes"]),
            "commercial.reward.bands[0].name": ODD["a formula"],
        },
    )
    data["commercial"]["annual_budget"]["source"] = TEXT
    request = BuildRequest(write(folder, data), CommissioningModel.REWARD, output=folder / "out", mode=Mode.DRAFT)
    return Built(build_pack(request))


def words(name: str, content: bytes) -> str:
    """Everything a document says in its texts, read by the libraries that know its kind."""
    if name.endswith(".xlsx"):
        book = load_workbook(BytesIO(content))
        return "\n".join(
            str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "s"
        )
    body = Document(BytesIO(content)).element.body
    return "\n".join("".join(node.text or "" for node in block.iter(qn("w:t"))) for block in body.iter(qn("w:p")))


WHERE = {
    "lots[].name": (ODD["a formula"], ODD["an expression"], ODD["a command"], TEXT),
    "lots[].area": (ODD["another formula"],),
    "service.description": (TEXT,),
    "service.current_position": (LONG.strip(),),
    "service.partners": (ODD["a statement"], ODD["markup"], ODD["emoji"]),
    "matrix[].name": (ODD["half a tag"],),
    "governance.sro": (ODD["quotes"],),
    "authority.name": (f"Council {ODD['Welsh']} {ODD['ampersand and angles']}",),
    "authority.area": (f"Area {ODD['ampersand and angles']}",),
    "terms.reward.bands[].name": (ODD["a formula"],),
}


@pytest.mark.parametrize("path", WHERE)
def test_each_text_is_there_in_every_document_that_shows_it(odd: Built, path: str) -> None:
    users = [
        one["path"]
        for one in odd.manifest["documents"]
        if any(used == path or used.replace("[]", "") == path.replace("[]", "") for used in one["facts"])
    ]
    assert users, "no document shows it"
    for name in users:
        said = words(name, odd.files[name])
        assert [text for text in WHERE[path] if text not in said] == [], name


def test_most_words_reach_a_bidder_and_the_authority(odd: Built) -> None:
    shown = {one["edition"] for one in odd.manifest["documents"] if "lots[].name" in one["facts"]}
    assert shown == {"internal", "issue"}


def test_nothing_was_calculated(odd: Built) -> None:
    """The expression 7*7 stays itself, and no cell that came from a profile is a formula."""
    for name, content in odd.files.items():
        assert not [line for line in words(name, content).splitlines() if line.strip() == "49"], name
        if not name.endswith(".xlsx"):
            continue
        book = load_workbook(BytesIO(content))
        formulas = [
            str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        ]
        assert len(formulas) > 20
        assert not [one for one in formulas if one in {"=1+1", "+SUM(A1:A9)"} or "cmd|" in one], name


def test_a_text_that_looks_like_a_formula_is_kept_as_text_for_good(odd: Built) -> None:
    book = load_workbook(BytesIO(odd.files["issue/pricing-schedule.xlsx"]))
    cells = [
        cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value in {"=1+1", ODD["a command"]}
    ]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


def test_titles_and_properties_hold_the_words_too(odd: Built) -> None:
    core = Document(BytesIO(odd.files["internal/service-specification.docx"])).core_properties
    assert f"Area {ODD['ampersand and angles']}" in (core.title or "")
    assert core.author == f"Council {ODD['Welsh']} {ODD['ampersand and angles']}"


def test_a_sum_of_tens_of_thousands_of_characters_is_refused_by_a_cell_in_words(tmp_path: Path) -> None:
    from pipeline.exceptions import RenderError

    data = put(example(), {"lots[0].name": "x" * 40_000})
    request = BuildRequest(write(tmp_path, data), CommissioningModel.REWARD, output=tmp_path / "out", mode=Mode.DRAFT)
    with pytest.raises(RenderError, match="40,000 characters; a cell holds 32,767"):
        build_pack(request)
    assert not (tmp_path / "out").exists()
