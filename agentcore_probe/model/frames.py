"""Facts as data frames of pandas, which notebooks show in the same form as other facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from agentcore_probe.model.display import visible
from agentcore_probe.model.notebook_frame import framed


class FactFrame(pd.DataFrame):
    """A data frame that notebooks show aligned to the left; so is what is selected from it."""

    @property
    def _constructor(self) -> type[FactFrame]:
        return FactFrame

    def _repr_html_(self) -> str:
        rows, columns = pd.get_option("display.max_rows"), pd.get_option("display.max_columns")
        html = self.to_html(max_rows=rows, max_cols=columns, na_rep="", border=0, notebook=True)
        html = html.replace("<th></th>", "<td></td>")  # above the index: a heading without words
        return framed(f'<div class="wide" tabindex="0">{visible(html)}</div>')


def fact_frame(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> FactFrame:
    """A frame with these columns and types, also without a row; None is a missing value.

    Args:
        rows: the values by column.
        columns: each column's dtype.
    """
    return FactFrame(rows, columns=list(columns)).astype(dict(columns))
