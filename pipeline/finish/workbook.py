"""Finishing a workbook: core properties from the profile, and packaging whose bytes depend on the content alone."""

from pipeline.finish.package import CORE, Properties, core_properties, read_parts, write_parts


def finish_workbook(rendered: bytes, properties: Properties) -> bytes:
    """Finish a rendered workbook."""
    parts = read_parts(rendered)
    parts[CORE] = core_properties(properties)
    return write_parts(parts)
