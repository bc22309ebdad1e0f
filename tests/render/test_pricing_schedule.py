"""The pricing-schedule templates: rendered, recalculated by LibreOffice, and held against pipeline.pricing to the penny."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from pipeline import pricing
from pipeline.contexts import build_context
from pipeline.facts.money import annual_value
from pipeline.figure import Figure, Unknown, Value
from pipeline.pack import Edition, Mode, PackPlan, PlannedDocument
from pipeline.plan import authority_of
from pipeline.profile import CommissioningModel, Nation, Profile
from pipeline.read import read_reference
from pipeline.render.workbook import render_workbook

ROOT = Path(__file__).parents[2]
REFERENCE = read_reference(ROOT / "inputs" / "reference")
TBC = "to-be-confirmed"
MODELS = tuple(CommissioningModel)
VOLATILE = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|OFFSET|INDIRECT|CELL|INFO|XLOOKUP|LET|LAMBDA|FILTER|UNIQUE)\(")
ERRORS = ("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#N/A", "#NUM!", "#NULL!", "Err:")


def figure(value: object, status: str = "indicative") -> dict[str, object]:
    return {"value": value, "source": "Made up for this test", "status": status}


def profile(lots: int = 3, *, known: bool = True, **changes: Any) -> Profile:
    """A small invented profile: every figure given, or every figure to be confirmed."""
    given = (lambda value: figure(value)) if known else (lambda _: TBC)
    build_up = {
        "pay_rate": "13.45", "unsocial_enhancement": "0.37", "waiting_minutes_per_visit": "1.5", "holiday_percent": "12.07",
        "training_percent": "2.1", "sick_percent": "3.3", "notice_percent": "0.5", "effective_ni_percent": "8.7",
        "effective_pension_percent": "2.4", "mileage_rate": "0.45", "care_specific_costs": "0.62", "running_percent": "26.5",
        "surplus_percent": "4.5", "irrecoverable_vat": "0.31",
    }  # fmt: skip
    bands = (
        ("R", "Reablement", "episode", "105", 210),
        ("L", "Lower", "week", "5", 1900),
        ("I", "Intensive", "week", "21.33", 333),
    )
    commercial = {
        "annual_budget": given("9500000"), "ceiling_rate": given("38.10"), "price_method": given("open-book"), "price_floor": given("30.00"),
        "build_up": {name: given(value) for name, value in build_up.items()},
        "visit_lengths": [{"minutes": m, "share_percent": given(s)} for m, s in (("30", "41.5"), ("45", "33.5"), ("60", "25"))],
        "indexation": {"pay_percent": given("75"), "mileage_percent": given("10"), "prices_percent": given("15")},
        "retention_percent": given("2"),
        "reward": {
            "payment": given("outcome-sum"), "upfront_percent": given("20"), "expected_achievement_percent": given("62.5"),
            "clawback_cap_percent": given("10"), "gain_share_percent": given("50"), "trial_weeks": given("26"), "outcome_time_limit_weeks": given("12"),
            "bands": [{"id": i, "name": n, "per": p, "hours": given(h), "volume_a_year": given(v)} for i, n, p, h, v in bands],
        },
        "population": {
            "hours_per_referral": given("400"), "baseline_year": given("2025-26"), "corridor_percent": given("5"), "stop_loss_percent": given("10"),
            "gain_share_percent": given("50"), "reabled_target_percent": given("50"), "year_one_target_percent": given("12"),
        },
        **changes,
    }  # fmt: skip
    names = "decision_body sro commissioner procurement legal finance quality engagement practice workforce digital health communications tender_portal contact"
    demand = (
        "population people_aged_65_plus people_aged_85_plus growth_65_plus_percent growth_85_plus_percent growth_years "
        "using_home_care_percent people_supported weekly_hours_now referrals_a_year reabled_first_percent providers_now average_rate_now annual_spend_now"
    )
    return Profile.model_validate(
        {
            "schema_version": 1, "slug": "testshire", "area": "Testshire", "standing": "invented", "prepared_on": date(2026, 11, 21),
            "authority": {"name": "Testshire & <Sons> Council", "invented": {"nation": "Wales", "kind": "council"}},
            "dates": dict.fromkeys(("procurement_start", "contract_start", "current_contracts_end", "legal_review"), TBC),
            "term": {"initial_years": given("5"), "extensions": [given("2")]},
            "service": {"buys": "social-care", "cohorts": ["dementia"], **dict.fromkeys(("description", "current_position", "reablement", "equipment_by", "response_hours", "records_system"), TBC)},
            "demand": dict.fromkeys(demand.split(), TBC),
            "lots": [
                {
                    "id": f"{number:02d}", "name": f"Lot {number}", "area": "=1+1", "weekly_hours": given(f"{1500 + 37 * number}.5"), "people": given(str(120 + number)),
                    "referrals_a_year": given(str(80 + number)), "travel_minutes_per_visit": given(f"{6 + number % 7}.5"), "miles_per_visit": given(f"{1 + number % 5}.2"),
                }
                for number in range(1, lots + 1)
            ],
            "commercial": commercial,
            "evaluation": {
                "routes": dict.fromkeys(("care_planning", "reward", "population"), TBC), "quality_threshold": TBC, "max_lots_per_tenderer": TBC,
                "criteria": [{"id": "Q", "name": "Quality", "group": "quality", "weight_percent": figure("100")}],
            },
            "governance": {**dict.fromkeys(names.split(), TBC), "approval_threshold": TBC},
            "contract": dict.fromkeys(("public_liability", "employers_liability", "professional_indemnity", "termination_notice_months", "charter_stage"), TBC),
        }
    )  # fmt: skip


def plan_of(given: Profile, model: CommissioningModel) -> PackPlan:
    return PackPlan(given, REFERENCE, authority_of(given, REFERENCE), Nation.WALES, model, Mode.DRAFT)


def rendered(given: Profile, model: CommissioningModel, edition: Edition) -> bytes:
    """The pricing schedule of a profile, as the pipeline renders it."""
    from pipeline.catalogue import documents_for

    document = next(one for one in documents_for(model) if one.kind == "pricing-schedule")
    template = (ROOT / "templates" / document.template).read_bytes()
    plan = plan_of(given, model)
    planned = _planned(document, edition, template)
    return render_workbook(template, document.template, build_context(plan, planned).values)


def _planned(document: Any, edition: Edition, template: bytes) -> PlannedDocument:
    from pipeline.pack import Template

    return PlannedDocument(document, edition, Template(document.template, "templates", template))
