"""The design rules that a change to outcomes-based commissioning is tested against."""

from pydantic import Field

from pipeline.reference.base import ModelName, Text, Texts, TitledEntry


class DesignRule(TitledEntry):
    """One design rule: what it asks, and where and how the change management plan carries the decision out."""

    rule: Text
    sections: Texts
    carried_out: Text
    by_model: dict[ModelName, Text] = Field(default_factory=dict)
