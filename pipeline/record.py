"""The recorder: notes which profile fields and reference entries a fact reads, so that every value can be traced back."""

from dataclasses import replace
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from pipeline.figure import Figure, Unknown

M = TypeVar("M", bound=BaseModel)


class Recorder:
    """Collects the paths read through the views it gives out."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self.reads: set[str] = set()

    def view(self, model: M, prefix: str = "") -> M:
        """Give a read-only view of a profile or reference that records what is read through it."""
        return cast("M", _View(model, prefix, self))

    def _wrap(self, value: object, path: str) -> object:
        if isinstance(value, BaseModel):
            return _View(value, path, self)
        if isinstance(value, tuple):
            self.reads.add(path)  # its length and emptiness are facts too
            return tuple(self._wrap(item, f"{path}[{_key(item, index)}]") for index, item in enumerate(value))
        self.reads.add(path)
        if isinstance(value, Figure):
            return replace(value, fields=(path,))
        if isinstance(value, Unknown):
            return replace(value, needs=(path,))
        return value


def _key(item: object, index: int) -> object:
    """Name an entry by its id where it has one, so that inserting another does not rename it."""
    return getattr(item, "id", None) or index


class _View:
    """A stand-in for a model that records each field read; a field read once is an attribute of its own from then on."""

    def __init__(self, model: BaseModel, path: str, recorder: Recorder) -> None:
        self.__dict__.update(_model=model, _path=path, _recorder=recorder)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of a view cannot be set")

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._model, name)
        if callable(value):
            return value
        wrapped = self._recorder._wrap(value, f"{self._path}.{name}" if self._path else name)  # noqa: SLF001
        self.__dict__[name] = wrapped
        return wrapped
