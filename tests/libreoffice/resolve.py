"""Run by the system's Python, which has LibreOffice's bridge: accept or reject every change of documents, and print their words.

Usage: python3 -m tests.libreoffice.resolve FOLDER-FOR-THE-USER-PROFILE FOLDER COMMAND=FILE.docx ... with a COMMAND of
`AcceptAllTrackedChanges`, `RejectAllTrackedChanges` or nothing. Writes FOLDER/0.txt, FOLDER/1.txt … in the order of the files.
"""

# ruff: noqa: PTH118, UP031
import os
import sys

from tests.libreoffice.bridge import libreoffice, settings, url


def main(home: str, folder: str, files: list[str]) -> None:
    with libreoffice(home) as office:
        dispatcher = office.service("com.sun.star.frame.DispatchHelper")
        for at, asked in enumerate(files):
            command, _, path = asked.partition("=")
            document = office.open(path)
            for one in filter(None, (command, "UpdateAll")):  # fields say what they lead to, on all sides alike
                dispatcher.executeDispatch(document.getCurrentController().getFrame(), ".uno:" + one, "", 0, ())
            target = os.path.join(folder, "%d.txt" % at)
            document.storeToURL(url(target), settings(FilterName="Text (encoded)", FilterOptions="UTF8"))
            document.close(True)  # noqa: FBT003 - whatever it says to that


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
