"""The templates folder's derived texts and shared styles: templates in, mirror texts and restyled templates out."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from pipeline.exceptions import OutputError, TemplateError
from pipeline.text import document_text, package_parts

HOUSE_STYLE = "house-style.docx"
MIRROR = "mirror"
STYLE_PARTS = ("word/styles.xml", "word/numbering.xml")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first date a zip file can hold; a real one would make every restyling a change


def mirror(templates: Mapping[str, bytes]) -> dict[str, str]:
    """Turn templates by file name into their mirror texts by file name (`contract-contents.docx.txt`)."""
    return {f"{name}.txt": "\n".join(document_text(data, name)) + "\n" for name, data in sorted(templates.items())}


def read_templates(folder: Path) -> dict[str, bytes]:
    """Read every Word and Excel file of a folder; Word's own lock files (~$…) are passed over."""
    if not folder.is_dir():
        raise TemplateError(f"{folder}: no such folder. Name the templates folder.")
    files = (path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix.lower() in {".docx", ".xlsx"})
    found = {path.name: path.read_bytes() for path in files if not path.name.startswith("~$")}
    if not found:
        raise TemplateError(f"{folder}: holds no .docx or .xlsx template. Name the templates folder.")
    return found


def stale_mirrors(folder: Path) -> list[str]:
    """Give a line for each mirror text of a templates folder that is missing, out of date or left over."""
    texts = mirror(read_templates(folder))
    stored = {path.name: path.read_bytes() for path in sorted((folder / MIRROR).glob("*.txt"))}
    todo = "Run: packs templates mirror"
    lines = [f"{MIRROR}/{name}: is missing. {todo}" for name in texts if name not in stored]
    lines += [
        f"{MIRROR}/{name}: is out of date. {todo}"
        for name in texts
        if stored.get(name, texts[name].encode()) != texts[name].encode()
    ]
    return lines + [
        f"{MIRROR}/{name}: belongs to no template. {todo}" for name in stored if name not in texts and _is_mirror(Path(name))
    ]


def _is_mirror(path: Path) -> bool:
    """Say whether a file has a mirror's name; any other text in the folder is somebody else's."""
    return path.name.endswith((".docx.txt", ".xlsx.txt"))


def write_mirrors(folder: Path) -> list[Path]:
    """Write the mirror texts of a templates folder and remove left-over ones; give the files that changed."""
    texts = mirror(read_templates(folder))
    target = folder / MIRROR
    changed = []
    for path in sorted(target.glob("*.txt")):
        if path.name not in texts and _is_mirror(path):
            _change(path, None)
            changed.append(path)
    for name, text in texts.items():
        path = target / name
        if not path.is_file() or path.read_bytes() != text.encode():
            _change(path, text.encode())
            changed.append(path)
    return changed


def restyle(template: bytes, house: bytes, name: str) -> bytes:
    """Put the styles and numbering of house-style.docx into a Word template; its other parts stay byte for byte."""
    parts, styles = package_parts(template, name), package_parts(house, HOUSE_STYLE)
    for part in STYLE_PARTS:
        if part not in styles:
            raise TemplateError(f"{HOUSE_STYLE}: holds no {part}. Save it again from Word.")
        if part not in parts:
            raise TemplateError(f"{name}: holds no {part}. Begin the template as a copy of {HOUSE_STYLE}.")
    if all(parts[part] == styles[part] for part in STYLE_PARTS):
        return template
    parts |= {part: styles[part] for part in STYLE_PARTS}
    return _package(parts)


def unstyled(folder: Path) -> list[str]:
    """Give a line for each Word template of a folder whose styles or numbering differ from house-style.docx."""
    templates = read_templates(folder)
    house = _house(templates, folder)
    words = {name: data for name, data in templates.items() if name.endswith(".docx")}
    return [
        f"{name}: differs from {HOUSE_STYLE}. Run: packs templates restyle"
        for name, data in words.items()
        if restyle(data, house, name) != data
    ]


def restyle_folder(folder: Path) -> list[Path]:
    """Restyle every Word template of a folder from its house-style.docx; give the files that changed."""
    templates = read_templates(folder)
    house = _house(templates, folder)
    restyled = {name: restyle(data, house, name) for name, data in templates.items() if name.endswith(".docx")}
    changed = [folder / name for name, data in restyled.items() if data != templates[name]]
    for path in changed:
        _change(path, restyled[path.name])
    return changed


def _change(path: Path, content: bytes | None) -> None:
    """Write a file, or remove it when there is no content."""
    try:
        if content is None:
            path.unlink()
            return
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}). Check the folder and its permissions.") from None


def _house(templates: Mapping[str, bytes], folder: Path) -> bytes:
    if HOUSE_STYLE not in templates:
        raise TemplateError(f"{folder / HOUSE_STYLE}: no such file. The styles of every Word template come from it.")
    return templates[HOUSE_STYLE]


def _package(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for part, content in parts.items():
            info = zipfile.ZipInfo(part, EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    return target.getvalue()
