"""Samples of long lists of cases: `make test` runs a part of them, `make promises` all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def every(step: int, values: Iterable[Any]) -> list[Any]:
    """All values as parameters, those between every STEPth marked slow."""
    return [
        pytest.param(value, marks=() if number % step == 0 else pytest.mark.slow)
        for number, value in enumerate(values)
    ]
