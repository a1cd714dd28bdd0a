"""The environments that a command line names: by name, by pattern, or all of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from agentcore_probe.commands.printable import print_to_stderr
from agentcore_probe.environments.load import (
    FOLDER,
    builtin_names,
    check_name,
    environment_names,
    load_layers,
    local_names,
)
from agentcore_probe.environments.rows import rows_in
from agentcore_probe.errors import InputError
from agentcore_probe.regex import regex
from agentcore_probe.run_folders import run_folders
from agentcore_probe.storage import Storage

ALL = "all"
EXAMPLE = "example"
_PATTERN = regex(r"[*?\[]")
_SHOWN = 8
"""How many names an error or a line lists at most."""


def select_environments(names: Sequence[str], root: Path) -> list[str]:
    """The named environments, each once, in their order. Whether each can be used is found out when it is run.

    Prints to standard error what `all` and patterns leave out.

    Args:
        names: environments, several also with commas between them. A pattern (`prod-*`) stands for those of the project that
            it matches, `all` for every one of the project that is not recorded; neither for `example`. A template stands for
            the environments that its rows make.
        root: the project's root.

    Raises:
        InputError: nothing is named, or `all` or a pattern matches no environment.
    """
    selected: list[str] = []
    rows = rows_in(root).of
    reasons: dict[str, str] = {}
    for name in (part.strip() for text in names for part in text.split(",")):
        if name == ALL:
            selected += _all(root, reasons)
        elif _PATTERN.search(name):
            selected += _matching(name, root, reasons)
        elif name:
            selected += rows.get(name) or (name,)
    if names and not selected:
        raise InputError(f"no environment is named in {','.join(names)!r}")
    left_out = {name: reason for name, reason in reasons.items() if name not in selected}
    if left_out:
        print_to_stderr(f"left out: {_with_reasons(left_out)}")
    return list(dict.fromkeys(selected))


def _own(root: Path) -> list[str]:
    """The environments of the project: those that are not only built in."""
    only_builtin = set(builtin_names()) - set(local_names(root))
    return [name for name in environment_names(root) if name not in only_builtin]


def _all(root: Path, reasons: dict[str, str]) -> list[str]:
    """The environments of `all`; adds to `reasons` why others are left out."""
    own = _own(root)
    left_out = {
        name: "to copy" if name == EXAMPLE else "recorded" for name in own if _is_left_out(name, root)
    }
    names = [name for name in own if name not in left_out]
    if not names:
        raise InputError(
            f"no environment for {ALL!r}"
            + (f", which leaves out {_with_reasons(left_out)}" if left_out else ""),
            where=f"{FOLDER}/",
            hint="Copy environments/example.toml, or write one with: agentcore-probe discover",
        )
    reasons |= left_out
    return names


def _matching(pattern: str, root: Path, reasons: dict[str, str]) -> list[str]:
    """The environments that a pattern matches: those of the project, else built-in ones."""
    own = _own(root)
    names = fitting(pattern, own) or fitting(pattern, builtin_names())
    if not names:
        near = difflib.get_close_matches(_PATTERN.sub("", pattern), own, n=3, cutoff=0.5)
        near_names = f"Did you mean {' or '.join(map(repr, near))}? " if near else ""
        existing = f"In {FOLDER}/: {listed(own)}" if own else f"There is none in {FOLDER}/"
        raise InputError(f"no environment matches {pattern!r}", hint=near_names + existing)
    if EXAMPLE in names and len(names) > 1:
        names.remove(EXAMPLE)
        reasons[EXAMPLE] = "to copy"
    return names


def is_one(name: str, root: Path) -> bool:
    """Whether a name means one environment: it is not `all`, a pattern or a template."""
    return name != ALL and not _PATTERN.search(name) and not rows_in(root).of.get(name)


def meant_by(name: str, present: Iterable[str], root: Path) -> list[str]:
    """Those of `present` that a name means: one environment, those of a pattern or a template, or all.

    Args:
        name: as for `select_environments`.
        present: names of environments, also of those that the project does not have any more.
        root: the project's root.
    """
    rows = rows_in(root).of.get(name, ())
    return [one for one in present if name == ALL or one in rows or fnmatchcase(one, name)]


def select_reported(names: Sequence[str], reports: Storage, root: Path) -> list[str]:
    """The named environments that have reports, in alphabetical order.

    Args:
        names: as for `select_environments`.
        reports: where the reports are.
        root: the project's root.

    Raises:
        InputError: a name has no reports, or is none of an environment.
        ReportError: they cannot be listed.
    """
    from agentcore_probe.fleet.runs import find_runs, names_of_runs

    if all(is_one(name, root) for name in names):
        for name in names:
            check_name(name)  # `..` would be a folder outside of the storage
        present = [name for name in names if run_folders(reports, name)]
    else:
        present = [runs.environment for runs in find_runs(reports, names_of_runs(reports)) if runs.files]
    selected: set[str] = set()
    for name in names:
        meant = meant_by(name, present, root)
        if not meant:
            where = reports.location if name == ALL else reports.where(name)
            raise InputError("no reports yet", where=where, hint=f"Run: agentcore-probe report {name}")
        selected |= {*meant}
    return sorted(selected)


def fitting(pattern: str, names: Iterable[str]) -> list[str]:
    """The names that a pattern of the shell matches; upper and lower case differ."""
    return [name for name in names if fnmatchcase(name, pattern)]


def listed(names: Sequence[str]) -> str:
    """The names with commas between them; of many, the first ones and how many there are besides."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN + 1 else ""
    return ", ".join(names[:_SHOWN] if more else names) + more


def _with_reasons(left_out: Mapping[str, str]) -> str:
    """The names in groups, each with its reason."""
    names: dict[str, list[str]] = {}
    for name, reason in left_out.items():
        names.setdefault(reason, []).append(name)
    return ", ".join(f"{listed(group)} ({reason})" for reason, group in names.items())


def _is_left_out(name: str, root: Path) -> bool:
    """Whether `all` leaves an environment out. Whatever is wrong with its file is reported when its turn comes."""
    try:
        return name == EXAMPLE or "record" in load_layers(name, root).tables
    except Exception:  # noqa: BLE001  (a fault of one file must not end the command)
        return False
