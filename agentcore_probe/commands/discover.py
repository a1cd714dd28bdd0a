"""`discover`: lists what is deployed, and writes environment files from it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import Any

from agentcore_probe.access.reads import FailedRead
from agentcore_probe.commands.choosing import (
    ask,
    choose,
    command_lines,
    is_interactive,
    nothing_deployed,
    place,
)
from agentcore_probe.commands.discover_table import exit_code, fill_table
from agentcore_probe.commands.options import DiscoverOptions
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.printable import print_to_stderr, printable
from agentcore_probe.commands.terminal import show_progress
from agentcore_probe.commands.wrapping import wrapped
from agentcore_probe.environments.discover import Discoverer
from agentcore_probe.environments.discovered import Discovered, write
from agentcore_probe.environments.draft import needs_username
from agentcore_probe.environments.groups import PAIRING, Group
from agentcore_probe.environments.load import find_root
from agentcore_probe.environments.naming import check_new
from agentcore_probe.environments.resolving import is_address, region_in
from agentcore_probe.environments.table_discovery import TableFiller
from agentcore_probe.environments.unread import sentences
from agentcore_probe.errors import InputError, worst_exit_code


def run(words: Sequence[str], options: DiscoverOptions) -> int:
    """Lists, or writes files and prints what is left to do in them; returns the exit code.

    Args:
        words: the environment's name and targets, as the command line has them.
        options: the command's options.

    Raises:
        ProbeError: a target cannot be found or read, or a file cannot be written.
    """
    return _Discovery(words, options).run()


class _Discovery:
    """One command.

    Args:
        words: as for `run`.
        options: as for `run`.
    """

    def __init__(self, words: Sequence[str], options: DiscoverOptions) -> None:
        self._options, self._root = options, find_root()
        self._texts = {f"--{kind}": text for kind, text in options.targets.items() if text is not None}
        addresses = [word for word in words if is_address(word)]
        self._names = [word for word in words if not is_address(word)]
        for number, word in enumerate([*addresses, *self._names[1:]]):
            self._texts[f"TARGET {number + 1}" if number else "TARGET"] = word
        self._name = next(iter(self._names), None)
        if self._texts and (options.stack or options.everything):
            raise InputError("--stack and --all find their targets themselves", where=next(iter(self._texts)))
        if options.stack and options.everything:
            raise InputError("--stack and --all exclude each other", hint="Give one of them")
        self._filler = (
            TableFiller(self._name, self._root) if self._name is not None and options.everything else None
        )
        if self._texts or options.stack:
            self._check_name()
        regions = [region for text in self._texts.values() if (region := region_in(text))]
        self._finder = Discoverer(
            self._root,
            region=options.region or next(iter(regions), None),
            profile=options.profile,
            username=options.username,
            where=f"environment {self._name}" if self._name else None,
        )
        self._failed: list[FailedRead] = []
        self._is_chosen = False

    def run(self) -> int:
        groups = self._groups()
        if groups is None:
            return self._list()
        if not groups:
            print("Nothing was chosen.")
            return 0
        if self._filler is not None:
            return self._table(self._filler, groups)
        if self._name is not None and len(groups) > 1:
            hint = "Leave the name out, or choose one Runtime and one Gateway"
            raise InputError(f"one name for {len(groups)} environments", where=self._name, hint=hint)
        if len(groups) == 1:
            self._show(self._one(groups[0]))
            code = 0
        else:
            code = self._several(groups)
        self._say_what_is_missing()
        return code

    def _check_name(self) -> None:
        if self._name is not None and self._filler is None and not self._options.stdout:
            check_new(self._name, self._root, force=self._options.force)

    def _groups(self) -> list[Group] | None:
        """The environments; empty where the user chose none, None where nobody can choose."""
        finder, options = self._finder, self._options
        if options.stack is not None:
            return finder.stack(options.stack)
        is_table = self._filler is not None
        if not self._texts and self._name and not is_table and finder.inventory.named(self._name):
            self._texts, self._name = {"TARGET": self._name}, None
        self._check_name()
        if self._texts:
            return [finder.named(self._texts)]
        finder.region  # noqa: B018  (logs in, which may ask for an MFA code, before anything is shown)
        with show_progress() as progress:
            progress("configuration", "begun")
            details = finder.details
        if options.everything:
            groups = finder.groups([one for one in details.resources if one.kind != "harness"])
            if not groups:
                raise InputError(nothing_deployed(details).rstrip("."))
            return groups
        if not details.resources or not is_interactive():
            return None
        self._is_chosen = True
        return finder.groups(choose(details))

    def _list(self) -> int:
        """Prints the list with command lines to paste."""
        details = self._finder.details
        if not details.resources:
            print(printable(nothing_deployed(details)))
        else:
            print(printable(f"{place(details)}\n"))
            groups = self._finder.groups([one for one in details.resources if one.kind != "harness"])
            for line in command_lines(details, groups, self._name, self._options.again):
                print(printable(line))
        self._say_what_is_missing()
        if self._name is not None:
            raise InputError(
                "no target was chosen", where=f"environment {self._name}", hint="Name one of those above"
            )
        return 0

    def _one(self, group: Group) -> Discovered:
        """Drafts and writes the file of one group."""
        options = self._options
        name = self._name or self._finder.name_for(group, force=options.force or options.stdout)
        discovered = self._finder.draft(group, name)
        if self._is_chosen and needs_username(discovered.text):
            self._finder.username = ask("User name in the user pool, or Enter to fill it in later: ")
            discovered = self._finder.draft(group, name) if self._finder.username else discovered
        self._failed += discovered.failed
        return discovered if options.stdout else write(discovered, force=options.force)

    def _several(self, groups: Sequence[Group]) -> int:
        """A file for each group; one that cannot be made does not affect the others."""
        notes = self._notes
        codes = [0]
        for result in self._finder.draft_all(groups, force=self._options.force or self._options.stdout):
            if isinstance(result, Discovered):
                self._failed += result.failed
                self._show(result if self._options.stdout else write(result, force=self._options.force))
            elif result.is_described:
                line = f"Skipped: {result.title}: it is described in {result.error.where} already."
                self._note(line)
            else:
                codes.append(result.error.exit_code)
                print_to_stderr(f"error: {result.title}: {result.error.line()}")
            print(file=notes)
        self._note(PAIRING.format(place="file"))
        if self._options.everything:
            words = shlex.join(["agentcore-probe", "discover", "NAME", "--all", *self._options.again])
            self._note(f"One template and one table in place of one file each: {words}")
        return int(worst_exit_code(codes))

    def _table(self, filler: TableFiller, groups: Sequence[Group]) -> int:
        """A row for each group, in one table."""
        filled = fill_table(filler, self._finder, groups, self._options, self._note)
        self._failed += [read for row in filled.rows for read in row.failed]
        self._note(PAIRING.format(place="row"))
        self._say_what_is_missing()
        return exit_code(filled)

    @property
    def _notes(self) -> Any:
        """Where lines go that are not the file."""
        return sys.stderr if self._options.stdout else sys.stdout

    def _note(self, sentence: str) -> None:
        """Prints a sentence that is not the file."""
        print("\n".join(wrapped(printable(sentence), "", "  ")), file=self._notes)

    def _show(self, discovered: Discovered) -> None:
        """The file, or where it is, and what is left to do."""
        if self._options.stdout:
            print(discovered.text, end="")
        else:
            kept = f" (the former one is {display_path(discovered.backup)})" if discovered.backup else ""
            print(printable(f"Written: {display_path(discovered.path)}{kept}"))
        if discovered.why:
            self._note(f"- Runtime and Gateway are in one file, because {discovered.why}.")
        for sentence in (*discovered.todo, f"Then: agentcore-probe doctor {discovered.name}"):
            self._note(f"- {sentence}")

    def _say_what_is_missing(self) -> None:
        """What could not be read, and the statement that would allow it."""
        reads = (*self._finder.unread, *self._failed)
        failed = list({(one.operation, str(one.arguments)): one for one in reads}.values())
        notes = self._notes
        if not failed:
            return
        print(file=notes)
        for sentence in sentences(failed):
            self._note(sentence)
        statements = self._finder.statements(failed)
        if statements is not None:
            print("\nThese statements of an IAM policy allow it:\n", file=notes)
            print(printable(statements), file=notes)
