"""CSV as people and spreadsheets write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentcore_probe.environments.tables.reading import read_table
from agentcore_probe.environments.tables.table import Table, column_name
from agentcore_probe.errors import EnvironmentFileError


def read(tmp_path: Path, data: bytes | str, name: str = "t.csv") -> Table:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_table(path, name, "environments/t.toml")


def error_of(tmp_path: Path, data: bytes | str) -> str:
    with pytest.raises(EnvironmentFileError) as error:
        read(tmp_path, data)
    return error.value.line()


EXPECTED = [
    {"name": "prod", "account_id": "012345678901", "note": 'a "b", c; d'},
    {"name": "stage", "account_id": "123456789012"},
]


@pytest.mark.parametrize(
    "data",
    [
        'name,Account ID,note\nprod,012345678901,"a ""b"", c; d"\nstage,123456789012,\n',
        '\ufeffname;Account ID;note\r\nprod;012345678901;"a ""b"", c; d"\r\nstage;123456789012;\r\n;;\r\n',
        'sep=;\r\nname;AccountId;note\r\nprod;012345678901;"a ""b"", c; d"\r\nstage;123456789012;',
        'name\taccount-id\tnote\nprod\t012345678901\t"a ""b"", c; d"\nstage\t123456789012\t\n',
        '# accounts\n\nname,account_id,note,,\n# prod\n prod , 012345678901,"a ""b"", c; d",,\n\nstage,123456789012,,,\n',
        'name\taccount_id\tnote\nprod\t012345678901\t"a ""b"", c; d"\nstage\t123456789012\t\n'.encode(
            "utf-16"
        ),
    ],
    ids=["comma", "excel", "sep", "tab", "comments", "utf-16"],
)
def test_what_spreadsheets_write_is_the_same_table(tmp_path: Path, data: bytes | str) -> None:
    """Whatever the separator, the encoding and the ends of lines."""
    assert [dict(row.cells) for row in read(tmp_path, data).rows] == EXPECTED


def test_a_cell_may_have_several_lines(tmp_path: Path) -> None:
    """The lines after it are counted."""
    table = read(tmp_path, 'name,note\na,"one\n\ntwo"\nb,\n')
    assert [(row.line, row.length, row.cells.get("note")) for row in table.rows] == [
        (2, 3, "one\n\ntwo"),
        (5, 1, None),
    ]


def test_a_bad_row_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    """Each has its line, and its reason."""
    table = read(
        tmp_path,
        'name,account\na,123456789012\n"b,123456789012\nc,123456789012\nd\ne,1,2\nf,1.23E+11\ng,"x"y\nh,123456789012\n',
    )
    assert [(row.line, row.problem) for row in table.rows] == [
        (2, None),
        (3, "a quotation mark is not closed"),
        (4, None),
        (5, "has 1 of the 2 cells of the header"),
        (6, "has 3 cells, and the header has 2"),
        (7, "'1.23E+11' is not an account id, which has 12 digits"),
        (8, "is not CSV: ',' expected after '\"'"),
        (9, None),
    ]
    assert table.place(table.rows[5], ["account"]) == "t.csv:7, column account"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "t.csv: is empty."),
        ("# nothing\n\n", "t.csv: is empty."),
        ("name,account\n", "t.csv: has no rows below its header."),
        ("name,Name\na,b\n", "t.csv:1: two columns are called 'name'."),
        ("name,1st\na,b\n", "t.csv:1: the header '1st' is not the name of a column."),
        ('name,"a\nx,y\n', "t.csv:1: a quotation mark is not closed."),
        (
            "name\näöü".encode("latin-1"),
            't.csv: is not UTF-8 (byte 5). Save it as UTF-8; in Excel: "CSV UTF-8',
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_one_error(tmp_path: Path, data: bytes | str, message: str) -> None:
    """With the file, and how to correct it."""
    assert error_of(tmp_path, data).startswith(message)


def test_a_missing_table_names_the_file_that_wants_it(tmp_path: Path) -> None:
    """A folder in its place is an error, too."""
    with pytest.raises(
        EnvironmentFileError, match=r"gone.csv: does not exist. It is the table of environments/t.toml"
    ):
        read_table(tmp_path / "gone.csv", "gone.csv", "environments/t.toml")
    with pytest.raises(EnvironmentFileError, match="is not a file"):
        read_table(tmp_path, "folder", "environments/t.toml")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Account ID", "account_id"),
        ("AccountId", "account_id"),
        ("StackSetARN", "stack_set_arn"),
        ("VPCEndpointUrl", "vpc_endpoint_url"),
        ("account_id", "account_id"),
        ("probe-RuntimeArn", "probe_runtime_arn"),
        ("アカウント", "アカウント"),
    ],
)
def test_the_names_of_columns(header: str, name: str) -> None:
    """Headers in other spellings are the same column."""
    assert column_name(header) == name
