"""Rows are added to a table that people edit, too."""

from __future__ import annotations

import pytest

from agentcore_probe.environments.tables.adding import with_rows
from agentcore_probe.errors import EnvironmentFileError

COLUMNS = ("name", "account", "runtime", "gateway")
A = {"name": "a", "account": "123456789012", "runtime": "r1", "gateway": ""}
B = {"name": "b", "account": "123456789012", "runtime": "", "gateway": "g1"}


def test_a_new_table_has_a_header() -> None:
    """And a row for each, quoted where it must be."""
    added = with_rows(None, [A, {**B, "name": 'b, "x"'}], COLUMNS, "t.csv")
    assert added.data.decode() == (
        'name,account,runtime,gateway\na,123456789012,r1,\n"b, ""x""",123456789012,,g1\n'
    )
    assert (added.added, added.updated, added.known) == (2, 0, 0)


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("# mine\nGateway;Owner;Runtime;Name\n;kim;r1;mine", "\ng1;;;b\n"),
        ("sep=;\r\nGateway;Owner;Runtime;Name\r\n;kim;r1;mine\r\n\r\n", "g1;;;b\r\n"),
        ('\ufeffgateway,owner,runtime,name\n,"kim\n\nor so",r1,mine\n', "g1,,,b\n"),
        ("gateway,runtime\n", "g1,\n"),
    ],
)
def test_what_people_wrote_stays_as_it_is(before: str, line: str) -> None:
    """Comments, order, separators, encoding and ends of lines; a row about the same is known."""
    for encoding in ("utf-8", *(("utf-16",) if not before.startswith("\ufeff") else ())):
        added = with_rows(before.encode(encoding), [A, B], COLUMNS, "t.csv")
        text = added.data.decode(encoding)
        if "r1" in before:
            assert text == before + line
            assert (added.added, added.known) == (1, 1)
        else:
            assert text == f"{before},r1\n{line}"


def test_a_row_is_updated_on_request() -> None:
    """Only cells that are known now, and never the name; other rows stay as they are."""
    before = '# mine\nname,account,runtime,gateway,owner\nmine,,r1,,"kim,\nor so"\nother,"1",r2,,\n'
    added = with_rows(before.encode(), [A], COLUMNS, "t.csv", update=True)
    assert added.data.decode() == (
        '# mine\nname,account,runtime,gateway,owner\nmine,123456789012,r1,,"kim,\nor so"\nother,"1",r2,,\n'
    )
    assert (added.added, added.updated, added.known) == (0, 1, 0)
    again = with_rows(added.data, [A], COLUMNS, "t.csv", update=True)
    assert (again.data, again.updated, again.known) == (added.data, 0, 1)


def test_a_table_about_something_else_is_not_filled() -> None:
    """It has no columns for what rows are about."""
    with pytest.raises(EnvironmentFileError, match="t.csv:2: has no column runtime and no column gateway"):
        with_rows(b"# x\nname,value\na,1\n", [A], COLUMNS, "t.csv")
