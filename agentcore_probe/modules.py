"""Finds what the modules of a package declare, so that a new module needs no registration."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import Any


def declared(package: ModuleType, name: str) -> dict[str, Any]:
    """The values of the constant `name`, by the names of the modules of `package` that define it.

    Args:
        package: its modules are imported, those of its subpackages are not.
        name: a constant's name.
    """
    modules = {
        info.name: import_module(f"{package.__name__}.{info.name}")
        for info in pkgutil.iter_modules(package.__path__)
    }
    return {module: getattr(value, name) for module, value in modules.items() if hasattr(value, name)}
