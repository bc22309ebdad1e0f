"""The recorder: notes which profile fields and reference entries a fact reads, so that every value can be traced back."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

from pydantic import BaseModel

from pipeline.figure import Figure, Unknown

M = TypeVar("M", bound=BaseModel)
P = ParamSpec("P")
T = TypeVar("T")


class Recorder:
    """Collects the paths read through the views it gives out; a view of the same model is given out again."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self.reads: set[str] = set()
        self._views: dict[str, _View] = {}
        self._touched: list[_View] = []
        self._results: dict[Hashable, tuple[Any, frozenset[str]]] = {}

    def view(self, model: M, prefix: str = "") -> M:
        """Give a read-only view of a profile or reference that records what is read through it."""
        known = self._views.get(prefix)
        if known is None or known._model is not model:  # noqa: SLF001
            known = self._views[prefix] = _View(model, prefix, self)
        return cast("M", known)

    def named(self, model: M, paths: Callable[[str], Iterable[str]]) -> M:
        """Give a view of a flat model of which each field was made from other fields: `paths` says from which."""
        return cast("M", _Derived(model, paths, self))

    def work_out(self, function: Callable[..., T], *given: object) -> tuple[T, frozenset[str]]:
        """Call a function on views and give what it comes to, with all that it read, whatever was read before."""
        outer, self.reads = self.reads, set()
        self._begin_again()
        try:
            return function(*given), frozenset(self.reads)
        finally:
            self.reads = outer
            self._begin_again()

    def once(self, function: Callable[..., T], *given: Hashable) -> T:
        """Call a function on views, or give what it came to the last time; what it read counts as read now."""
        key = (function, given)
        if key not in self._results:
            self._results[key] = self.work_out(function, *given)
        value, reads = self._results[key]
        self.reads |= reads
        return cast("T", value)

    def forget(self) -> None:
        """Forget what functions came to: the views that they are called on next are others."""
        self._results.clear()

    def _begin_again(self) -> None:
        """Have every view note again what is read through it."""
        for view in self._touched:
            view.__dict__.clear()
        self._touched.clear()

    def _note(self, view: "_View", paths: tuple[str, ...]) -> None:
        self.reads.update(paths)
        if not view.__dict__:
            self._touched.append(view)

    def _wrap(self, value: object, path: str, paths: list[str]) -> object:
        """Make of a value what a view gives for it, and add the paths that count as read then."""
        if isinstance(value, BaseModel):
            return _View(value, path, self)
        paths.append(path)
        if isinstance(value, tuple):  # its length and emptiness are facts too
            return tuple(self._wrap(item, f"{path}[{_key(item, index)}]", paths) for index, item in enumerate(value))
        if isinstance(value, Figure):
            return replace(value, fields=(path,))
        if isinstance(value, Unknown):
            return replace(value, needs=(path,))
        return value


def shared(function: Callable[P, T]) -> Callable[P, T]:
    """Have a function of a plan or of views called once for all the facts of a pack that call it, each noting what it reads.

    Nobody may change what it gives.
    """

    @wraps(function)
    def called(*given: P.args, **named: P.kwargs) -> T:
        first = getattr(given[0], "profile", None) if type(given[0]) is not _View else given[0]
        if type(first) is not _View or named:
            return function(*given, **named)
        return first._recorder.once(function, *cast("tuple[Hashable, ...]", given))  # noqa: SLF001

    return called


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


@lru_cache(maxsize=16_384)  # every pack reads much the same entries
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
    """A stand-in for a model; a field that is read is recorded, and is an attribute of its own until all is to be noted again."""

    __slots__ = ("__dict__", "_known", "_model", "_path", "_recorder")
    _known: dict[str, tuple[object, tuple[str, ...]]]
    _model: BaseModel
    _path: str
    _recorder: Recorder

    def __init__(self, model: BaseModel, path: str, recorder: Recorder) -> None:
        for name, value in (("_known", {}), ("_model", model), ("_path", path), ("_recorder", recorder)):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of a view cannot be set")

    def __getattr__(self, name: str) -> Any:
        known = self._known.get(name)
        if known is None:
            value = getattr(self._model, name)
            if callable(value):
                return value
            paths: list[str] = []
            wrapped = self._recorder._wrap(value, f"{self._path}.{name}" if self._path else name, paths)  # noqa: SLF001
            known = self._known[name] = (wrapped, tuple(paths))
        self._recorder._note(self, known[1])  # noqa: SLF001
        self.__dict__[name] = known[0]
        return known[0]
