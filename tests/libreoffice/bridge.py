"""LibreOffice, started and asked over its bridge, which only the system's Python has."""

# ruff: noqa: BLE001, PTH100, S110, SIM105, UP031
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uno
from com.sun.star.beans import PropertyValue


class Office:
    """A LibreOffice that is running."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def service(self, name: str) -> Any:
        """Give one of its services."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def open(self, path: str) -> Any:
        """Open a document without a window."""
        return self.desktop.loadComponentFromURL(url(path), "_blank", 0, settings(Hidden=True))


@contextmanager
def libreoffice(home: str) -> Iterator[Office]:
    """Start LibreOffice with a folder for its user profile; it ends with the block."""
    pipe = "tests%d" % os.getpid()
    profile = "-env:UserInstallation=file://" + os.path.abspath(home)
    options = [profile, "--headless", "--norestore", "--nologo", "--accept=pipe,name=%s;urp;" % pipe]
    program = subprocess.Popen(["soffice", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        office = Office(_connected(pipe))
        yield office
        try:
            office.desktop.terminate()
        except Exception:
            pass
    finally:
        try:
            program.wait(20)
        except subprocess.TimeoutExpired:
            program.kill()


def _connected(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        try:
            return resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
        except Exception:
            time.sleep(0.2)
    raise SystemExit("LibreOffice does not answer")


def url(path: str) -> str:
    """Give a path as LibreOffice wants it."""
    return str(uno.systemPathToFileUrl(os.path.abspath(path)))


def settings(**values: Any) -> tuple[Any, ...]:
    """Give settings as LibreOffice wants them."""
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())
