"""The render step, before finishing, gives what docxtpl gives: part by part, on the project's templates and on varied ones."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from docxtpl import DocxTemplate
from lxml import etree

from pipeline import contexts
from pipeline.catalogue import DOCUMENTS
from pipeline.finish.package import CORE, read_parts
from pipeline.pack import Mode, Template
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel
from pipeline.read import read_profile, read_reference
from pipeline.render.engine import open_template
from pipeline.render.environment import environment
from pipeline.render.word import render_word
from pipeline.request import INPUTS, TEMPLATES
from tests.fixtures.packs import LOCALITIES, MODELS
from tests.fixtures.varied import VARIED, Varied

Facts = Mapping[str, object]


def canonical(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The parts in canonical XML; the core properties are left to finishing."""
    return {
        name: etree.tostring(etree.fromstring(part), method="c14n") if name.endswith((".xml", ".rels")) else part
        for name, part in parts.items()
        if name != CORE
    }


def by_docxtpl(template: DocxTemplate, facts: Facts, *, guarded: bool = False) -> dict[str, bytes]:
    """What docxtpl makes of a template, used as its documentation says."""
    template.render(dict(facts), jinja_env=environment(guarded=guarded), autoescape=True)
    saved = BytesIO()
    template.save(saved)
    return canonical(read_parts(saved.getvalue()))


@pytest.mark.parametrize("varied", VARIED, ids=[one.name for one in VARIED])
def test_a_varied_template_is_rendered_as_docxtpl_renders_it(varied: Varied) -> None:
    own, other = DocxTemplate(BytesIO(varied.content)), DocxTemplate(BytesIO(varied.content))
    made = render_word(varied.content, "t.docx", varied.facts(own))
    assert bool(made.fallback) is varied.fallback, made.fallback
    if varied.redraws:
        other = open_template(varied.content, "t.docx")
    assert canonical(made.parts()) == by_docxtpl(other, varied.facts(other), guarded=varied.redraws)


def test_there_are_varied_templates_that_docxtpl_need_not_render() -> None:
    assert sum(not one.fallback for one in VARIED) >= 25


@pytest.mark.parametrize("locality", ["exampleshire", "carmarthenshire"])
@pytest.mark.parametrize("model", MODELS)
def test_every_word_template_of_the_project_is_rendered_as_docxtpl_renders_it(locality: str, model: str) -> None:
    profile, reference = read_profile(LOCALITIES / f"{locality}.yaml"), read_reference(INPUTS / "reference")
    templates = {
        one.template: Template(one.template, "standard", Path(TEMPLATES / one.template).read_bytes())
        for one in DOCUMENTS
        if one.suffix == ".docx"
    }
    documents = tuple(one for one in DOCUMENTS if one.suffix == ".docx")
    plan = plan_pack(profile, reference, CommissioningModel(model), Mode.DRAFT, templates=templates, documents=documents)
    assert len(plan.documents) >= 7
    for planned in plan.documents:
        name, content = planned.template.name, planned.template.content
        facts = contexts.with_outstanding(contexts.build_context(plan, planned), plan, ("lots",), planned.edition).values
        made = render_word(content, name, facts)
        assert made.fallback == ""
        given = canonical(made.parts())
        assert given == by_docxtpl(open_template(content, name), facts, guarded=True), name
        if "{%tc" not in read_parts(content)["word/document.xml"].decode():
            assert given == by_docxtpl(DocxTemplate(BytesIO(content)), facts), name
