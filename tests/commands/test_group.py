"""The table of commands, by which only the module of the called command is imported."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from pkgutil import iter_modules

from agentcore_probe import cli as package
from agentcore_probe.cli.group import _FAMILIES, cli


def test_the_table_has_every_command_beside_its_module() -> None:
    """A command that it lacks is found only after all modules were imported, and one that does not exist never."""
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    commands = defaultdict[str, set[str]](set)
    for name, command in cli.commands.items():
        assert command.callback is not None
        commands[command.callback.__module__.rpartition(".")[2]].add(name)
    assert commands == {family: set(names) for family, names in _FAMILIES.items()}
