"""Who, what, where and when: authority, nation, model, dates, term, lots, service, people."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

from pipeline import pricing
from pipeline.facts import FactTable, Row, by_id
from pipeline.figure import Figure, Unknown, Value, derive, total
from pipeline.pack import Mode, PackPlan
from pipeline.profile import CommissioningModel, Nation, Standing
from pipeline.wording import extension_words


def authority(plan: PackPlan) -> Row:
    """The contracting authority and its partners."""
    chosen = plan.authority
    return {
        "name": chosen.name_en,
        "name_cy": chosen.name_cy or chosen.name_en,
        "area": plan.profile.area,
        "kind": chosen.kind.replace("-", " "),
        "is_council": chosen.kind == "council",
        "is_health_board": chosen.kind == "health-board",
        "health_board": chosen.health_board or "",
        "partnership_board": chosen.partnership_board or "",
        "is_invented": plan.profile.standing is Standing.INVENTED,
    }


def nation(plan: PackPlan) -> Row:
    """The nation, its bodies and its care Act."""
    label = by_id(plan.reference.names.nations, plan.nation)
    return {
        "name": label.id,
        "is_wales": plan.nation is Nation.WALES,
        "is_england": plan.nation is Nation.ENGLAND,
        "inspectorate": label.inspectorate,
        "voice_body": label.voice_body,
        "plan_name": label.plan_name,
        "care_act": label.care_act,
    }


def model(plan: PackPlan) -> Row:
    """The commissioning model."""
    label = by_id(plan.reference.names.models, plan.model)
    return {
        "id": label.id,
        "number": label.number,
        "name": label.name,
        "is_care_planning": plan.model is CommissioningModel.CARE_PLANNING,
        "is_reward": plan.model is CommissioningModel.REWARD,
        "is_population": plan.model is CommissioningModel.POPULATION,
    }


def pack(plan: PackPlan) -> Row:
    """The pack's date, state and standing notices."""
    notice = by_id(plan.reference.names.notices, plan.profile.standing)
    named = {"authority": plan.authority.name_en}
    return {
        "prepared_on": plan.profile.prepared_on,
        "state": plan.mode.value.capitalize(),
        "is_draft": plan.mode is Mode.DRAFT,
        "notice": notice.cover.format(**named),
        "header_notice": notice.page.format(**named),
    }


def _after_years(start: date, years: int) -> date:
    anniversary = start + relativedelta(years=years)
    return anniversary if anniversary.day != start.day else anniversary - timedelta(days=1)  # 29 February ends on the 28th


def dates(plan: PackPlan) -> Row:
    """The dates that matter; ends follow from the contract's start and the term."""
    given, term_ = plan.profile.dates, plan.profile.term
    start = given.contract_start
    source = "Contract start and term"
    return {
        "procurement_start": given.procurement_start,
        "contract_start": start,
        "contract_end": derive(_after_years, start, term_.initial_years, unit="", source=source),
        "latest_end": derive(_after_years, start, pricing.longest_years(term_), unit="", source=source),
        "current_contracts_end": given.current_contracts_end,
        "legal_review": given.legal_review,
    }


def term(plan: PackPlan) -> Row:
    """How long the contract runs, in figures and in words."""
    given = plan.profile.term
    source = "Initial term and extensions"
    return {
        "initial_years": given.initial_years,
        "extensions": list(given.extensions),
        "extensions_words": derive(lambda *years: extension_words(years), *given.extensions, unit="", source=source),
        "longest_years": pricing.longest_years(given),
        "words": derive(
            lambda first, *years: extension_words(years, first),
            given.initial_years,
            *given.extensions,
            unit="",
            source=source,
        ),
    }


def lots(plan: PackPlan) -> list[Row]:
    """The lots with their volumes; no price, so that bidders may see every field."""
    return [
        {
            "id": lot.id,
            "name": lot.name,
            "area": lot.area,
            "people": lot.people,
            "weekly_hours": lot.weekly_hours,
            "annual_hours": pricing.annual_hours(lot),
            "referrals_a_year": lot.referrals_a_year,
            "travel_minutes_per_visit": lot.travel_minutes_per_visit,
            "miles_per_visit": lot.miles_per_visit,
        }
        for lot in plan.profile.lots
    ]


def lots_count(plan: PackPlan) -> int:
    """How many lots there are."""
    return len(plan.profile.lots)


def has_lots(plan: PackPlan) -> bool:
    """Whether there is more than one lot."""
    return len(plan.profile.lots) > 1


def volumes(plan: PackPlan) -> Row:
    """The lots' volumes added up."""
    given = plan.profile.lots
    source = "Sum of the lots"
    return {
        "weekly_hours": total([lot.weekly_hours for lot in given], unit="hours a week", source=source),
        "annual_hours": total([pricing.annual_hours(lot) for lot in given], unit="hours a year", source=source),
        "people": total([lot.people for lot in given], unit="people", source=source),
        "referrals_a_year": total([lot.referrals_a_year for lot in given], unit="referrals a year", source=source),
    }


def service(plan: PackPlan) -> Row:
    """What is bought, for whom, and how it stands now."""
    given = plan.profile.service
    reablement = given.reablement
    decided = reablement.value if isinstance(reablement, Figure) else ""
    cohorts = [by_id(plan.reference.names.cohorts, cohort) for cohort in given.cohorts]
    return {
        "title": by_id(plan.reference.names.services, given.buys).title,
        "is_health_care": given.buys == "health-care",
        "cohorts": [{"id": one.id, "name": one.name, "description": one.description} for one in cohorts],
        "description": given.description,
        "current_position": given.current_position,
        "partners": list(given.partners),
        "reablement": reablement,
        "reablement_separate": decided == "separate",
        "reablement_follow_on": decided == "follow-on",
        "reablement_inside": decided == "inside",
        "reablement_undecided": not decided,
        "equipment_by": given.equipment_by,
        "response_hours": given.response_hours,
        "records_system": given.records_system,
    }


def demand(plan: PackPlan) -> Row:
    """Need and supply, and the forecast by Norfolk's method: today's share of people using home care stays as it is.

    The method is that of the Norfolk committee paper of 23 October 2014, Appendix 1 section 4.1.
    """
    given = plan.profile.demand
    source = "Forecast: today's figure and the growth given"

    def grown(people: int, growth: Decimal) -> int:
        return int((people * (100 + growth) / 100).quantize(Decimal(1), ROUND_HALF_UP))

    users_now: Value[int] = derive(
        lambda people, share: int((people * share / 100).quantize(Decimal(1), ROUND_HALF_UP)),
        given.people_aged_65_plus,
        given.using_home_care_percent,
        unit="people",
        source="People aged 65 and over × share using home care",
    )
    fields = {name: getattr(given, name) for name in _DEMAND}
    return {
        **fields,
        "forecast_65_plus": derive(grown, given.people_aged_65_plus, given.growth_65_plus_percent, unit="people", source=source),
        "forecast_85_plus": derive(grown, given.people_aged_85_plus, given.growth_85_plus_percent, unit="people", source=source),
        "users_now": users_now,
        "extra_users": derive(
            lambda users, growth: int((users * growth / 100).quantize(Decimal(1), ROUND_HALF_UP)),
            users_now,
            given.growth_65_plus_percent,
            unit="people",
            source=source,
        ),
    }


_DEMAND = (
    "population",
    "people_aged_65_plus",
    "people_aged_85_plus",
    "growth_65_plus_percent",
    "growth_85_plus_percent",
    "growth_years",
    "using_home_care_percent",
    "people_supported",
    "weekly_hours_now",
    "referrals_a_year",
    "reabled_first_percent",
    "providers_now",
    "average_rate_now",
    "annual_spend_now",
)


def sources(plan: PackPlan) -> list[Row]:
    """The demand figures with their sources, a row each."""
    given = plan.profile.demand
    rows: list[Row] = []
    for name in _DEMAND:
        value = getattr(given, name)
        known = isinstance(value, Figure)
        words = name.removesuffix("_percent").replace("_", " ").capitalize()
        waiting = Unknown()
        rows.append(
            {
                "what": words,
                "value": value,
                "source": value.source if known else waiting,
                "as_at": (value.as_at or "") if known else waiting,
                "status": value.status.value if known else waiting,
            }
        )
    return rows


def welsh(plan: PackPlan) -> Row:
    """The bilingual switches, off in England, and the statement on tenders in Welsh."""
    chosen = plan.profile.welsh
    return {
        "bilingual_cover": chosen is not None and chosen.bilingual_cover,
        "tenders_in_welsh": chosen is not None and chosen.tenders_in_welsh,
        "tender_statement_cy": plan.reference.names.welsh.tender_statement,
    }


FACTS: FactTable = {
    "authority": authority,
    "nation": nation,
    "model": model,
    "pack": pack,
    "dates": dates,
    "term": term,
    "lots": lots,
    "lots_count": lots_count,
    "has_lots": has_lots,
    "volumes": volumes,
    "service": service,
    "demand": demand,
    "sources": sources,
    "welsh": welsh,
}
