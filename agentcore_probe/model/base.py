"""The base class of all facts: immutable, strict about keys, JSON in files, a table in notebooks."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from agentcore_probe.model.display import table


class Frozen(BaseModel):
    """An immutable value that rejects unknown keys."""

    # Validators are built on first use: `explain` needs few of them, and should start fast.
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", defer_build=True)

    def _repr_html_(self) -> str:
        """A table of the fields that have a value."""
        rows = [(name, value) for name, value in self if value is not None and value not in ((), {})]
        return table(type(self).__name__, ("field", "value"), rows)
