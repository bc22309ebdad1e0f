"""The manifest: it says what a pack holds, goes through JSON and back, and reading one needs the standard library alone."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipeline.manifest import (
    FILE_NAME,
    SCHEMA_VERSION,
    SEAL,
    Manifest,
    ManifestDocument,
    digest,
    file_digests,
    read_json,
    write_json,
)
from tests.fixtures.packs import ROOT, Built
from tests.fixtures.profiles import example

DOCUMENT = ManifestDocument(
    kind="k",
    edition="internal",
    path="internal/k.docx",
    title="Cynllun ŵŷ & <b>",
    ocds_type="",
    template="k.docx",
    template_origin="standard",
    template_digest="t",
    inputs_digest="i",
    file_digest="f",
    part_digests={"word/document.xml": "p"},
    facts={"lots[].people": [{"value": None, "status": "to-be-confirmed", "fields": ["lots[A].people"]}]},
    reads={"lots": ("lots[A].people",)},
    provisions=("PA23",),
    ids=("R-1",),
    outstanding=("lots[A].people",),
)
MANIFEST = Manifest(
    "exampleshire", "X", "Wales", "reward", "draft", "draft", "2026-11-21", "p", "r", {"lxml": "5"}, (DOCUMENT,), (), ("a",)
)


@pytest.mark.smoke
def test_a_manifest_goes_through_json_and_back() -> None:
    read = read_json(MANIFEST.to_json())
    assert read["schema_version"] == SCHEMA_VERSION
    assert read["documents"][0]["title"] == DOCUMENT.title
    assert set(read) == {field.name for field in fields(Manifest)} | {SEAL}
    assert set(read["documents"][0]) == {field.name for field in fields(ManifestDocument)}
    assert write_json(read) == MANIFEST.to_json()
    assert file_digests(read) == {"internal/k.docx": "f"}


@pytest.mark.smoke
def test_each_fact_has_a_line_of_its_own() -> None:
    lines = MANIFEST.to_json().splitlines()
    fact = '"lots[].people": [{"fields": ["lots[A].people"], "status": "to-be-confirmed", "value": null}]'
    assert f"    {fact}" in lines
    assert ' "engine": {' in lines
    assert lines.index('   "facts": {') < lines.index(f"    {fact}") < lines.index('   "file_digest": "f",')
    assert json.loads("".join(lines)) == read_json(MANIFEST.to_json())


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"documents": {}}', "null", "3", '"documents"'])
def test_anything_else_is_no_manifest(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a manifest|Expecting value"):
        read_json(text)


def test_reading_a_manifest_imports_nothing_heavy() -> None:
    code = "import sys, pipeline.manifest; print(sorted({name.split('.')[0] for name in sys.modules}))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'pipeline'" in shown
    for heavy in ("pydantic", "lxml", "openpyxl", "docxtpl", "jinja2", "babel", "yaml", "rich", "prefect"):
        assert f"'{heavy}'" not in shown


def test_a_packs_manifest_lists_its_files_as_they_are(built: Callable[[str, str], Built]) -> None:
    pack = built("carmarthenshire", "reward")
    assert file_digests(pack.manifest) == {name: digest(content) for name, content in pack.files.items()}
    assert (pack.folder / FILE_NAME).read_text(encoding="utf-8").endswith("}\n")


def test_a_packs_manifest_says_where_every_value_comes_from(built: Callable[[str, str], Built]) -> None:
    manifest = built("carmarthenshire", "reward").manifest
    assert (manifest["locality"], manifest["nation"], manifest["mode"]) == ("carmarthenshire", "Wales", "draft")
    assert manifest["version"] == "0.1"
    documents = {one["path"]: one for one in manifest["documents"]}
    plan = documents["internal/procurement-plan.docx"]
    assert "PA23-19" in plan["provisions"]
    assert "commercial.annual_budget" in plan["outstanding"]
    assert all(read.startswith("lots") for read in plan["reads"]["volumes"])
    specification = documents["issue/service-specification.docx"]
    assert specification["template_origin"] == "standard"
    assert len(specification["ids"]) > 20
    waiting = [
        value
        for values in specification["facts"].values()
        for value in (values if isinstance(values, list) else [])
        if isinstance(value, dict) and value.get("status") == "to-be-confirmed"
    ]
    assert waiting
    assert all(value["fields"] for value in waiting)
    assert set(manifest["outstanding"]) == {need for one in manifest["documents"] for need in one["outstanding"]}


def test_nothing_in_a_manifest_tells_of_the_machine(built: Callable[[str, str], Built]) -> None:
    pack = built("carmarthenshire", "reward")
    text = (pack.folder / FILE_NAME).read_text(encoding="utf-8")
    assert str(pack.folder) not in text
    assert str(pack.folder.parents[2]) not in text
    assert "/root" not in text
    assert '": "/' not in text


SCHEMA = json.loads((ROOT / "docs" / "manifest.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_published_schema_is_one_and_has_this_version() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION
    assert set(SCHEMA["required"]) == set(SCHEMA["properties"]) == {field.name for field in fields(Manifest)} | {SEAL}
    document = SCHEMA["$defs"]["document"]
    assert set(document["required"]) == set(document["properties"]) == {field.name for field in fields(ManifestDocument)}


@pytest.mark.parametrize(("locality", "model"), [("carmarthenshire", "reward"), ("sampleford", "population")])
def test_manifests_keep_to_the_published_schema(built: Callable[[str, str], Built], locality: str, model: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(built(locality, model).manifest)] == []


def spoilt(manifest: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A manifest with one thing wrong, many times over."""
    for name in manifest:
        yield f"without {name}", {key: value for key, value in manifest.items() if key != name}
    for name, value in {"state": "sealed", "number": 0, "colour": "blue", "supersedes": {"number": 1}, "documents": {}}.items():
        yield f"{name} {value!r}", {**manifest, name: value}
    first, *rest = manifest["documents"]
    for name, value in {
        "path": "../x.docx",
        "file_digest": "f",
        "template_origin": "elsewhere",
        "facts": [],
        "colour": 1,
    }.items():
        yield f"documents[0].{name} {value!r}", {**manifest, "documents": [{**first, name: value}, *rest]}


def test_the_schema_refuses_what_is_not_a_manifest(built: Callable[[str, str], Built]) -> None:
    cases = list(spoilt(built("carmarthenshire", "reward").manifest))
    assert len(cases) > 25
    assert [name for name, case in cases if VALIDATOR.is_valid(case)] == []


def test_a_manifest_holds_every_field_of_the_profile_and_the_entries_that_were_read(built: Callable[[str, str], Built]) -> None:
    manifest = built("carmarthenshire", "reward").manifest
    assert manifest["profile"]["lots"] == [lot["id"] for lot in example("carmarthenshire")["lots"]]
    budget = manifest["profile"]["commercial.annual_budget"]
    assert budget["status"] == "to-be-confirmed"
    assert "legal_register.provisions[PA23-19]" in manifest["reference"]
    read = {name for one in manifest["documents"] for names in one["reads"].values() for name in names}
    fields_read = {name for name in read if not name.startswith("reference.")}
    assert len(fields_read) > 100
    assert fields_read - set(manifest["profile"]) == set()
    figures = [name for name, value in manifest["profile"].items() if isinstance(value, dict)]
    assert len(figures) > 50


def test_sorted_throughout(built: Callable[[str, str], Built]) -> None:
    manifest = built("carmarthenshire", "reward").manifest

    def keys_sorted(value: object) -> bool:
        if isinstance(value, dict):
            return list(value) == sorted(value) and all(keys_sorted(item) for item in value.values())
        return not isinstance(value, list) or all(keys_sorted(item) for item in value)

    assert keys_sorted(manifest)
