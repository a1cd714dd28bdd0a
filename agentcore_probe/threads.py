"""Threads that work in the context of whom they work for, so that it is known whose secrets they register (`secret.Holder`)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Threads(ThreadPoolExecutor):
    """A pool whose tasks run in the context in which they were submitted."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Runs `fn` in a thread, in the caller's context."""
        return super().submit(partial(copy_context().run, fn, *args, **kwargs))
