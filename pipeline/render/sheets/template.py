"""A workbook template's bytes → the compiled template; what rendering could not follow is refused here, all of it at once."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from lxml import etree

from pipeline.exceptions import DocumentError, TemplateError
from pipeline.render.cache import kept
from pipeline.render.cells import Runs
from pipeline.render.sheets.allowed import DefinedName, formula_faults
from pipeline.render.sheets.cellrows import demand_no_faults
from pipeline.render.sheets.compiled import CompiledWorkbook, Link, Name, Sheet
from pipeline.render.sheets.following import following_faults
from pipeline.render.sheets.formulas import BrokenReferenceError, compile_formula, unquoted
from pipeline.render.sheets.markup import Hook, M, Marker, Moved, Pattern, R, local_name
from pipeline.render.sheets.package import APP, kind_of, parsed, read_links, read_types, refusal
from pipeline.render.sheets.sheet import SheetReader
from pipeline.render.sheets.strings import runs_of
from pipeline.render.sheets.styles import compile_styles
from pipeline.text import package_parts

NAMES = "names"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
CORE = "docProps/core.xml"
CORE_KIND = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE_XML = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_APP_XML = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_KEPT = frozenset({"fileVersion", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups", "extLst"})
_FUTURE = ("_xlfn.", "_xlws.", "_xlpm.")
_FAULTY = (ValueError, LookupError, TypeError, AttributeError)


@lru_cache(maxsize=64)
def compile_workbook(template: bytes, name: str) -> CompiledWorkbook:
    """Compile a workbook template (its bytes, and a name for messages); TemplateError names every fault it has."""
    try:
        parts = package_parts(template, name)
    except DocumentError as error:
        raise TemplateError(str(error)) from error
    try:
        return kept("workbook", template, name, CompiledWorkbook, _Reader(parts, name).read)
    except _FAULTY as error:
        told = f"{type(error).__name__}: {error}"
        raise TemplateError(f"{name}: is not an Excel workbook (.xlsx) ({told}); save it as one in Excel") from error


class _Reader:
    """Reads one template."""

    def __init__(self, parts: Mapping[str, bytes], name: str) -> None:
        self.parts = dict(parts)
        self.name = name
        self.faults: list[str] = []
        self.links: dict[str, tuple[Link, ...]] = {}
        self.written_names: list[DefinedName] = []

    def read(self) -> CompiledWorkbook:
        self.links[""] = read_links(self.parts, "", self.name)
        self._demand_properties()
        part = next((one.target for one in self.links[""] if kind_of(one) == "officeDocument"), "xl/workbook.xml")
        defaults, overrides = read_types(self.parts, self.name)
        root = parsed(self.parts, part, self.name)
        if "macroEnabled" in overrides.get(part, ""):
            self.faults.append(
                f"{self.name}: holds macros, which cannot be carried over; save the workbook as .xlsx without them"
            )
        self._follow("", self.name)
        self.links[part] = read_links(self.parts, part, self.name)
        titles = self._titles(root)
        self._follow(part, self.name)
        by_id = {link.id: link for link in self.links[part]}
        strings = self._strings(part)
        styles_part = self._target(part, "styles")
        styles_root = parsed(self.parts, styles_part, self.name)
        styles = compile_styles(styles_root)
        sheets: list[Sheet] = []
        for title, link in titles.items():
            if link not in by_id or kind_of(by_id[link]) != "worksheet":
                continue  # refused when its relationship was followed
            reader = SheetReader(self.parts, by_id[link].target, f"{self.name}: {title}", title, self.links)
            sheets.append(reader.read(link, strings, styles.looks))
            self.faults += reader.faults
        names = self._names(root, tuple(titles))
        self.faults += formula_faults(self.name, sheets, self.written_names)
        self.faults += calculation_faults(root, self.name)
        pattern = self._pattern(root)
        faulty = {_place(fault) for fault in self.faults}
        self.faults += [one for one in following_faults(self.name, tuple(sheets), names) if _place(one) not in faulty]
        demand_no_faults(self.faults)
        kept = {one: content for one, content in self.parts.items() if not one.endswith(".rels")}
        if APP in kept:
            kept[APP] = _APP_XML
        return CompiledWorkbook(
            name=self.name,
            part=part,
            pattern=pattern,
            sheets=tuple(sheets),
            names=names,
            styles=styles,
            styles_part=styles_part,
            parts=kept,
            links=self.links,
            defaults=defaults,
            overrides={CORE: CORE_TYPE, **overrides, part: WORKBOOK_TYPE},
        )

    def _demand_properties(self) -> None:
        """Add the properties that finishing writes, where a template has none."""
        if not any(kind_of(link) == "core-properties" for link in self.links[""]):
            taken = {link.id for link in self.links[""]}
            own = next(one for number in range(1, len(taken) + 2) if (one := f"rId{number}") not in taken)
            self.links[""] += (Link(own, CORE_KIND, CORE),)
            self.parts[CORE] = _CORE_XML

    def _target(self, part: str, kind: str) -> str:
        return next((one.target for one in self.links[part] if kind_of(one) == kind), "")

    def _follow(self, part: str, where: str) -> None:
        """Refuse what a part points to and rendering cannot carry over."""
        for link in self.links[part]:
            if message := refusal(kind_of(link)):
                self.faults.append(f"{where}: {message}")
            elif link.target and kind_of(link) != "worksheet" and not link.external and link.target not in self.links:
                self.links[link.target] = read_links(self.parts, link.target, self.name)
                self._follow(link.target, where)

    def _titles(self, root: etree._Element) -> dict[str, str]:
        titles: dict[str, str] = {}
        for one in root.iter(f"{M}sheet"):
            title = one.get("name") or ""
            titles[title] = one.get(f"{R}id") or ""
            if one.get("state") not in {None, "visible"}:
                self.faults.append(f"{self.name}: {title}: holds a hidden sheet, which cannot be carried over; remove it")
        return titles

    def _strings(self, part: str) -> list[Runs]:
        target = self._target(part, "sharedStrings")
        if not target:
            return []
        return [runs_of(one) for one in parsed(self.parts, target, self.name).iterfind(f"{M}si")]

    def _names(self, root: etree._Element, titles: tuple[str, ...]) -> tuple[Name, ...]:
        names: list[Name] = []
        for one in root.iter(f"{M}definedName"):
            label, at = one.get("name") or "", one.get("localSheetId")
            home = titles[int(at)] if at is not None and int(at) < len(titles) else ""
            if label.startswith(_FUTURE):
                continue  # Excel's own note of a function that an older version did not know
            place = f"{self.name}: the name {label}:"
            try:
                formula = compile_formula(one.text or "")
            except BrokenReferenceError as error:
                self.faults.append(f"{place} {one.text}: {error}")
                continue
            sheets = formula.sheets | {unquoted(part.sheet) for part in formula.references if part.sheet}
            words = tuple((str(key), str(value)) for key, value in one.attrib.items() if key not in {"name", "localSheetId"})
            self.written_names.append(DefinedName(label, home, one.text or ""))
            names.append(Name(label, home, sheets, Moved(formula, place), words))
        return tuple(names)

    def _pattern(self, root: etree._Element) -> Pattern:
        """Make the pattern of the workbook's own part: its sheets in groups, names and calculation made anew."""
        marker = Marker(self.name)
        calculation = {str(key): str(value) for one in root.iter(f"{M}calcPr") for key, value in one.attrib.items()}
        calculation.pop("calcMode", None)
        for one in list(root):
            if not (local_name(one) in _KEPT and one.tag.startswith(M)):
                root.remove(one)
        for view in root.iter(f"{M}workbookView"):
            view.set("activeTab", "0")
            view.set("firstSheet", "0")
        for number, one in enumerate(root.iter(f"{M}sheet")):
            marker.wrap(one, f"sheet {number}")
        before = root.find(f"{M}functionGroups")
        last = root.find(f"{M}sheets") if before is None else before
        if last is None:
            raise TemplateError(f"{self.name}: is not an Excel workbook (.xlsx): it has no sheets; save it again in Excel")
        words = "".join(f' {key}="{value}"' for key, value in {**calculation, "fullCalcOnLoad": "1"}.items())
        last.tail = marker.slot(Hook(NAMES))
        after = f"<calcPr{words}/>"
        nodes = [(node, after) if node == Hook(NAMES) else (node,) for node in marker.pattern(root)]
        return tuple(one for pair in nodes for one in pair)


def _place(fault: str) -> str:
    """Give what a fault says before its last words: where it is."""
    return fault.rpartition(": ")[0]


def calculation_faults(root: etree._Element, name: str) -> Iterator[str]:
    """Say what of how a workbook calculates would give other values than those worked out here."""
    truths = {"1", "true"}
    if any(one.get("date1904") in truths for one in root.iter(f"{M}workbookPr")):
        yield f"{name}: counts its days from 1904; turn that off under File, Options, Advanced, and look at its dates again"
    for one in root.iter(f"{M}calcPr"):
        if one.get("fullPrecision") in {"0", "false"}:
            yield f"{name}: calculates with the figures as displayed; turn that off under File, Options, Advanced, and use ROUND"
        if one.get("iterate") in truths:
            yield f"{name}: calculates in circles; turn that off under File, Options, Formulas, and break the circle"
