"""`discover NAME --all`: one template and one table for all that is deployed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from agentcore_probe.commands.options import DiscoverOptions
from agentcore_probe.commands.paths import display_path
from agentcore_probe.commands.printable import print_to_stderr, printable
from agentcore_probe.environments.discover import Discoverer
from agentcore_probe.environments.groups import Group
from agentcore_probe.environments.table_discovery import FilledTable, TableFiller
from agentcore_probe.environments.tables.reading import decoded
from agentcore_probe.errors import worst_exit_code
from agentcore_probe.model.display import counted


def fill_table(
    filler: TableFiller,
    finder: Discoverer,
    groups: Sequence[Group],
    options: DiscoverOptions,
    note: Callable[[str], None],
) -> FilledTable:
    """Fills a table and prints what was done, or the table.

    Args:
        filler: of the table.
        finder: reads what is deployed.
        groups: what the rows are about.
        options: the command's options.
        note: prints a sentence.

    Raises:
        InputError: the table cannot be used.
        ReportError: a file cannot be written.
    """
    filled = filler.fill(finder, groups, force=options.force, dry=options.stdout)
    for failure in filled.failed:
        print_to_stderr(f"error: {failure.title}: {failure.error.line()}")
    if options.stdout:
        print(decoded(filled.content.data, str(filled.table))[0], end="")
        return filled
    content = filled.content
    counts = {"new": content.added, "updated": content.updated, "known already": content.known}
    rows = ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "no rows"
    kept = f" (the former one is {display_path(filled.backup)})" if filled.backup else ""
    if filled.rows and filled.is_new:
        print(printable(f"Written: {display_path(filled.template)}, the template of every row"))
    print(
        printable(f"{'Written' if filled.rows else 'Unchanged'}: {display_path(filled.table)}{kept}: {rows}")
    )
    if content.known and not options.force:
        note("- Rows that are known already stay as they are. --force updates them.")
    for sentence, count in Counter(sentence for row in filled.rows for sentence in row.todo).items():
        note(f"- {sentence} ({counted(count, 'row')})")
    note(f"- Then: agentcore-probe doctor {filler.name}")
    return filled


def exit_code(filled: FilledTable) -> int:
    """The worst of the errors of rows that could not be made."""
    return int(worst_exit_code([0, *(failure.error.exit_code for failure in filled.failed)]))
