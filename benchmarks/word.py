"""Word documents: rendered and finished, against docxtpl as its documentation says, and against the least that could be done."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from benchmarks import synthetic
from benchmarks.measure import ROOT, least
from pipeline import contexts
from pipeline.catalogue import DOCUMENTS
from pipeline.finish import Properties, compressor, finish_word
from pipeline.finish.package import entry_of, write_parts
from pipeline.finish.word import KEPT
from pipeline.pack import Edition, Mode, PackPlan, Template
from pipeline.plan import plan_pack
from pipeline.profile import CommissioningModel
from pipeline.read import read_profile, read_reference
from pipeline.render.compiled import compile_word
from pipeline.render.environment import environment
from pipeline.render.word import render_word
from pipeline.request import INPUTS, TEMPLATES

ISAL = "isal>=1.7,<2"
PROPERTIES = Properties("Title", "Subject", "Creator", date(2026, 11, 22))
EXAMPLE = ROOT / "inputs" / "localities" / "exampleshire.yaml"


@dataclass(frozen=True)
class Case:
    """One template with the facts of one document."""

    name: str
    content: bytes
    facts: Mapping[str, Any]
    edition: Edition


def example_plan(model: CommissioningModel) -> PackPlan:
    """Plan the worked example's pack."""
    templates = {one.template: Template(one.template, "standard", (TEMPLATES / one.template).read_bytes()) for one in DOCUMENTS}
    return plan_pack(read_profile(EXAMPLE), read_reference(INPUTS / "reference"), model, Mode.DRAFT, templates=templates)


def cases() -> Iterator[Case]:
    """Give the project's own templates, in every edition, and the synthetic one."""
    plan = example_plan(CommissioningModel.REWARD)
    for planned in (one for one in plan.documents if one.document.suffix == ".docx"):
        context = contexts.with_outstanding(contexts.build_context(plan, planned), plan, ("lots",), planned.edition)
        yield Case(planned.name, planned.template.content, context.values, planned.edition)
    yield Case("synthetic, 26 pages", synthetic.template(synthetic.Jinja()), synthetic.facts(), Edition.INTERNAL)


def by_docxtpl(case: Case) -> bytes:
    """Make a document as docxtpl's documentation says, with the filters the project's templates use."""
    document = DocxTemplate(BytesIO(case.content))
    document.render(dict(case.facts), jinja_env=environment(), autoescape=True)
    saved = BytesIO()
    document.save(saved)
    return saved.getvalue()


def by_us(case: Case) -> bytes:
    """Render and finish a document."""
    return finish_word(render_word(case.content, case.name, case.facts), case.name, case.edition, PROPERTIES).content


def limit(case: Case) -> Callable[[], bytes]:
    """Give the least there is to do: fill the Jinja templates, and write the same parts."""
    compiled = compile_word(case.content, case.name)
    rendered = render_word(case.content, case.name, case.facts)
    kept = {part: entry_of(content) for part, content in rendered.package.parts.items()}
    same = {part: content for part, content in rendered.parts().items() if part not in kept}

    def run() -> bytes:
        for part in compiled.parts:
            "".join(part.template.root_render_func(part.template.new_context(dict(case.facts))))
        return write_parts({**kept, **same})

    return run


@contextmanager
def using(quick: Any) -> Iterator[None]:
    """Deflate with another compressor for a while; what a template's documents have alike is deflated anew."""
    kept, compressor.quick = compressor.quick, quick
    KEPT.clear()
    try:
        yield
    finally:
        compressor.quick = kept
        KEPT.clear()


def quick_compressor(folder: Path) -> object:
    """Give isal's compressor, fetched into a folder where the extra `fast` is not installed; None when it cannot be had."""
    if compressor.quick is None:
        fetch = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(folder), ISAL]
        if subprocess.run(fetch, capture_output=True, check=False).returncode:
            return None
        sys.path.append(str(folder))
    return importlib.import_module("isal.isal_zlib").compressobj


def measure(folder: Path, times: int, *, only: int | None = None) -> Iterator[dict[str, Any]]:
    """Measure every case, or the last few, with every compressor there is; milliseconds of processor time."""
    isal = quick_compressor(folder)
    for case in list(cases())[-only if only else None :]:
        row: dict[str, Any] = {"template": case.name, "fallback": render_word(case.content, case.name, case.facts).fallback}
        row["docxtpl"] = least(partial(by_docxtpl, case), max(times // 4, 1))
        for name, quick in (("standard", None), *((("fast", isal),) if isal else ())):
            with using(quick):
                row[name] = least(partial(by_us, case), times)
                row[f"{name} limit"] = least(limit(case), times)
                row[f"{name} bytes"] = len(by_us(case))
        yield row
