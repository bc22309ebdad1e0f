"""The law as documents cite it: the regime, the provisions in force on the pack's date, and the law to come."""

from pipeline import law as register
from pipeline.facts import FactTable, Row, by_id
from pipeline.figure import Figure
from pipeline.pack import PackPlan
from pipeline.profile import Nation
from pipeline.record import shared
from pipeline.reference import Provision


@shared
def _in_force(plan: PackPlan) -> tuple[Provision, ...]:
    return register.in_force(plan.reference.legal_register.provisions, plan.nation, plan.profile.prepared_on)


def _row(provision: Provision) -> Row:
    return {
        "id": provision.id,
        "provision_id": provision.id,
        "title": provision.title,
        "short": provision.short,
        "in_force_from": register.from_text(provision),
        "why_it_matters": provision.why_it_matters,
        "source": provision.source,
    }


def key(provision_id: str) -> str:
    """The name by which templates reach a provision: PA23-18 → PA23_18."""
    return provision_id.replace("-", "_")


def law(plan: PackPlan) -> dict[str, Row]:
    """Every provision in force for the nation on the pack's date, by id."""
    return {key(provision.id): _row(provision) for provision in _in_force(plan)}


def provisions(plan: PackPlan) -> list[Row]:
    """The instruments in force as rows; sections of an instrument are left to the clauses that cite them."""
    return [_row(provision) for provision in _in_force(plan) if provision.part_of is None]


def later_law(plan: PackPlan) -> list[Row]:
    """The provisions expected to start after the pack's date, with their dates as far as they are known."""
    coming = register.to_come(plan.reference.legal_register.provisions, plan.nation, plan.profile.prepared_on)
    return [{**_row(provision), "from_text": register.expected_text(provision)} for provision in coming]


def _decided(plan: PackPlan) -> register.Regime:
    start = plan.profile.dates.procurement_start
    day = start.value if isinstance(start, Figure) else plan.profile.prepared_on
    return register.regime(plan.nation, plan.profile.service.buys, day)


@shared
def regime_id(plan: PackPlan) -> str:
    """The procurement regime by the id it has in names.yaml."""
    return "light-touch" if _decided(plan).is_light_touch else "psr-wales" if plan.nation is Nation.WALES else "psr-england"


def regime(plan: PackPlan) -> Row:
    """The procurement regime and the provisions that decide it."""
    start = plan.profile.dates.procurement_start
    decided = _decided(plan)
    name = regime_id(plan)
    entries = plan.reference.legal_register.provisions
    return {
        "is_light_touch": decided.is_light_touch,
        "is_psr": decided.is_psr,
        "procurement_act": decided.is_light_touch,
        "name": by_id(plan.reference.names.regimes, name).name,
        "reasons": [by_id(entries, one).why_it_matters for one in decided.deciding],
        "date_used": start,
    }


FACTS: FactTable = {
    "law": law,
    "provisions": provisions,
    "later_law": later_law,
    "regime": regime,
}
