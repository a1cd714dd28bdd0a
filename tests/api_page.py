"""Makes docs/api.md from the docstrings of `agentcore_probe.api` (`make docs`): `python -m tests.api_page`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from agentcore_probe import api

_HEAD = """# The Python interface

```python
from agentcore_probe import api
```

Everything below is stable: a change that breaks a caller is announced in [CHANGELOG.md](../CHANGELOG.md), works with a
`DeprecationWarning` for at least one minor version, and comes with a new minor version while the version is 0.x, and with a new
major version after that. What is not listed here, other modules included, may change at any time. All of it is typed
(`py.typed`), `make docs` writes it from the docstrings, and every error is an `api.ProbeError` with `what`, `where` and `hint`.

## In notebooks

`make lab` opens JupyterLab with three notebooks (`agentcore-probe init` copies them): `explore.ipynb` to look at an account and one
environment, `fleet.ipynb` to look at all ([fleet/index.md](fleet/index.md)), and `verification.ipynb`, from which every report is
made. Cells that you add to `verification.ipynb` appear on each page, except cells with the tag `remove-cell` and except on
shared pages. `check` then needs the same notebook, and cells with the same output in each run.

```python
record = api.observe("local")  # shows below the cell how far the run is, as do api.report and api.ask
api.judge(record)  # verdict and actions; every value displays as a table
api.report("local").access_methods()  # a part of the page, with the exchanges that it links to below it
record.to_frame()  # a pandas DataFrame with one row per exchange
```

The outputs are HTML without scripts, in the colours of the theme, and look the same in JupyterLab and VS Code. JupyterLab shows a
notebook that somebody else has executed, such as `report.ipynb`, without style sheets and pictures until you trust it
(`jupyter trust report.ipynb`).
"""


def api_page() -> str:
    """The page."""
    functions = [name for name in api.__all__ if inspect.isfunction(getattr(api, name))]
    types = [name for name in api.__all__ if inspect.isclass(getattr(api, name))]
    return "\n".join([
        _HEAD,
        "## Functions",
        *(line for name in functions for line in _function(f"api.{name}", getattr(api, name), "###")),
        "## Types",
        *(line for name in types for line in _type(name, getattr(api, name))),
    ])  # fmt: skip


def problems() -> Iterator[str]:
    """What the docstrings lack: every parameter, and every type of `__all__`, is described."""
    for name in api.__all__:
        value = getattr(api, name)
        text = inspect.getdoc(value) or ""
        if not text:
            yield f"api.{name} has no docstring"
        if inspect.isfunction(value):
            described = set(re.findall(r"^    \*?(\w+): ", text, re.M))
            for parameter in inspect.signature(value).parameters:
                if parameter not in described:
                    yield f"api.{name}: parameter {parameter} is not described"


def _function(title: str, function: Any, level: str) -> Iterator[str]:
    yield f"\n{level} `{title}`\n"
    yield f"```python\n{function.__name__}{_signature(function)}\n```\n"
    yield _as_markdown(inspect.getdoc(function) or "")


def _signature(function: Any) -> str:
    """With the annotations as they are written; on several lines where it is long."""
    signature = inspect.signature(function)
    text = re.sub(r"'([^',]*(?:\[[^']*\])?[^',]*)'", r"\1", str(signature))
    if len(text) <= 90:
        return text
    inner, _, result = text[1:].rpartition(") -> ")
    parts = re.split(r", (?=[\w*]+(?::|,|$)|\*)", inner)
    return "(\n" + "".join(f"    {part},\n" for part in parts) + f") -> {result}"


def _as_markdown(doc: str) -> str:
    """A docstring in Google's style; its sections become lists."""
    lines: list[str] = []
    in_section = False
    for line in doc.splitlines():
        if line in ("Args:", "Returns:", "Raises:"):
            in_section = True
            lines += [f"{line}", ""]
        elif in_section and (match := re.match(r"    (\*?\w+): (.*)", line)):
            lines.append(f"- `{match[1]}`: {match[2]}")
        elif in_section and line.startswith("        "):
            lines.append(f"  {line.strip()}")
        else:
            lines.append(line.strip())
    return "\n".join(lines) + "\n"


def _type(name: str, value: Any) -> Iterator[str]:
    yield f"\n### `api.{name}`\n"
    yield _as_markdown(inspect.getdoc(value) or "")
    for method, function in inspect.getmembers(value, inspect.isfunction):
        if method.startswith("_") or not function.__module__.startswith("agentcore_probe"):
            continue
        if method in ("as_html", "as_text"):
            continue
        yield from _function(f"{name}.{method}", function, "####")


if __name__ == "__main__":
    print(api_page(), end="")
