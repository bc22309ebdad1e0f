"""Paths in, profile and reference out; every problem in a file is reported at once, with its line."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.exceptions import PipelineError, ProfileError, ReferenceDataError, TemplateError
from pipeline.pack import Document, Template
from pipeline.profile import Profile
from pipeline.reference import Reference

AUTHORITIES = "authorities"
HEADED = 2  # the line of the first row in a table with a heading
QUICK: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where PyYAML has it
LARGEST = 1_000_000
DEEPEST = 40
Lines = dict[tuple[object, ...], int]


def read_profile(path: Path) -> Profile:
    """Read and check a locality profile; ProfileError lists every problem with its place and what to do."""
    return _profile(path, _read_text(path, ProfileError))


@lru_cache(maxsize=4)  # a locality's packs for all models are built one after another
def _profile(path: Path, text: str) -> Profile:
    data, lines, problems = _data(path, text)
    if problems:
        raise ProfileError(problems)
    if not isinstance(data, dict):
        raise ProfileError([f"{path}: holds no fields. Write one field on each line, such as `slug: powys`."])
    try:
        return Profile.model_validate(data)
    except ValidationError as error:
        raise ProfileError([f"{path}: {problem}" for problem in _problems(error, lines)]) from None


def read_reference(folder: Path) -> Reference:
    """Read and check inputs/reference; ReferenceDataError lists every problem of the first file that has any."""
    files = {field: folder / f"{field.replace('_', '-')}.yaml" for field in Reference.model_fields if field != AUTHORITIES}
    files[AUTHORITIES] = folder / f"{AUTHORITIES}.csv"
    return _reference(folder, tuple((field, path, _read_text(path, ReferenceDataError)) for field, path in files.items()))


@lru_cache(maxsize=2)  # the same for all packs
def _reference(folder: Path, texts: tuple[tuple[str, Path, str], ...]) -> Reference:
    data: dict[str, Any] = {}
    lines: Lines = {}
    for field, path, text in texts:
        if field == AUTHORITIES:
            data[field] = list(csv.DictReader(io.StringIO(text, newline="")))
            continue
        data[field], found, problems = _data(path, text)
        if problems:
            raise ReferenceDataError("\n".join(problems))
        lines |= {(field, *at): line for at, line in found.items()}
    try:
        return Reference.model_validate(data)
    except ValidationError as error:
        raise ReferenceDataError("\n".join(_reference_problems(folder, error, data, lines))) from None


def _reference_problems(folder: Path, error: ValidationError, data: Mapping[str, Any], lines: Lines) -> Iterator[str]:
    """Word each validation error as file, line, the entry by its id, field, what is wrong and what to do."""
    for fault in error.errors(include_url=False):
        at = tuple(step for step in fault["loc"] if step not in FORMS)
        if not at:
            yield f"{folder}: {_worded(fault)}."
            continue
        file = f"{str(at[0]).replace('_', '-')}.{'csv' if at[0] == AUTHORITIES else 'yaml'}"
        is_row = at[0] == AUTHORITIES and len(at) > 1
        line = int(at[1]) + HEADED if is_row else _line(at, lines)
        place = f"{folder / file}, line {line}" if line else str(folder / file)
        field, entry = _dotted(at[2 if is_row else 1 :]), _entry(data, at)
        yield ": ".join(part for part in (place, entry, field, f"{_worded(fault)}.") if part)


def _entry(data: Any, at: Iterable[object]) -> str:
    """Give the id of the innermost entry on the way to a place that has one."""
    found = ""
    for step in at:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(data, dict) and isinstance(data.get("id"), str):
            found = data["id"]
    return found


def read_templates(documents: Iterable[Document], folders: Sequence[tuple[str, Path]]) -> dict[str, Template]:
    """Read each document's template from the first of the (origin, folder) pairs that holds its file name."""
    for origin, folder in folders:
        if not folder.is_dir():
            raise TemplateError(
                f"{folder}: no such folder of templates ({origin}). Correct --templates, or `templates` in the profile."
            )
    found: dict[str, Template] = {}
    for name in sorted({document.template for document in documents}):
        place = next(((origin, folder / name) for origin, folder in folders if (folder / name).exists()), None)
        if place is None:
            looked = " and ".join(str(folder) for _, folder in folders)
            raise TemplateError(f"{name}: no such template in {looked}. Put the file there, or correct --templates.")
        origin, path = place
        try:
            found[name] = Template(name, origin, path.read_bytes())
        except OSError as error:
            raise TemplateError(f"{path}: cannot be read ({error.strerror}). Check the file and its permissions.") from None
    return found


def _fail(kind: type[PipelineError], message: str) -> PipelineError:
    return kind([message]) if kind is ProfileError else kind(message)


def _read_text(path: Path, kind: type[PipelineError]) -> str:
    """Read a text file of reasonable size, or say what is wrong with it."""
    try:
        if not path.exists():
            raise _fail(kind, f"{path}: no such file. Check the name, or make a profile with `packs new`.")
        if path.is_dir():
            raise _fail(kind, f"{path}: is a folder. Name the file in it.")
        raw = path.read_bytes()
    except OSError as error:
        raise _fail(kind, f"{path}: cannot be read ({error.strerror}). Check its name and permissions.") from None
    if not raw.strip():
        raise _fail(kind, f"{path}: is empty. Make a profile with `packs new` and fill it in.")
    if len(raw) > LARGEST:
        raise _fail(kind, f"{path}: is larger than {LARGEST:,} bytes, which no profile needs. Check that it is the right file.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fail(kind, f"{path}: is not UTF-8 text (byte {error.start}). Save it as plain text in UTF-8.") from None
    if "\x00" in text:
        raise _fail(kind, f"{path}: is a binary file, not a YAML text. Check that it is the right file.")
    return text


def _data(path: Path, text: str) -> tuple[Any, Lines, list[str]]:
    """Turn YAML into plain dicts, lists and strings; anchors, tags, repeated keys and deep nests are problems.

    What libyaml finds fault with is read again by PyYAML's own parser, which words faults for people.
    """
    lines: Lines = {}
    problems: list[str] = []
    try:
        _check_events(path, text, QUICK)
        node = yaml.compose(text, Loader=QUICK)
        return (None if node is None else _plain(node, (), lines, problems, path)), lines, problems
    except (OverflowError, ValueError, RecursionError, yaml.YAMLError, _NotPlainError):
        lines.clear()
        problems.clear()
    try:
        _check_events(path, text, yaml.SafeLoader)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (OverflowError, ValueError, RecursionError) as error:
        return None, lines, [f"{path}: is not YAML: {error}. Correct it; `packs new` shows the form."]
    except yaml.YAMLError as error:
        return None, lines, [f"{path}{_place(error)}: is not YAML: {_reason(error)}. Correct that line."]
    except _NotPlainError as error:
        return None, lines, [str(error)]
    if node is None:
        return None, lines, []
    return _plain(node, (), lines, problems, path), lines, problems


class _NotPlainError(Exception):
    """The YAML uses something a profile has no need of."""


def _check_events(path: Path, text: str, loader: Any) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _NotPlainError(f"{path}, line {line}: anchors (&) and aliases (*) are not accepted. Write the value out.")
        if (tag := getattr(event, "tag", None)) and isinstance(event, yaml.NodeEvent):
            raise _NotPlainError(f"{path}, line {line}: the tag {tag} is not accepted. Write the plain value.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _NotPlainError(
                f"{path}, line {line}: is nested more than {DEEPEST} deep. Write the fields as `packs new` does."
            )


def _plain(node: yaml.Node, at: tuple[object, ...], lines: Lines, problems: list[str], path: Path) -> Any:
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        plain: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                problems.append(f"{path}, line {line}: a field's name is not a plain word. Write `name: value`.")
            elif key in plain:
                problems.append(f"{path}, line {line}: {_dotted((*at, key))}: is given twice. Keep one of them.")
            else:
                plain[key] = _plain(value_node, (*at, key), lines, problems, path)
        return plain
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*at, index), lines, problems, path) for index, item in enumerate(node.value)]
    if node.tag == "tag:yaml.org,2002:null" and node.value in {"", "~", "null"}:
        return None
    return str(node.value)


def _place(error: yaml.YAMLError) -> str:
    mark: Any = getattr(error, "problem_mark", None)
    return f", line {mark.line + 1}" if mark else ""


def _reason(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)


def _dotted(at: Iterable[object]) -> str:
    text = ""
    for step in at:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


HINTS: Mapping[str, str] = {
    "missing": "missing. Give it, or for a figure write to-be-confirmed",
    "extra_forbidden": "unknown field. Check its spelling, or take it out; `packs schema` lists every field",
}
PLAIN: Mapping[str, str] = {
    "int_": "write a whole number, such as 12",
    "decimal_": "write a number, such as 12.50",
    "float_": "write a number, such as 12.50",
    "date_from": "write a date, such as 2026-11-21",
    "date_p": "write a date, such as 2026-11-21",
    "date_type": "write a date, such as 2026-11-21",
    "bool_": "write yes or no",
    "string_type": "write words",
}
"""What to write, by how the kind of a fault begins."""
FORMS = frozenset({"word", "unknown", "figure"})


def _problems(error: ValidationError, lines: Lines) -> list[str]:
    """Word each validation error as line, field, what is wrong and what to do."""
    worded = []
    for fault in error.errors(include_url=False):
        at = tuple(step for step in fault["loc"] if step not in FORMS)
        line = _line(at, lines)
        place = f"line {line}: " if line and at else ""
        worded.append(f"{place}{_dotted(at) or 'the whole file'}: {_worded(fault)}.")
    return worded


def _line(at: tuple[object, ...], lines: Lines) -> int | None:
    """Give the line of a place, or of the nearest around it that is there."""
    return next((lines[at[:length]] for length in range(len(at), -1, -1) if at[:length] in lines), None)


def _worded(fault: Any) -> str:
    return HINTS.get(fault["type"]) or _message(fault)


def _message(fault: Any) -> str:
    kind = str(fault["type"])
    text = next((words for start, words in PLAIN.items() if kind.startswith(start)), str(fault["msg"]))
    text = text.removeprefix("Value error, ").replace("Input should be", "must be", 1).rstrip(".")
    given = fault.get("input")
    if given is None:
        return "is empty. Give a value, or for a figure write to-be-confirmed"
    if fault["type"] in {"value_error", "not_a_figure"} or isinstance(given, dict | list):
        return text
    return f"{text}; it says {str(given)[:60]!r}"
