"""The base of every fact: frozen, strict about its keys, plain JSON outside, a table in a notebook."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from agentcore_probe.model.display import table


class Frozen(BaseModel):
    """A value that does not change after it was made and refuses unknown keys."""

    # Validators are built when a type is first used: `explain` needs few of them, and soon.
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", defer_build=True)

    def _repr_html_(self) -> str:
        """What is known of it, field by field."""
        known = [(name, value) for name, value in self if value is not None and value not in ((), {})]
        return table(type(self).__name__, ("field", "value"), known)
