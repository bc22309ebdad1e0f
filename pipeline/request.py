"""What a build is asked for. Standard library only, so that asking is quick."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
INPUTS = ROOT / "inputs"
MODELS = {"1": "care-planning", "2": "reward", "3": "population"}
EVERY = "all"


@dataclass(frozen=True)
class BuildRequest:
    """One pack to build; no mode means the mode of the pack that is there, or draft.

    `force` builds every document anew. `replace` and `detach` say what becomes of documents edited by hand, each named by its
    path in the pack, by its kind, or all together. With `leave_issued` a pack that was issued gets no successor, however much
    has changed since.
    """

    profile: Path
    model: str
    output: Path = Path("output")
    templates: Path | None = None
    mode: str | None = None
    inputs: Path = INPUTS
    force: bool = False
    replace: tuple[str, ...] = ()
    detach: tuple[str, ...] = ()
    leave_issued: bool = False
