"""The packs of an output folder: a folder in, a request for each pack in it out."""

import re
from pathlib import Path

from pipeline.folder import OWN
from pipeline.index import Index
from pipeline.manifest import FILE_NAME
from pipeline.request import INPUTS, MODELS, BuildRequest

_MODEL = re.compile(rf"({'|'.join(MODELS.values())})(-\d+)?")


def built_packs(output: Path, inputs: Path = INPUTS) -> list[BuildRequest]:
    """Give a request for the newest pack of every locality and model that has one."""
    return list(packs_by_name(output, inputs).values())


def packs_by_name(output: Path, inputs: Path = INPUTS) -> dict[tuple[str, str], BuildRequest]:
    """Give the same requests by the names of locality and model in the output folder.

    The index says which profile a pack was built from; for a pack it does not know, the profiles are looked through.
    """
    known = Index(output).requests()
    unknown = sorted(_there(output) - set(known))
    if unknown:
        profiles = _by_slug(inputs)
        for slug, model in unknown:
            profile = profiles.get(slug, inputs / "localities" / f"{slug}.yaml")
            known[slug, model] = BuildRequest(profile, model, output, inputs=inputs)
    return dict(sorted(known.items()))


def _there(output: Path) -> set[tuple[str, str]]:
    """Give locality and model of every folder that holds a pack."""
    found = (path.parent for path in output.glob(f"*/*/{FILE_NAME}") if path.parts[-3] != OWN)
    return {(path.parent.name, match[1]) for path in found if (match := _MODEL.fullmatch(path.name))}


def _by_slug(inputs: Path) -> dict[str, Path]:
    from pipeline.exceptions import PipelineError  # noqa: PLC0415 - only for packs that the index does not know
    from pipeline.read import read_profile  # noqa: PLC0415

    found = {}
    for path in sorted((inputs / "localities").glob("*.yaml")):
        try:
            found[read_profile(path).slug] = path
        except PipelineError:
            continue  # its packs are named by the slug, and asking for them says what is wrong
    return found
