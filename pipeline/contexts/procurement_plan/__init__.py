"""Facts of the procurement plan: the pack's plan comes in; appraisal, dates, marks, money and risks come out.

Prose is the template's. The whole document is internal, so every fact is.
"""

from pipeline.contexts.procurement_plan import appraisal, award, dates, gantt
from pipeline.facts import FactTable

FACTS: FactTable = {
    "suitability": appraisal.suitability,
    "cohort_names": appraisal.cohort_names,
    "settled": appraisal.settled,
    "model_options": appraisal.model_options,
    "sourcing_routes": appraisal.sourcing_routes,
    "appraisal_criteria": appraisal.appraisal_criteria,
    "options": appraisal.options,
    "norfolk": appraisal.norfolk,
    "published": appraisal.published,
    "thresholds": appraisal.thresholds,
    "stage_rows": dates.stage_rows,
    "schedule": dates.schedule,
    "gantt": gantt.gantt,
    "meetings": dates.meetings,
    "calendar_rows": dates.calendar_rows,
    "timetable_notes": dates.timetable_notes,
    "has_timetable_notes": dates.has_timetable_notes,
    "notice_rows": dates.notice_rows,
    "selection_steps": dates.selection_steps,
    "matrix": award.matrix,
    "price_marks": award.price_marks,
    "low_price_lines": award.low_price_lines,
    "budget_cases": award.budget_cases,
    "sums": award.sums,
    "largest_holding": award.largest_holding,
    "exposure": award.exposure,
}
INTERNAL: frozenset[str] = frozenset(FACTS)
