"""The columns of the history: a contract with whoever reads its Parquet files (docs/fleet/history.md)."""

from __future__ import annotations

from typing import NamedTuple


class Column(NamedTuple):
    """One column, present in every file."""

    name: str
    type: str
    """Of DuckDB. It is written even where every value is missing."""
    meaning: str


COLUMNS: tuple[Column, ...] = (
    Column("run_id", "VARCHAR", "the run, the same in every copy of its record"),
    Column("environment", "VARCHAR", "the environment's name; with `run_id`, it names a run of the history"),
    Column("started", "TIMESTAMP WITH TIME ZONE", "when the run began; NULL where its record has no time"),
    Column("ended", "TIMESTAMP WITH TIME ZONE", "when it ended"),
    Column("source", "VARCHAR", "who answered: `aws`, `embedded`, `loopback`, `proxied`, or `recorded`"),
    Column("verdict", "VARCHAR", "of the run: `verified`, `not-verified`, `inconclusive`"),
    Column("account", "VARCHAR", "the AWS account"),
    Column("region", "VARCHAR", "the AWS region"),
    Column("tool", "VARCHAR", "the program that made the run, with its version"),
    Column("versions", "MAP(VARCHAR, VARCHAR)", "versions of Python and of the packages that it used"),
    Column("configuration_digest", "VARCHAR", "SHA-256 of what was found deployed, as canonical JSON"),
    Column("issuer", "VARCHAR", "the issuer of the token that was sent (`iss`)"),
    Column("report", "VARCHAR", "the folder of the run's first report, in the folder of all reports"),
    Column("position", "INTEGER", "the row's place in its run, from 0"),
    Column("caller", "VARCHAR", "the further caller (`[identities.NAME]`); NULL: the environment's own"),
    Column("method", "VARCHAR", "the access method: `gateway-jwt`"),
    Column("target", "VARCHAR", "`runtime` or `gateway`; NULL for a method that this version does not know"),
    Column("expected", "VARCHAR", "`accepted`, `refused`, `undecided`; NULL where nothing was predicted"),
    Column("observed", "VARCHAR", "the same of what was observed; NULL where nothing was sent"),
    Column("outcome", "VARCHAR", "`as-expected`, `unexpected`, `error`, `not-testable`, `not-applicable`"),
    Column("cause", "VARCHAR", "the id of the cause (docs/diagnosis.md); NULL for none"),
    Column("confidence", "VARCHAR", "of the cause: `proven`, `probable`, `possible`"),
    Column("reason", "VARCHAR", "why the row is not testable or not applicable"),
    Column("milliseconds", "DOUBLE", "the time of the row's requests together; NULL where none was sent"),
)
