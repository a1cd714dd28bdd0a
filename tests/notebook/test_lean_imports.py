"""A report loads little of papermill and nbconvert; everybody else finds the packages whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import v4

from agentcore_probe import api
from agentcore_probe.notebook.worker import Worker
from tests.conftest import PROJECT

NOTEBOOK = PROJECT / "notebooks" / "verification.ipynb"
SAMPLE = PROJECT / "environments" / "sample.record.json"

NEEDLESS = "bleach boto3 bs4 idna jupyter_client mistune nbclient pyarrow requests rfc3987_syntax soupsieve tenacity tornado zmq"


def _printed(code: str) -> str:
    """What a new Python prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT).stdout


def test_making_a_page_loads_nothing_needless() -> None:
    """Clients, sanitizers, grammars and stores."""
    loaded = _printed(
        "import sys\n"
        "from agentcore_probe.report.page import warm_up\n"
        "warm_up()\n"
        f"print(*sorted(set({NEEDLESS.split()}) & set(sys.modules)))"
    )
    assert loaded == "\n"


def test_a_page_is_the_same_with_whole_packages() -> None:
    """What is imported before the report is left as it is."""
    code = f"""
from pathlib import Path
from agentcore_probe import api
from agentcore_probe.notebook.execute import execute
from agentcore_probe.notebook.worker import Worker
from agentcore_probe.report.render import render
from agentcore_probe.report.report import Report
with Worker() as worker:
    parameters = {{"environment": "sample", "record": {SAMPLE.name!r}, "language": "en"}}
    executed = execute(Path({str(NOTEBOOK)!r}), parameters, folder=Path({str(SAMPLE.parent)!r}), worker=worker)
print(render([(executed, Report(api.load({str(SAMPLE)!r}), "en"))]))
"""
    whole = _printed(f"import bs4, nbclient, requests, papermill, nbconvert\n{code}")
    assert len(whole) > 10_000
    assert _printed(code) == whole


def test_other_threads_import_the_real_packages() -> None:
    """Probes run beside the thread that loads papermill and nbconvert."""
    printed = _printed("""
import sys, threading
def load():
    import agentcore_probe.report.page
def probe(name):
    globals()[name] = __import__(name)
others = ["requests", "bs4", "bleach", "tenacity", "nbclient", "entrypoints", "pyarrow.fs"]
threads = [threading.Thread(target=load), *(threading.Thread(target=probe, args=(name,)) for name in others)]
for thread in threads: thread.start()
for thread in threads: thread.join()
import agentcore_probe.late_imports as late, papermill.iorw, nbconvert.exporters.html
stand_ins = (late._Later, late._Names)
print([name for name, module in sys.modules.items() if module is None or isinstance(module, stand_ins)])
print(bs4.BeautifulSoup("<b>1</b>", "html.parser").b, bleach.clean("<i>2</i>", tags=[]), requests.Session.__name__)
print(len(entrypoints.get_group_all("papermill.engine")) > 0)
print(type(papermill.iorw.requests.Session()) is requests.Session, nbconvert.exporters.html.BeautifulSoup("<b>3</b>", "html.parser").b)
""")
    assert printed.splitlines() == ["[]", "<b>1</b> &lt;i&gt;2&lt;/i&gt; Session", "True", "True <b>3</b>"]


def test_cells_beside_many_reports_find_the_packages_whole(worker: Worker, tmp_path: Path) -> None:
    """Their processes are forked from one that has loaded what pages need."""
    book = nbformat.read(NOTEBOOK, as_version=4)
    source = """
import bs4, jsonschema, matplotlib.pyplot, nbclient, nbconvert, nbformat, papermill, papermill.iorw, requests, sys
print(
    papermill.iorw.requests is requests,
    nbconvert.exporters.html.BeautifulSoup is bs4.BeautifulSoup,
    issubclass(nbconvert.MarkdownExporter, nbconvert.TemplateExporter),
    nbconvert.preprocessors.CellExecutionError is nbclient.exceptions.CellExecutionError,
    nbformat.ValidationError is jsonschema.ValidationError,
    "nbclient" in papermill.engines.papermill_engines._engines,
)
"""
    book.cells.append(v4.new_code_cell(source))
    path = tmp_path / "own.ipynb"
    nbformat.write(book, path)
    record = api.load(SAMPLE)
    (tmp_path / "record.json").write_bytes(SAMPLE.read_bytes())
    page = worker.page(record, api.judge(record), ["en"], notebook=path, folder=tmp_path)
    (output,) = json.loads(page.notebook)["cells"][-1]["outputs"]
    assert "".join(output["text"]) == "True True True True True True\n"
