"""Any valid profile yields a pack: figures known or not, odd words, one lot or eight, every switch."""

import re
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from pipeline.build import build_pack
from pipeline.pack import Mode, Severity
from pipeline.profile import CommissioningModel, Profile
from pipeline.request import BuildRequest
from pipeline.verify.left_over import TAGS
from tests.fixtures.packs import Built
from tests.fixtures.profiles import example, figure, figures, put, steps, write

BASE = example()
FIGURES = sorted(figures(BASE))
KNOWN_TEXTS = ["Tŷ & <Ŵyn>", "{{ 7*7 }}", "=1+1", "🏠", '"x"', "a" * 400, "{% endif %}", "None", "}}"]
WORDS = st.one_of(
    st.sampled_from(KNOWN_TEXTS),
    st.text(
        st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"]),
        min_size=1,
        max_size=40,
    ).filter(str.strip),
)
PROSE = ("service.description", "service.current_position", "service.records_system", "governance.sro", "governance.contact")
CHOICES = {
    "service.reablement": ["separate", "follow-on", "inside"],
    "service.equipment_by": ["the Authority", "the Provider", "the health partner"],
    "commercial.price_method": ["fixed-rate", "price-band", "open-book"],
    "commercial.reward.payment": [
        "outcome-sum",
        "completion-bonus",
        "withheld-percentage",
        "block-aggregate",
        "profit-share",
    ],
    "evaluation.routes.care_planning": ["closed framework", "dynamic market", "most suitable provider", "open procedure"],
    "contract.charter_stage": ["0", "1", "2", "3"],
    "commercial.retention_percent": ["0", "5", "100"],
    "demand.growth_65_plus_percent": ["-12.5", "0", "300"],
    "demand.population": ["0", "1", "148200"],
    "commercial.population.stop_loss_percent": ["0", "100"],
    "term.initial_years": ["1", "30"],
}
SWITCHES = ("contract.publish_poor_performance", "contract.outcomes_star", "commercial.population.care_home_cost_on_provider")
ON_OR_OFF = st.sampled_from(["true", "false"])
COHORTS = ["short-term-recovery", "dementia", "end-of-life", "carer-support"]


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, Any]:
    """Exampleshire with fields replaced, figures taken away, switches turned, and another number of lots."""
    data = put(BASE, draw(replacements()))
    data["lots"] = lots(data["lots"], draw(st.integers(1, 8)), draw(st.lists(WORDS, min_size=8, max_size=8)))
    data["term"]["extensions"] = data["term"]["extensions"][: draw(st.integers(0, 2))]
    data["service"]["cohorts"] = COHORTS[: draw(st.integers(1, 4))]
    data["service"]["partners"] = draw(st.lists(WORDS, max_size=3))
    data["dates"]["calendar"] = data["dates"]["calendar"][: draw(st.integers(0, 8))]
    data["evaluation"]["options"] = data["evaluation"]["options"][: draw(st.integers(0, 3))]
    invented = data["authority"]["invented"]
    if draw(st.booleans()):
        invented["kind"], data["service"]["buys"] = "health-board", "health-care"
    if draw(st.booleans()):
        data["welsh"] = {"bilingual_cover": draw(ON_OR_OFF), "tenders_in_welsh": draw(ON_OR_OFF)}
    else:
        del data["welsh"]
        invented["nation"] = draw(st.sampled_from(["Wales", "England"]))
    return data


@st.composite
def replacements(draw: st.DrawFn) -> dict[str, Any]:
    """Other words, choices and switches by field, and some, all or none of the figures to be confirmed."""
    changes: dict[str, Any] = {path: figure(draw(st.sampled_from(values))) for path, values in CHOICES.items()}
    changes |= {path: figure(draw(WORDS)) for path in PROSE}
    changes |= {path: draw(ON_OR_OFF) for path in SWITCHES}
    changes["area"] = draw(WORDS)
    one_in = draw(st.sampled_from([0, 1, 2, 10]))
    waiting = [path for path in FIGURES if one_in and draw(st.integers(1, one_in)) == 1]
    return {**changes, **dict.fromkeys(waiting, "to-be-confirmed")}


def lots(given: list[dict[str, Any]], count: int, names: list[str]) -> list[dict[str, Any]]:
    """As many lots as asked, each with a name and an id of its own."""
    return [{**given[number % len(given)], "id": f"L{number}", "name": names[number]} for number in range(count)]


def test_there_are_figures_to_take_away() -> None:
    assert len(FIGURES) > 100
    assert all(steps(path) for path in FIGURES)


@settings(
    max_examples=6,
    phases=(Phase.explicit, Phase.generate),  # a pack takes seconds: the first that fails is told as it is
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(profiles(), st.sampled_from(list(CommissioningModel)))
def test_any_valid_profile_yields_a_sound_pack(data: dict[str, Any], model: CommissioningModel) -> None:
    Profile.model_validate(data)
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), data)
        pack = Built(build_pack(BuildRequest(path, model, output=Path(folder) / "out", mode=Mode.DRAFT)))
        assert len(pack.files) == 9
        assert [one for one in pack.summary.findings if one.severity == Severity.FAULT] == []
        for name, content in pack.files.items():
            read_back(name, content, pack.texts[name], data)


def read_back(name: str, content: bytes, text: str, data: dict[str, Any]) -> None:
    """A document reopens and holds no tag, no None and no empty heading but what the profile itself says."""
    if name.endswith(".docx"):
        assert len(Document(BytesIO(content)).paragraphs) > 10, name
    else:
        assert load_workbook(BytesIO(content)).sheetnames, name
    rest = text
    said = sorted({value for value in strings(data) if value}, key=len, reverse=True)
    for value in said:
        if any(sign in value for sign in (*TAGS, "None")):
            rest = rest.replace(value, "")
    assert not [sign for sign in ("{{", "{%", "%}", "\ue000") if sign in rest], name
    assert not re.search(r"[a-z,] None\b|\bNone\b(?! [a-z])", rest), name
    assert not re.search(r"^\[Heading [1-3]\]$", text, re.MULTILINE), name


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [one for item in value.values() for one in strings(item)]
    if isinstance(value, list):
        return [one for item in value for one in strings(item)]
    return [value] if isinstance(value, str) else []
