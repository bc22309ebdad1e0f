"""One planned document → one finished document: context, render, finish, with the facts it used."""

from collections.abc import Mapping

from pipeline import contexts
from pipeline.exceptions import RenderError, TemplateError
from pipeline.finish import Properties, finish_word, finish_workbook
from pipeline.pack import Edition, PackPlan, PlannedDocument, PreparedDocument, RenderedDocument
from pipeline.render.word import render_word
from pipeline.render.workbook import render_workbook
from pipeline.templates import ANY_NEED, check_template, used_paths


def assemble_document(plan: PackPlan, planned: PlannedDocument) -> RenderedDocument:
    """Make one document in one edition; errors name the template and the tag."""
    return render_document(prepare_document(plan, planned))


def prepare_document(plan: PackPlan, planned: PlannedDocument) -> PreparedDocument:
    """Evaluate the facts of one document and check its template against them: all there is to know before it is rendered."""
    template, name = planned.template, planned.template.name
    context = contexts.build_context(plan, planned)
    _check_template(plan, planned, context)
    paths = used_paths(template.content, name, context.values)
    _check_law(plan, name, context.values, paths)
    needs = contexts.needs_of(context.values, paths)
    context = contexts.with_outstanding(context, plan, needs, planned.edition, paths)
    used = {path.partition(".")[0].removesuffix("[]") for path in paths}
    return PreparedDocument(
        planned=planned,
        values=context.values,
        facts={path: tuple(contexts.values_at(context.values, path)) for path in paths},
        reads={fact: context.reads[fact] for fact in sorted(used) if fact in context.reads},
        properties=_properties(plan, planned),
        provisions=_provisions(context.values, paths),
        needs=needs,
    )


def render_document(prepared: PreparedDocument) -> RenderedDocument:
    """Render and finish a prepared document."""
    planned, values = prepared.planned, prepared.values
    template, name = planned.template.content, planned.template.name
    properties = Properties(**prepared.properties)
    if planned.document.suffix == ".docx":
        rendered = render_word(template, name, values)
        finished = finish_word(rendered, name, planned.edition, properties)
        return RenderedDocument(prepared, finished.content, finished.ids, fallback=rendered.fallback)
    return RenderedDocument(prepared, finish_workbook(render_workbook(template, name, values), properties), ())


def _check_template(plan: PackPlan, planned: PlannedDocument, context: contexts.Context) -> None:
    """Refuse a template with any fault: a tag left open would take the text up to the next one with it, unseen."""
    template = planned.template
    some = contexts.some_figure(context)  # enough for a row of each register
    values = contexts.with_outstanding(context, plan, ANY_NEED, planned.edition, some).values
    if faults := check_template(template.content, template.name, values):
        raise TemplateError("\n".join(faults))


def _properties(plan: PackPlan, planned: PlannedDocument) -> dict[str, object]:
    return {
        "title": f"{planned.document.title}: {plan.profile.area}",
        "subject": f"Commissioning model: {plan.model}",
        "creator": plan.authority.name_en if planned.edition is Edition.INTERNAL else "",
        "day": plan.prepared_on,
        "version": plan.profile.control.version,
    }


def _provisions(values: Mapping[str, object], paths: tuple[str, ...]) -> tuple[str, ...]:
    """The ids of the provisions a document cites: rows of any fact say theirs as `provision_id`."""
    rows = {path.rpartition(".")[0] for path in paths}
    return tuple(sorted({str(one) for row in rows if row for one in contexts.values_at(values, f"{row}.provision_id")}))


def _check_law(plan: PackPlan, name: str, values: Mapping[str, object], paths: tuple[str, ...]) -> None:
    """Refuse a template that cites a provision which is not in force for the nation on the pack's date."""
    cited = {path.split(".")[1] for path in paths if path.startswith("law.")}
    missing = sorted(key for key in cited if not any(True for _ in contexts.values_at(values, f"law.{key}")))
    if missing:
        raise RenderError(
            f"{name}: cites {', '.join(missing)}, which the legal register does not show in force in {plan.nation} on "
            f"{plan.prepared_on}. Correct prepared_on, the register (inputs/reference/legal-register.yaml) or the template."
        )
