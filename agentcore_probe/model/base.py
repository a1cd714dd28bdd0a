"""The base class of all facts: immutable, strict about keys, JSON in files, a table in notebooks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

from agentcore_probe.model.display import Html, table, visible
from agentcore_probe.model.notebook_frame import framed


def _with_zone(moment: datetime) -> datetime:
    """The moment with a time zone, which is UTC where it has none.

    Raises:
        ValueError: it is so near to the first or the last year that it has no form in another zone.
    """
    if not 1 < moment.year < 9999:
        raise ValueError(f"the year {moment.year} cannot be that of a run")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_with_zone)]
"""A time that can be compared with others and shown in any zone, whatever a file says."""


class Frozen(BaseModel):
    """An immutable value that rejects unknown keys."""

    # Validators are built on first use: `explain` needs few of them, and should start fast.
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", defer_build=True)

    def as_html(self) -> str:
        """A table of the fields that have a value, in HTML."""
        rows = [
            (name, _in_columns(value)) for name, value in self if value is not None and value not in ((), {})
        ]
        return table(type(self).__name__, ("field", "value"), rows)

    def as_text(self) -> str:
        """What a terminal shows."""
        return repr(self)

    def _repr_html_(self) -> str:
        return framed(visible(self.as_html()))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002  (IPython's protocol)
        printer.text(self.as_text())


def _in_columns(value: Any) -> Any:
    """Several values of one flat type as one table; anything else as it is."""
    if not isinstance(value, tuple) or len({type(item) for item in value}) != 1:
        return value
    if not isinstance(value[0], Frozen) or any(_is_nested(field) for item in value for _, field in item):
        return value
    names = tuple(type(value[0]).model_fields)
    rows = [tuple("" if field is None else field for _, field in item) for item in value]
    return Html(table("", names, rows))


def _is_nested(field: Any) -> bool:
    return isinstance(field, Frozen | dict) or (isinstance(field, tuple) and any(map(_is_nested, field)))
