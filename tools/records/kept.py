"""Resources that their source keeps from one question to the next, with what was worked out of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from chartwarden.tools.records.source import Resource

T = TypeVar("T")


class Kept(dict[str, Any]):
    """A resource that its source gives out again and again. Like every resource it is not to be changed."""

    __slots__ = ("worked_out",)

    def __init__(self, resource: Resource) -> None:
        super().__init__(resource)
        self.worked_out: dict[str, Any] = {}
        """By name of the function, what it made of the resource."""


def once_kept(work_out: Callable[[Resource], T]) -> Callable[[Resource], T]:
    """Work it out once of a resource that is kept. For what depends on nothing but the resource, and is not changed."""
    name = f"{work_out.__module__}.{work_out.__qualname__}"

    @wraps(work_out)
    def look_up(resource: Resource) -> T:
        if type(resource) is not Kept:
            return work_out(resource)
        known = resource.worked_out
        if name not in known:
            known[name] = work_out(resource)
        found: T = known[name]
        return found

    return look_up
