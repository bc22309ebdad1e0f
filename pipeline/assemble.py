"""One planned document → one finished document: context, render, finish, with the facts it used."""

from collections.abc import Mapping

from pipeline import contexts
from pipeline.facts import law
from pipeline.finish import Properties, finish_word, finish_workbook
from pipeline.pack import Edition, PackPlan, PlannedDocument, RenderedDocument
from pipeline.render.word import render_word
from pipeline.render.workbook import render_workbook
from pipeline.templates import used_paths


def assemble_document(plan: PackPlan, planned: PlannedDocument) -> RenderedDocument:
    """Make one document in one edition; errors name the template and the tag."""
    template, name = planned.template, planned.template.name
    context = contexts.build_context(plan, planned)
    paths = used_paths(template.content, name, context.values)
    needs = contexts.needs_of(context.values, paths)
    context = contexts.with_outstanding(context, plan, needs, planned.edition)
    properties = _properties(plan, planned)
    ids: tuple[str, ...] = ()
    if planned.document.suffix == ".docx":
        finished = finish_word(render_word(template.content, name, context.values), name, planned.edition, properties)
        content, ids = finished.content, finished.ids
    else:
        content = finish_workbook(render_workbook(template.content, name, context.values), properties)
    facts = {path: tuple(contexts.values_at(context.values, path)) for path in paths}
    used = {path.partition(".")[0].removesuffix("[]") for path in paths}
    return RenderedDocument(
        planned=planned,
        content=content,
        facts=facts,
        reads={fact: context.reads[fact] for fact in sorted(used) if fact in context.reads},
        provisions=_provisions(context.values, paths),
        ids=ids,
        needs=needs,
    )


def _properties(plan: PackPlan, planned: PlannedDocument) -> Properties:
    return Properties(
        title=f"{planned.document.title}: {plan.profile.area}",
        subject=f"Commissioning model: {plan.model}",
        creator=plan.authority.name_en if planned.edition is Edition.INTERNAL else "",
        day=plan.prepared_on,
    )


def _provisions(values: Mapping[str, object], paths: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of the provisions a document cites, by name or as rows."""
    cited: set[str] = set()
    for path in paths:
        fact, _, rest = path.partition(".")
        if fact == "law":
            cited.update(str(one) for one in contexts.values_at(values, f"law.{rest.partition('.')[0]}.id"))
        elif fact.removesuffix("[]") in law.FACTS and fact.endswith("[]"):
            cited.update(str(one) for one in contexts.values_at(values, f"{fact}.id"))
        elif fact.endswith("[]"):
            cited.update(str(one) for one in contexts.values_at(values, f"{fact}.provision_id"))
    return tuple(sorted(cited))
