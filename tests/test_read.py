"""Bad input: each ends in one clear message that names the file and the place and says what to do, and nothing is written."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.exceptions import ProfileError, ReferenceDataError
from pipeline.finish.package import read_parts, write_parts
from pipeline.read import read_profile, read_reference
from tests.fixtures.packs import LOCALITIES, REFERENCE, TEMPLATES, tree
from tests.fixtures.profiles import example, figure, put, write
from tests.fixtures.word import docx, p

GOOD = (LOCALITIES / "exampleshire.yaml").read_text(encoding="utf-8")


def refusal(folder: Path, capsys: pytest.CaptureFixture[str], *more: str, profile: Path | None = None) -> str:
    """Run a build that must be refused; give the message. Nothing may be printed as a result or written."""
    given = profile or folder / "profile.yaml"
    before = tree(folder)
    code = main(["build", str(given), "--model", "reward", *(more or ("--output", str(folder / "out")))])
    shown = capsys.readouterr()
    assert code == 1
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert tree(folder) == before
    assert not (folder / "out").is_dir()
    return shown.err.strip()


BOMB = "a: &a [x, x]\n" + "\n".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefg", "bcdefgh", strict=True))
RAW: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "is empty", "packs new"),
    "blank": (b"  \n\n", "is empty", "packs new"),
    "only a comment": (b"# nothing\n", "holds no fields", "Write one field on each line"),
    "binary": (b"PK\x03\x04\xff\xfe\x00\x01" * 40, "is not UTF-8 text", "Save it as plain text in UTF-8"),
    "a zip of zeros": (b"slug: x\x00\x00\x00", "is a binary file", "Check that it is the right file"),
    "UTF-16": (GOOD.encode("utf-16"), "is not UTF-8 text", "Save it as plain text in UTF-8"),
    "Latin-1": ("area: Ynys Môn\n".encode("latin-1"), "is not UTF-8 text (byte 12)", "Save it as plain text in UTF-8"),
    "not YAML": (b"slug: x\n  area: [unclosed\n", "line 2: is not YAML", "Correct that line"),
    "a tab": (b"slug:\n\tx: 1\n", "line 2: is not YAML", "Correct that line"),
    "a bell in YAML": (b"slug: a\x07b\n", "is not YAML", "Correct that line"),
    "two documents": (b"slug: x\n---\nslug: y\n", "is not YAML", "Correct that line"),
    "a list": (b"- a\n- b\n", "holds no fields", "Write one field on each line"),
    "a word": (b"exampleshire\n", "holds no fields", "Write one field on each line"),
    "repeated key": (GOOD.encode() + b"slug: again\n", "slug: is given twice", "Keep one of them"),
    "repeated key inside": (
        GOOD.replace("authority:\n", "authority:\n  name: A\n", 1).encode(),
        "authority.name: is given twice",
        "Keep one of them",
    ),
    "key that is a list": (b"? [a, b]\n: c\n", "a field's name is not a plain word", "Write `name: value`"),
    "object": (b"slug: !!python/object/apply:os.system ['true']\n", "the tag", "Write the plain value"),
    "object name": (b"slug: !!python/name:os.system\n", "the tag", "Write the plain value"),
    "local tag": (b"slug: !mine x\n", "the tag !mine", "Write the plain value"),
    "binary tag": (b"slug: !!binary aGVsbG8=\n", "the tag", "Write the plain value"),
    "alias bomb": (BOMB.encode(), "anchors (&) and aliases (*) are not accepted", "Write the value out"),
    "alias to nothing": (b"slug: *x\n", "anchors (&) and aliases (*) are not accepted", "Write the value out"),
    "alias to itself": (b"a: &a [*a]\n", "anchors (&) and aliases (*) are not accepted", "Write the value out"),
    "merge key": (b"a: &a {b: c}\nd:\n  <<: *a\n", "anchors (&) and aliases (*) are not accepted", "Write the value out"),
    "deep nest": (b"slug: " + b"[" * 3000 + b"]" * 3000, "nested more than 40 deep", "Write the fields as `packs new` does"),
    "deep map": (b"slug: " + b"{a: " * 3000 + b"}" * 3000, "nested more than 40 deep", "Write the fields as `packs new` does"),
    "two megabytes": (
        GOOD.encode() + b"# filler\n" * 250_000,
        "is larger than 1,000,000 bytes",
        "Check that it is the right file",
    ),
    "no fields of ours": (b"x: y\n", "x: unknown field", "Check its spelling, or take it out"),
}


@pytest.mark.parametrize(("content", "what", "advice"), RAW.values(), ids=RAW)
def test_a_file_that_is_no_profile(
    content: bytes, what: str, advice: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "profile.yaml").write_bytes(content)
    message = refusal(tmp_path, capsys)
    assert str(tmp_path / "profile.yaml") in message.splitlines()[0]
    assert what in message
    assert advice in message


BELL, FIRST_MARK, CONTROL = "\x07", "\ue000", "which a Word or Excel file cannot hold; remove it"
FIELDS: dict[str, tuple[str, Any, str, str]] = {
    "unknown field": ("aera", "Exampleshire", "aera: unknown field", "`packs schema` lists every field"),
    "unknown field inside": ("lots[0].hours", "1", "lots[0].hours: unknown field", "Check its spelling"),
    "figure for a group": ("demand", "many", "demand:", "it says 'many'"),
    "list for a text": ("area", ["a"], "area:", "write words"),
    "text for a list": ("lots", "four", "lots:", "it says 'four'"),
    "text for a number": ("demand.population", figure("many"), "demand.population.value:", "it says 'many'"),
    "a bare number": (
        "demand.population",
        "148200",
        "demand.population: is not a figure",
        "Give value, source, as_at and status",
    ),
    "no source": ("demand.population", {"value": "1", "status": "indicative"}, "demand.population.source: missing", "Give it"),
    "nothing": ("demand.population", None, "demand.population:", "to-be-confirmed"),
    "nothing in a text": ("area", None, "area: is empty", "Give a value"),
    "spaces in a text": ("area", "   ", "area:", "at least 1 character"),
    "yes for a switch": ("contract.outcomes_star", "perhaps", "contract.outcomes_star:", "it says 'perhaps'"),
    "no whole number": (
        "term.initial_years",
        figure("2.5"),
        "term.initial_years.value:",
        "write a whole number, such as 12; it says '2.5'",
    ),
    "not a date": ("prepared_on", "21/11/2026", "prepared_on:", "it says '21/11/2026'"),
    "no such day": ("prepared_on", "2026-02-30", "prepared_on:", "it says '2026-02-30'"),
    "dates backwards": (
        "dates.contract_start",
        figure("2026-11-30"),
        "contract_start 2026-11-30 is not after",
        "put the dates in order",
    ),
    "event backwards": (
        "dates.calendar[0].ends",
        "2027-02-28",
        "dates.calendar[0]: ends on 2027-02-28",
        "put the dates in order",
    ),
    "criteria not 100": (
        "evaluation.criteria[0].weight_percent",
        figure(10),
        "evaluation: criteria weights add to 90, not 100",
        "correct the weights",
    ),
    "basket not 100": (
        "commercial.indexation.pay_percent",
        figure(70),
        "commercial.indexation: indexation weights add to 95",
        "correct the weights",
    ),
    "visits not 100": (
        "commercial.visit_lengths[2].share_percent",
        figure(26),
        "commercial: visit_lengths shares add to 101",
        "correct the weights",
    ),
    "unknown authority": (
        "authority",
        {"name": "Powis County Council"},
        "standing: invented goes together with authority.invented",
        "give both or neither",
    ),
    "negative money": ("commercial.annual_budget", figure("-1"), "commercial.annual_budget.value:", "it says '-1'"),
    "negative hours": ("lots[3].weekly_hours", figure("-0.5"), "lots[3].weekly_hours.value:", "greater than or equal to 0"),
    "not a number": ("commercial.annual_budget", figure("nan"), "commercial.annual_budget.value:", "finite number"),
    "infinite": ("commercial.annual_budget", figure("inf"), "commercial.annual_budget.value:", "finite number"),
    "minus infinity": ("commercial.annual_budget", figure("-Infinity"), "commercial.annual_budget.value:", "finite number"),
    "a fraction of a year": ("term.initial_years", figure("1.5"), "term.initial_years.value:", "it says '1.5'"),
    "slug with dots": ("slug", "../../x", "slug:", "it says '../../x'"),
    "absolute slug": ("slug", "/etc/x", "slug:", "it says '/etc/x'"),
    "slug with a backslash": ("slug", "..\\x", "slug:", "match pattern"),
    "slug with a line end": ("slug", "x\n", "slug:", "match pattern"),
    "bell": ("area", f"a{BELL}b", "area: holds the character U+0007", CONTROL),
    "null": ("area", "a\x00b", "area: holds the character U+0000", CONTROL),
    "half a surrogate pair": ("area", "a\ud800b", "area: holds the character U+D800", CONTROL),
    "a mark of ours": ("area", f"a{FIRST_MARK}b", "area: holds the character U+E000", CONTROL),
    "bell in a source": (
        "demand.population",
        {**figure(1), "source": f"a{BELL}"},
        "demand.population.source: holds the character U+0007",
        CONTROL,
    ),
    "bell in a figure": (
        "service.records_system",
        figure(f"a{BELL}"),
        "service.records_system.value: holds the character U+0007",
        CONTROL,
    ),
    "bell in a partner": ("service.partners[0]", f"a{BELL}", "service.partners[0]: holds the character U+0007", CONTROL),
    "bell in a note": (
        "governance.sro",
        {"status": "to-be-confirmed", "note": f"a{BELL}"},
        "governance.sro.note: holds the character U+0007",
        CONTROL,
    ),
    "too early": ("dates.procurement_start", figure("2025-02-23"), "dates.procurement_start: 23 February 2025", "Give the start"),
}


@pytest.mark.parametrize(("path", "value", "what", "advice"), FIELDS.values(), ids=FIELDS)
def test_a_field_that_cannot_be_used(  # noqa: PLR0913, PLR0917 - the columns of the table
    path: str, value: Any, what: str, advice: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, put(example(), {path: value}))
    message = refusal(tmp_path, capsys)
    assert len(message.splitlines()) == 1, message
    assert str(tmp_path / "profile.yaml") in message
    assert what in message
    assert advice in message


def test_control_characters_are_refused_however_they_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for escape, named in (
        (r"\0", "U+0000"),
        (r"\a", "U+0007"),
        (r"\ud83c", "U+D83C"),
        (r"\ue000", "U+E000"),
        (r"\uffff", "U+FFFF"),
    ):
        text = GOOD.replace('area: "Exampleshire"', f'area: "Example{escape}shire"')
        assert text != GOOD
        (tmp_path / "profile.yaml").write_text(text, encoding="utf-8")
        assert f"area: holds the character {named}" in refusal(tmp_path, capsys)


def test_an_authority_nobody_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, put(example("carmarthenshire"), {"authority.name": "Carmarthen Council"}))
    message = refusal(tmp_path, capsys)
    assert f"{tmp_path / 'profile.yaml'}: authority.name: 'Carmarthen Council' is not an authority" in message
    assert "Did you mean Carmarthenshire County Council" in message


def test_a_profile_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = refusal(tmp_path, capsys, profile=tmp_path / "none.yaml")
    assert message == f"{tmp_path / 'none.yaml'}: no such file. Check the name, or make a profile with `packs new`."


def test_a_folder_for_a_profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "profile.yaml").mkdir()
    assert refusal(tmp_path, capsys) == f"{tmp_path / 'profile.yaml'}: is a folder. Name the file in it."


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = GOOD.replace("slug: exampleshire", "slug: Example Shire").replace("{value: 148200,", "{value: many,")
    (tmp_path / "profile.yaml").write_text(text + "extra: 1\n", encoding="utf-8")
    message = refusal(tmp_path, capsys)
    lines = message.splitlines()
    assert len(lines) == 3
    for field, sample in (
        ("slug", "slug: Example"),
        ("demand.population.value", "population: {value: many"),
        ("extra", "extra: 1"),
    ):
        number = next(count for count, line in enumerate((text + "extra: 1").splitlines(), start=1) if sample in line)
        assert f"{tmp_path / 'profile.yaml'}: line {number}: {field}: " in message


def test_several_profiles_are_refused_each_with_its_own_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "one.yaml", tmp_path / "two.yaml"
    code = main(["build", str(first), str(second), "--model", "1", "--output", str(tmp_path / "out")])
    lines = capsys.readouterr().err.strip().splitlines()
    assert code == 1
    assert [line.partition(":")[0] for line in lines] == [str(first), str(second)]


def test_an_output_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, example())
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    message = refusal(tmp_path, capsys)
    assert len(message.splitlines()) == 1
    assert message.startswith(str(tmp_path / "out"))
    assert "cannot be written" in message
    assert "choose another --output" in message


@pytest.mark.parametrize("name", ["out/" + "x" * 300, "x" * 300 + "/out"])
def test_an_output_folder_with_a_name_too_long(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, example())
    message = refusal(tmp_path, capsys, "--output", str(tmp_path / name))
    assert "File name too long" in message
    assert "hoose another --output" in message


def test_a_profile_with_a_name_too_long(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = refusal(tmp_path, capsys, profile=tmp_path / ("x" * 300))
    assert "File name too long" in message
    assert "Check" in message


LONE = write_parts({"word/document.xml": read_parts(docx(p("x")))["word/document.xml"]})
WORD, EXCEL = "service-specification.docx", "pricing-schedule-reward.xlsx"
BROKEN = [
    (WORD, b""),
    (WORD, b"plain text"),
    (WORD, b"PK\x03\x04 broken"),
    (WORD, b"\xd0\xcf\x11\xe0 old"),
    (EXCEL, b"plain text"),
    (WORD, LONE),
]


@pytest.mark.parametrize(("name", "content"), BROKEN)
def test_a_template_that_is_no_office_file(name: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, example())
    (tmp_path / "trial").mkdir()
    (tmp_path / "trial" / name).write_bytes(content)
    message = refusal(tmp_path, capsys, "--output", str(tmp_path / "out"), "--templates", str(tmp_path / "trial"))
    assert message.startswith(f"{name}: ")
    assert "Word" in message or "Excel" in message
    assert "Save it" in message
    assert len(message.splitlines()) == 1


def test_a_template_of_the_other_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, example())
    (tmp_path / "trial").mkdir()
    shutil.copy(TEMPLATES / "pricing-schedule-reward.xlsx", tmp_path / "trial" / "service-specification.docx")
    message = refusal(tmp_path, capsys, "--output", str(tmp_path / "out"), "--templates", str(tmp_path / "trial"))
    assert message.startswith("service-specification.docx: ")
    assert "Word document" in message
    assert "Save it from Word" in message


def test_a_folder_for_a_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, example())
    (tmp_path / "trial" / "service-specification.docx").mkdir(parents=True)
    message = refusal(tmp_path, capsys, "--output", str(tmp_path / "out"), "--templates", str(tmp_path / "trial"))
    assert "service-specification.docx: cannot be read" in message
    assert "Check the file" in message


def test_a_templates_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, example())
    missing = tmp_path / "nowhere"
    message = refusal(tmp_path, capsys, "--output", str(tmp_path / "out"), "--templates", str(missing))
    assert message.startswith(f"{missing}: no such folder of templates")
    assert "Correct --templates" in message


def test_a_template_folder_of_the_profile_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, put(example(), {"templates": "our-templates"}))
    assert "our-templates" in refusal(tmp_path, capsys)


def test_scalars_are_read_as_they_are_written(tmp_path: Path) -> None:
    text = GOOD.replace('area: "Exampleshire"', "area: No").replace('name: "Rural east"', "name: 010")
    (tmp_path / "profile.yaml").write_text(text, encoding="utf-8")
    read = read_profile(tmp_path / "profile.yaml")
    assert read.area == "No"
    assert read.lots[3].name == "010"


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    (tmp_path / "profile.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_profile(tmp_path / "profile.yaml") == read_profile(LOCALITIES / "exampleshire.yaml")


def test_a_problem_list_is_kept_apart(tmp_path: Path) -> None:
    write(tmp_path, put(example(), {"slug": "X", "area": "a\x07"}))
    with pytest.raises(ProfileError) as refused:
        read_profile(tmp_path / "profile.yaml")
    assert len(refused.value.problems) == 2


def spoil(folder: Path, name: str, old: str, new: str) -> Path:
    """Copy the reference data with one text replaced in one file."""
    made = folder / "reference"
    shutil.copytree(REFERENCE, made)
    text = (made / name).read_text(encoding="utf-8")
    assert old in text
    (made / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("legal-register.yaml", "part_of: null", "part_of: NONE", "NONE: no such id"),
        ("legal-register.yaml", 'id: "SSWBA14-54"', 'id: "SSWBA14"', "SSWBA14: used more than once"),
        ("legal-register.yaml", "standing:", "standning:", "standning: unknown field"),
        ("stages.yaml", "weeks_low: ", "weeks_low: 9", "weeks_default must lie between"),
        ("names.yaml", "models:", "models: [", "is not YAML"),
        ("authorities.csv", ",council,", ",parish,", "'council' or 'health-board'"),
    ],
)
def test_reference_data_that_cannot_be_used(tmp_path: Path, name: str, old: str, new: str, message: str) -> None:
    with pytest.raises(ReferenceDataError) as refused:
        read_reference(spoil(tmp_path, name, old, new))
    assert message in str(refused.value)


def test_reference_data_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReferenceDataError, match="no such file"):
        read_reference(tmp_path)


@pytest.mark.parametrize(
    ("name", "before", "after", "told"),
    [
        (
            "legal-register.yaml",
            'standing: "in-force"',
            'standing: "odd"',
            "line 16: SSWBA14: provisions[0].standing: must be 'in-force'",
        ),
        ("authorities.csv", "\nIsle of Anglesey County Council,", "\n,", "line 2: name_en: "),
    ],
)
def test_a_fault_in_the_reference_data_names_file_line_and_entry(
    name: str, before: str, after: str, told: str, tmp_path: Path
) -> None:
    shutil.copytree(REFERENCE, tmp_path / "reference")
    path = tmp_path / "reference" / name
    path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ReferenceDataError) as caught:
        read_reference(tmp_path / "reference")
    assert str(caught.value).startswith(f"{path}, {told}")
