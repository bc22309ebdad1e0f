"""Finishing a workbook: core properties from the profile, and packaging whose bytes depend on the content alone."""

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from pipeline.finish.package import CORE, Entry, Properties, core_properties, entry_of, write_parts
from pipeline.render.rendered import Package
from pipeline.render.sheets.results import Rendered

_KEPT: WeakKeyDictionary[Package, Mapping[str, Entry]] = WeakKeyDictionary()


def finish_workbook(rendered: Rendered, properties: Properties) -> bytes:
    """Finish a rendered workbook."""
    return write_parts({**_kept_parts(rendered.package), **rendered.made(), CORE: core_properties(properties)})


def _kept_parts(package: Package) -> Mapping[str, Entry]:
    """Give the parts that no value changes as they are stored."""
    found = _KEPT.get(package)
    if found is None:
        found = _KEPT[package] = {part: entry_of(content) for part, content in package.parts.items()}
    return found
