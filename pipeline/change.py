"""How the authority answers the thirteen design rules of outcomes-based commissioning: a decision for each, or none yet."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from pipeline.fields import Strict, Words

# The thirteen suggestions that close the IPC discussion paper of April 2016 (section 9), by the ids of design-rules.yaml.
DESIGN_RULES = tuple(f"DR-{number:02}" for number in range(1, 14))


class RuleDecision(Strict):
    """What the authority decided on one design rule: the same for every commissioning model, or one decision for each."""

    id: Annotated[str, StringConstraints(pattern=r"^DR-[0-9]{2}$")]
    decision: Words | None = None
    care_planning: Words | None = None
    reward: Words | None = None
    population: Words | None = None

    @model_validator(mode="after")
    def _once(self) -> Self:
        """Refuse a rule with neither kind of decision, or with both."""
        by_model = [one for one in (self.care_planning, self.reward, self.population) if one is not None]
        if (self.decision is None) != (len(by_model) == len(("care_planning", "reward", "population"))) or (
            self.decision is not None and by_model
        ):
            message = f"{self.id}: give decision, or care_planning, reward and population; to-be-confirmed where it is open"
            raise ValueError(message)
        return self


class Change(Strict):
    """The decisions that the change management plan carries out."""

    design_rules: tuple[RuleDecision, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Refuse a list that leaves a rule out, repeats one or has one that does not exist."""
        given = [one.id for one in self.design_rules]
        wrong = sorted({one for one in (*given, *DESIGN_RULES) if given.count(one) != DESIGN_RULES.count(one)})
        if wrong:
            message = f"design_rules: {', '.join(wrong)}: give each of DR-01 to DR-13 once, with to-be-confirmed where it is open"
            raise ValueError(message)
        return self
