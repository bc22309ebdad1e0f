"""Other engines on the synthetic template, each installed on the fly into a folder that goes again, or skipped with a reason."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import synthetic
from pipeline.text import document_text

PATIENCE = 300  # seconds an installation may take
NG, TEMPLATER, ZIP = "docxtpl-ng==0.2.0", "docxtemplater@3.71.0", "pizzip@3.2.0"

_NG = """
import json, sys, time
from io import BytesIO
from pathlib import Path
from docxtpl import DocxTemplate
template, facts = Path("jinja.docx").read_bytes(), json.loads(Path("facts.json").read_text())
def run():
    document = DocxTemplate(BytesIO(template))
    document.render(facts, autoescape=True)
    made = BytesIO()
    document.save(made)
    return made.getvalue()
Path("made.docx").write_bytes(run())
found = []
for _ in range(int(sys.argv[1])):
    begin = time.process_time()
    run()
    found.append(time.process_time() - begin)
print(1000 * min(found))
"""

_TEMPLATER = """
const fs = require("fs"), PizZip = require("pizzip"), Docxtemplater = require("docxtemplater");
const template = fs.readFileSync("braces.docx"), facts = JSON.parse(fs.readFileSync("facts.json"));
function run() {
  const made = new Docxtemplater(new PizZip(template), { paragraphLoop: true, linebreaks: true });
  made.render(facts);
  return made.getZip().generate({ type: "nodebuffer", compression: "DEFLATE" });
}
fs.writeFileSync("made.docx", run());
let least = Infinity;
for (let n = 0; n < Number(process.argv[2]); n++) {
  const begin = process.cpuUsage();
  run();
  const used = process.cpuUsage(begin);
  least = Math.min(least, (used.user + used.system) / 1000);
}
console.log(least);
"""


def measure(folder: Path, times: int) -> list[dict[str, Any]]:
    """Give milliseconds of processor time for each engine, and how many lines of text its document has; or why it was skipped."""
    for dialect, name in ((synthetic.Jinja(), "jinja"), (synthetic.Braces(), "braces")):
        (folder / f"{name}.docx").write_bytes(synthetic.template(dialect))
    (folder / "facts.json").write_text(json.dumps(synthetic.facts()), encoding="utf-8")
    return [
        _tried(name, run, folder, times)
        for name, run in (("docxtpl-ng 0.2.0", _run_ng), ("docxtemplater 3.71.0", _run_templater))
    ]


def _tried(name: str, run: Callable[[Path, int], str], folder: Path, times: int) -> dict[str, Any]:
    try:
        least = float(run(folder, times).split()[-1])
        lines = len(document_text((folder / "made.docx").read_bytes(), "made.docx"))
    except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
        return {"engine": name, "skipped": " ".join(str(getattr(error, "stderr", "") or error).split())[-200:]}
    return {"engine": name, "milliseconds": least, "lines": lines}


def _called(folder: Path, *command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, timeout=PATIENCE).stdout


def _run_ng(folder: Path, times: int) -> str:
    _called(folder, sys.executable, "-m", "venv", "ng")
    python = str(folder / "ng" / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    _called(folder, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NG)
    (folder / "ng.py").write_text(_NG, encoding="utf-8")
    return _called(folder, python, "ng.py", str(times))


def _run_templater(folder: Path, times: int) -> str:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise OSError("node or npm is not on this machine")
    (folder / "package.json").write_text("{}", encoding="utf-8")
    _called(folder, npm, "install", "--silent", "--no-audit", "--no-fund", TEMPLATER, ZIP)
    (folder / "templater.js").write_text(_TEMPLATER, encoding="utf-8")
    return _called(folder, node, "templater.js", str(times))
