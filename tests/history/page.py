"""The tables of docs/fleet/history.md, made from the columns: `python -m tests.history.page` (`make docs`) writes them."""

from __future__ import annotations

import re

from agentcore_probe.history.columns import COLUMNS
from tests.conftest import PROJECT

PAGE = PROJECT / "docs" / "fleet" / "history.md"

_ATHENA = {
    "VARCHAR": "string",
    "DOUBLE": "double",
    "INTEGER": "int",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "MAP(VARCHAR, VARCHAR)": "map<string,string>",
}


def with_columns(page: str) -> str:
    """The page with its tables as the code has them."""
    rows = "".join(f"| `{column.name}` | `{column.type}` | {column.meaning} |\n" for column in COLUMNS)
    table = f"| column | type in DuckDB | meaning |\n| --- | --- | --- |\n{rows}"
    page = re.sub(
        r"(<!-- columns -->\n).*?(<!-- /columns -->)",
        lambda part: f"{part[1]}\n{table}\n{part[2]}",
        page,
        flags=re.S,
    )
    fields = ",\n".join(f"  {column.name} {_ATHENA[column.type]}" for column in COLUMNS)
    return re.sub(
        r"(EXTERNAL TABLE \w+ \(\n).*?(\n\)\n)", lambda part: f"{part[1]}{fields}{part[2]}", page, flags=re.S
    )


if __name__ == "__main__":
    PAGE.write_text(with_columns(PAGE.read_text("utf-8")), "utf-8")
