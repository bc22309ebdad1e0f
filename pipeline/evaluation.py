"""How tenders are chosen between: routes, criteria with their weights, and the sourcing options scored."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pipeline.fields import Count, Percent, Score, Strict, Text, check_adds_to_100, check_distinct, choice
from pipeline.figure import Value


class Criterion(Strict):
    """One award criterion and its weight."""

    id: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{1,12}$")]
    name: Text
    group: Literal["quality", "price", "social-value"]
    weight_percent: Percent


class OptionScore(Strict):
    """One sourcing option scored 1-5 on Norfolk's seven criteria; statutory_fit stands outside the total."""

    option: Text
    wellbeing: Score
    resilience: Score
    diversity: Score
    workforce: Score
    guaranteed_hours: Score
    achievable: Score
    affordable: Score
    statutory_fit: Score


SINGLE = ("open procedure", "competitive flexible procedure", "competitive process", "most suitable provider")
SHARED = ("open framework", "closed framework", "dynamic market")  # for several providers, so not for Model 3's lead provider
Route = Annotated[Value[str], choice(*SHARED, *SINGLE)]


class Routes(Strict):
    """The procurement route chosen for each commissioning model."""

    care_planning: Route
    reward: Route
    population: Annotated[Value[str], choice(*SINGLE)]


class Evaluation(Strict):
    """How tenders are chosen between; weights add to 100."""

    routes: Routes
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    quality_threshold: Score
    max_lots_per_tenderer: Count
    options: tuple[OptionScore, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        check_adds_to_100("criteria weights", tuple(criterion.weight_percent for criterion in self.criteria))
        check_distinct("criteria ids", [criterion.id for criterion in self.criteria])
        return self
