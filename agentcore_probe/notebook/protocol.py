"""The messages between the processes that execute notebooks.

Three kinds of process take part:

- the command (`notebook.worker.Worker`), which probes and holds credentials;
- the worker (`report.worker_main`), which the command starts with an environment without credentials, and which forks;
- its children: each executes the cells of one notebook, or makes pages, one after the other. A child that makes a page
  forks one more child for each notebook, by itself (`notebook.fork.ForkServer`).

Every message is a JSON object on a line of its own, and every request has one reply. A process ends when the other
end of its channel is closed.

The control socket, command to worker, one request at a time. With a request that forks, the command passes the
descriptor of the child's socket:

- `ForkCells`, `ForkPage` -> `Forked`
- `Wait` -> `Ended`

The socket of a child for cells:

- `Prepare` -> `{}`, before the first cell
- `RunCell` -> `CellOutcome`, for each cell

The socket of a child for a page:

- `MakePage` or `MakeIndex` -> `MadePage`, or `ProbeError.as_json()` of a `ReportError`
"""

from __future__ import annotations

import json
from typing import Any, Literal, TypedDict, final


class ForkCells(TypedDict):
    """Forks a child that executes cells."""

    op: Literal["cells"]
    folder: str
    """Its working directory."""


class ForkPage(TypedDict):
    """Forks a child that makes a page."""

    op: Literal["page"]
    modules: list[str]
    """What the worker imports before, for all pages."""
    languages: list[str]
    """Of the page: the worker makes a report in each of them before, once for all pages."""


class Forked(TypedDict):
    """The child's process id."""

    pid: int


class Wait(TypedDict):
    """Waits for a child that was forked before."""

    op: Literal["wait"]
    pid: int


class Ended(TypedDict):
    """A child's exit status, negative for a signal."""

    status: int


WorkerRequest = ForkCells | ForkPage | Wait
"""What the worker is asked on the control socket."""


class Prepare(TypedDict):
    """Hands over the judgement of a record, so that the cells need not judge it again."""

    op: Literal["prepare"]
    record: str
    """The record's digest."""
    judgement: dict[str, Any]


class RunCell(TypedDict):
    """Executes a cell."""

    op: Literal["cell"]
    source: str


class CellOutcome(TypedDict):
    """What a cell did. If it failed, the last of its outputs is an error."""

    outputs: list[dict[str, Any]]
    """In the form of nbformat."""
    execution_count: int | None


CellsRequest = Prepare | RunCell
"""What a child for cells is asked."""


@final
class MakePage(TypedDict):
    """Makes a page; the arguments of `report.page.make_page`."""

    record: dict[str, Any]
    judgement: dict[str, Any]
    languages: list[str]
    notebook: str
    folder: str
    own_only: bool
    extensions: list[dict[str, Any]]


@final
class MakeIndex(TypedDict):
    """Makes the index; the arguments of `report.fleet.page.make_index`."""

    fleet: str
    """The content of `fleet.json`."""
    languages: list[str]
    notebook: str
    folder: str


class MadePage(TypedDict):
    """The page, and the executed notebook of its first language as JSON."""

    html: str
    notebook: str


def encode(message: object) -> bytes:
    """A message as its line. Halves of surrogate pairs stay: file names and servers may send them."""
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
