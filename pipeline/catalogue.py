"""The one place where document kinds are declared; the order here is the order in the pack."""

from pipeline.exceptions import CatalogueError
from pipeline.pack import Document, Edition
from pipeline.profile import CommissioningModel

BOTH = frozenset({Edition.INTERNAL, Edition.ISSUE})
INTERNAL_ONLY = frozenset({Edition.INTERNAL})

DOCUMENTS: tuple[Document, ...] = (
    Document(
        kind="service-specification",
        title="Service specification",
        template="service-specification.docx",
        editions=BOTH,
        context="pipeline.contexts.service_specification",
        ocds_type="technicalSpecifications",
    ),
    Document(
        kind="contract-contents",
        title="Contract contents",
        template="contract-contents.docx",
        editions=BOTH,
        context="pipeline.contexts.contract_contents",
        ocds_type="contractDraft",
    ),
    Document(
        kind="procurement-plan",
        title="Procurement plan",
        template="procurement-plan.docx",
        editions=INTERNAL_ONLY,
        context="pipeline.contexts.procurement_plan",
        ocds_type="procurementPlan",
    ),
    Document(
        kind="change-management-plan",
        title="Change management plan",
        template="change-management-plan.docx",
        editions=INTERNAL_ONLY,
        context="pipeline.contexts.change_management_plan",
    ),
    Document(
        kind="engagement-checklist",
        title="Engagement and communication checklist",
        template="engagement-checklist.docx",
        editions=INTERNAL_ONLY,
        context="pipeline.contexts.engagement_checklist",
    ),
    *(
        Document(
            kind="pricing-schedule",
            title="Pricing schedule",
            template=f"pricing-schedule-{model}.xlsx",
            editions=BOTH,
            context="pipeline.contexts.pricing_schedule",
            applies_to=frozenset({model}),
            ocds_type="billOfQuantity",
        )
        for model in CommissioningModel
    ),
)


def documents_for(model: CommissioningModel, documents: tuple[Document, ...] = DOCUMENTS) -> tuple[Document, ...]:
    """Give the documents of a model's pack in order; two rows for one kind and model raise CatalogueError."""
    chosen = tuple(document for document in documents if model in document.applies_to)
    kinds = [document.kind for document in chosen]
    repeated = sorted({kind for kind in kinds if kinds.count(kind) > 1})
    if repeated:
        raise CatalogueError(
            f"catalogue: {', '.join(repeated)}: declared twice for {model}. Keep one row for each kind and model."
        )
    return chosen
