"""`report` as a user runs it: its files, its output and its exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.conftest import Command

NO_AWS = {"PATH": "/usr/bin:/bin"}
"""A machine without the `aws` command, but with git."""


def only_report(project: Path, environment: str) -> Path:
    (folder,) = (project / "reports" / environment).glob("2*")
    return folder


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_local_writes_three_files_and_a_summary(command: Command, project: Path) -> None:
    """The default environment; verified, exit 0, nothing on standard error."""
    result = command("report", env=NO_AWS)
    assert (result.returncode, result.stderr) == (0, "")
    folder = only_report(project, "local")
    assert files(folder) == ["record.json", "report.html", "report.ipynb"]
    assert f"Report: reports/local/{folder.name}/report.html" in result.stdout
    for word in ("gateway-jwt", "behaved as expected", "Verdict: Verified", "not AWS"):
        assert word in result.stdout
    record = json.loads((folder / "record.json").read_text())
    assert record["judgement"]["verdict"] == "verified"
    rows = {row["method"]: row for row in record["judgement"]["findings"]}
    assert rows["runtime-cli"]["outcome"] == "not-applicable"
    assert rows["runtime-jwt-raw-arn"]["diagnosis"]["confidence"] == "proven"


@pytest.mark.slow
def test_the_executed_notebook_can_run_elsewhere(command: Command, project: Path) -> None:
    """Its parameters are names and a relative path; it contains no path of this machine."""
    command("report", "sample", env=NO_AWS)
    folder = only_report(project, "sample")
    book = nbformat.read(folder / "report.ipynb", 4)
    nbformat.validate(book)
    injected = next(cell for cell in book.cells if "injected-parameters" in cell.metadata.get("tags", ()))
    assert 'record = "record.json"' in injected.source
    assert str(project) not in (folder / "report.ipynb").read_text()


def test_a_broken_environment_exits_1_and_names_the_causes(command_here: Command, project: Path) -> None:
    """local-broken: not verified, with both causes in the record."""
    result = command_here("report", "local-broken", env=NO_AWS)
    assert result.returncode == 1
    assert "Not verified" in result.stdout
    record = json.loads((only_report(project, "local-broken") / "record.json").read_text())
    causes = {row["method"]: row["diagnosis"]["cause"] for row in record["judgement"]["findings"]}
    assert causes["runtime-jwt"] == "audience-not-allowed"
    assert causes["gateway-jwt"] == "target-not-ready"


@pytest.mark.slow
def test_iam_is_verified(command: Command, project: Path) -> None:
    """local-iam: signed calls are accepted."""
    assert command("report", "local-iam", env=NO_AWS).returncode == 0


@pytest.mark.slow
def test_a_bound_runtime_is_verified(command_here: Command, project: Path) -> None:
    """local-bound: the page and the record say that the Gateway is the only way in, and how to call through it."""
    result = command_here("report", "local-bound", env=NO_AWS)
    assert result.returncode == 0
    assert "The Runtime is reached through its Gateway only: confirmed" in result.stdout
    folder = only_report(project, "local-bound")
    record = json.loads((folder / "record.json").read_text())
    claims = {item["claim"]: item["shown"] for item in record["judgement"]["conclusions"]}
    assert claims["only-through-gateway"] is True
    page = (folder / "report.html").read_text()
    assert "The Runtime is reached through its Gateway only" in page
    assert "/agent/invocations" in page
    assert "-X GET http://127.0.0.1:" in page


@pytest.mark.slow
def test_the_sample_replays_the_original_report(command: Command, project: Path) -> None:
    """Three rows, the corrected cause, and the experiment that could prove it."""
    result = command("report", "sample", "--lang", "ja")
    assert result.returncode == 1
    page = (only_report(project, "sample") / "report.html").read_text()
    for text in (
        "検証結果まとめ",
        "HTTP 404",
        "AccessDeniedException",
        "echo-tool___ping",
        "URL パス内の Runtime の ARN がパーセントエンコードされていません。",
        "再送すれば証明できます",
        "この実行では未確認",
    ):
        assert text in page


@pytest.mark.slow
def test_from_reports_on_a_record_without_a_new_run(command: Command, project: Path) -> None:
    """The same facts, the same digest."""
    record = project / "environments" / "sample.record.json"
    result = command("report", "--from", str(record), "--out", str(project / "elsewhere"))
    assert result.returncode == 1
    (folder,) = (project / "elsewhere" / "sample").glob("2*")
    assert json.loads(record.read_text())["digest"] in (folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("words", "error", "status"),
    [
        (("report", "locl"), "Did you mean 'local'?", 2),
        (("report", "t-arn"), "[runtime] arn", 2),
        (("report", "t-key"), "Did you mean 'arn'?", 2),
        (("report", "t-secret"), "never written into an environment file", 2),
        (("report", "t-variable"), "the variable T_NOT_SET for the token is not set", 2),
        (("report", "--lang", "fr"), "Invalid value for '--lang'", 2),
        (("report", "--nope"), "No such option", 2),
        (("verify", "local", "--only", "nope"), "Use one of: gateway-jwt", 2),
        (("local", "--fault", "nope"), "unknown fault 'nope'", 2),
        (("report", "--from", "/nonexistent.json"), "cannot be read", 2),
        (("nope",), "No such command", 2),
    ],
)
def test_invalid_input_is_a_one_line_error_and_no_file(
    command_here: Command, project: Path, words: tuple[str, ...], error: str, status: int
) -> None:
    """Without a traceback, and without the secret that it contains."""
    arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
    dead = "\n".join(
        f'{s} = "http://127.0.0.1:1"' for s in ("bedrock-agentcore", "bedrock-agentcore-control", "sts")
    )
    for name, text in {
        "t-arn": '[runtime]\narn = "arn:aws:x"',
        "t-key": '[runtime]\nanr = "x"',
        "t-secret": '[identity]\npassword = "hunter2-hunter2"\n[local]',
        "t-variable": f'[runtime]\narn = "{arn}"\n[identity]\nflow = "token"\ntoken = {{ env = "T_NOT_SET" }}\n[endpoints]\n{dead}',
    }.items():
        if name in words:
            (project / "environments" / f"{name}.toml").write_text(text)
    result = command_here(*words, env={"AWS_EC2_METADATA_DISABLED": "true"})
    assert result.returncode == status
    assert error in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stderr
    assert not (project / "reports").exists()


def test_a_failed_notebook_names_its_cell_and_keeps_the_record(command_here: Command, project: Path) -> None:
    """Exit 5, with the cell and its error; neither a page nor a notebook is written."""
    path = project / "notebooks" / "verification.ipynb"
    book = nbformat.read(path, 4)
    book.cells[4].source = "report.evidnce()"
    nbformat.write(book, path)
    result = command_here("report", "sample")
    assert result.returncode == 5
    assert "cell 5 failed: AttributeError" in result.stderr
    assert "report.evidnce()" in result.stderr
    folder = only_report(project, "sample")
    assert files(folder) == ["record.json"]
    assert f"The record is kept: reports/sample/{folder.name}/record.json" in result.stderr


def test_a_notebook_without_a_parameter_is_an_error(command_here: Command, project: Path) -> None:
    """papermill would ignore it silently. The check comes before the run, so nothing is written."""
    path = project / "notebooks" / "verification.ipynb"
    book = nbformat.read(path, 4)
    book.cells[1].source = book.cells[1].source.replace("language", "langauge")
    nbformat.write(book, path)
    result = command_here("report", "sample")
    assert result.returncode == 5
    assert "unknown parameter 'language'" in result.stderr
    assert not (project / "reports").exists()


@pytest.mark.slow
def test_no_secret_of_a_run_is_in_any_file(command: Command, project: Path) -> None:
    """Nor in the output: neither tokens nor signatures; the login has placeholders."""
    result = command("report", env=NO_AWS)
    output = result.stdout + result.stderr
    for path in only_report(project, "local").iterdir():
        output += path.read_text()
    assert not re.findall(r"eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]{5,}", output)
    assert not re.findall(r"Signature=[0-9a-f]{64}", output)
    record = json.loads((only_report(project, "local") / "record.json").read_text())
    login = next(exchange for exchange in record["exchanges"] if exchange["step"] == "login")
    assert json.loads(login["request"]["body"])["AuthParameters"]["PASSWORD"] == "<secret>"
    assert json.loads(login["response"]["body"])["AuthenticationResult"]["AccessToken"] == "<secret>"


@pytest.mark.slow
def test_the_embedded_agentcore_ignores_proxies_and_profiles(command: Command) -> None:
    """Neither a dead proxy nor an unknown profile affects it."""
    dead = dict.fromkeys(
        ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9"
    )
    result = command("verify", "local", env={**dead, "NO_PROXY": "", "no_proxy": "", "AWS_PROFILE": "nope"})
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    "text",
    [
        '[gateway]\nid = "my-gateway-abcdefghij"\n',
        'region = "us east"\n[gateway]\nid = "my-gateway-abcdefghij"\n',
    ],
)
def test_a_missing_or_invalid_region_is_an_error(command_here: Command, project: Path, text: str) -> None:
    """Exit 2, with the line to write."""
    (project / "environments" / "x.toml").write_text(text)
    nowhere = {"AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_CONFIG_FILE": "/dev/null"}
    result = command_here("report", "x", env=nowhere)
    assert result.returncode == 2
    assert "region" in result.stderr
    assert 'Write region = "us-east-1"' in result.stderr
    assert not (project / "reports").exists()


@pytest.mark.slow
def test_cells_added_to_the_notebook_are_not_shared(command: Command, project: Path) -> None:
    """They may contain names: they are neither on the page nor in the notebook beside it."""
    path = project / "notebooks" / "verification.ipynb"
    book = json.loads(path.read_text("utf-8"))
    note = {"cell_type": "markdown", "id": "note", "metadata": {}, "source": "Of the team Heron"}
    code: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "id": "code",
        "metadata": {},
        "outputs": [],
        "source": "'Heron' * 2",
    }
    book["cells"] += [note, code]
    path.write_text(json.dumps(book))
    whole, shared = project / "whole", project / "shared"
    for out, words in ((whole, ()), (shared, ("--share",))):
        assert command("report", "sample", "--out", str(out), *words).returncode == 1
    content = {
        out: "".join(path.read_text("utf-8") for path in out.rglob("report.*")) for out in (whole, shared)
    }
    assert content[whole].count("Heron") >= 4
    assert "Heron" not in content[shared]
    assert content[shared].count("<h2") >= 7


@pytest.mark.slow
def test_a_page_compares_its_run_with_another_environment(command: Command, project: Path) -> None:
    """In a section of each language, of which `check` knows; a report on the page has none, and neither has a shared one."""
    assert command("report", "local-broken").returncode == 1
    assert command("report", "local", "--against", "local-broken", "--lang", "en,ja").returncode == 0
    page = project / "reports" / "local" / "latest" / "report.html"
    html = page.read_text("utf-8")
    assert "<h2>Compared with local-broken</h2>" in html
    assert "<h2>local-broken との比較</h2>" in html
    assert html.count("Runtime: allowedAudience") == 4
    assert "Compared with local-broken" in page.with_name("report.ipynb").read_text("utf-8")
    checked = command("check", str(page))
    assert checked.returncode == 2
    assert "record intact" in checked.stdout
    assert command("report", "--from", str(page), "--share", "--out", "shared").returncode == 0
    (shared,) = (project / "shared").rglob("report.html")
    assert "local-broken" not in shared.read_text("utf-8")
