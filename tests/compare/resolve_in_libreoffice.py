"""Run by the system's Python, which has LibreOffice's bridge: accept or reject every change of documents, and print their words.

Usage: python3 resolve_in_libreoffice.py FOLDER-FOR-THE-USER-PROFILE FOLDER COMMAND=FILE.docx ... with a COMMAND of
`AcceptAllTrackedChanges`, `RejectAllTrackedChanges` or nothing. Writes FOLDER/0.txt, FOLDER/1.txt … in the order of the files.
"""

# ruff: noqa: BLE001, FBT003, PTH100, PTH118, S110, SIM105, UP031
import os
import subprocess
import sys
import time
from typing import Any

import uno
from com.sun.star.beans import PropertyValue


def connect(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        try:
            return resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        except Exception:
            time.sleep(0.2)
    raise SystemExit("LibreOffice does not answer")


def setting(name: str, value: Any) -> Any:
    return PropertyValue(name, 0, value, 0)


def main(home: str, folder: str, files: list[str]) -> None:
    pipe = "redline%d" % os.getpid()
    profile = "-env:UserInstallation=file://" + os.path.abspath(home)
    options = [profile, "--headless", "--norestore", "--nologo", "--accept=pipe,name=%s;urp;" % pipe]
    office = subprocess.Popen(["soffice", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        context = connect(pipe)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        dispatcher = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
        for at, asked in enumerate(files):
            command, _, path = asked.partition("=")
            hidden = (setting("Hidden", True),)
            document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(os.path.abspath(path)), "_blank", 0, hidden)
            for one in filter(None, (command, "UpdateAll")):  # fields say what they lead to, on all sides alike
                dispatcher.executeDispatch(document.getCurrentController().getFrame(), ".uno:" + one, "", 0, ())
            target = uno.systemPathToFileUrl(os.path.abspath(os.path.join(folder, "%d.txt" % at)))
            document.storeToURL(target, (setting("FilterName", "Text (encoded)"), setting("FilterOptions", "UTF8")))
            document.close(True)
        try:
            desktop.terminate()
        except Exception:
            pass
    finally:
        try:
            office.wait(20)
        except subprocess.TimeoutExpired:
            office.kill()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
