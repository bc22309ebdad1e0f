"""The recorder: notes which profile fields and reference entries a fact reads, so that every value can be traced back."""

from collections.abc import Callable, Iterable, Iterator
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

    def named(self, model: M, paths: Callable[[str], Iterable[str]]) -> M:
        """Give a view of a flat model of which each field was made from other fields: `paths` says from which."""
        return cast("M", _Derived(model, paths, self))

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


def fields_of(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Give every field of a profile or of reference data by the path the recorder notes it by; a list by its entries' names."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from fields_of(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        keys = [_key(item, index) for index, item in enumerate(value)]
        yield path, keys
        for key, item in zip(keys, value, strict=True):
            yield from fields_of(item, f"{path}[{key}]")
    else:
        yield path, value


def entry_of(path: str) -> str:
    """Name the entry of the reference data that a path leads into: reference.kpis[K1].title → kpis[K1]."""
    head, bracket, _ = path.removeprefix("reference.").partition("]")
    return head + bracket


def _key(item: object, index: int) -> object:
    """Name an entry by its id where it has one, so that inserting another does not rename it."""
    return getattr(item, "id", None) or index


class _Derived:
    """A stand-in for a model whose fields come from elsewhere."""

    __slots__ = ("_model", "_paths", "_recorder")

    def __init__(self, model: BaseModel, paths: Callable[[str], Iterable[str]], recorder: Recorder) -> None:
        self._model = model
        self._paths = paths
        self._recorder = recorder

    def __getattr__(self, name: str) -> Any:
        self._recorder.reads.update(self._paths(name))
        return getattr(self._model, name)


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
