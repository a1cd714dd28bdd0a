"""`report` as a user runs it: what is written, what is printed, how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.conftest import PROJECT, Command

NO_AWS = {"PATH": "/usr/bin:/bin"}
"""A machine without the `aws` command, but with git."""


def only_report(project: Path, environment: str) -> Path:
    (folder,) = (project / "reports" / environment).iterdir()
    return folder


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_local_writes_three_files_and_a_summary(command: Command, project: Path) -> None:
    """No environment named: local. Verified, exit 0, quiet on standard error."""
    done = command("report", env=NO_AWS)
    assert (done.returncode, done.stderr) == (0, "")
    folder = only_report(project, "local")
    assert files(folder) == ["record.json", "report.html", "report.ipynb"]
    assert f"Report: reports/local/{folder.name}/report.html" in done.stdout
    for word in ("gateway-jwt", "JWT Bearer", "HTTP 200", "as expected", "Verdict: Verified", "not AWS"):
        assert word in done.stdout
    record = json.loads((folder / "record.json").read_text())
    assert record["judgement"]["verdict"] == "verified"
    rows = {row["method"]: row for row in record["judgement"]["findings"]}
    assert rows["runtime-cli"]["outcome"] == "not-applicable"
    assert rows["runtime-jwt-raw-arn"]["diagnosis"]["confidence"] == "proven"


def test_the_executed_notebook_runs_again_and_holds_names_only(command: Command, project: Path) -> None:
    """Its parameters are names and a relative path; no machine path, no secret."""
    command("report", "sample", env=NO_AWS)
    folder = only_report(project, "sample")
    book = nbformat.read(folder / "report.ipynb", 4)
    nbformat.validate(book)
    injected = next(cell for cell in book.cells if "injected-parameters" in cell.metadata.get("tags", ()))
    assert 'record = "record.json"' in injected.source
    assert str(project) not in (folder / "report.ipynb").read_text()


def test_a_broken_environment_exits_1_and_names_the_causes(command: Command, project: Path) -> None:
    """local-broken: not verified, both causes in the table and the record."""
    done = command("report", "local-broken", env=NO_AWS)
    assert done.returncode == 1
    assert "Not verified" in done.stdout
    record = json.loads((only_report(project, "local-broken") / "record.json").read_text())
    causes = {row["method"]: row["diagnosis"]["cause"] for row in record["judgement"]["findings"]}
    assert causes["runtime-jwt"] == "audience-not-allowed"
    assert causes["gateway-jwt"] == "target-not-ready"


def test_iam_is_verified(command: Command, project: Path) -> None:
    """local-iam: signed calls pass."""
    assert command("report", "local-iam", env=NO_AWS).returncode == 0


def test_the_sample_replays_the_original_report(command: Command, project: Path) -> None:
    """Three rows, the corrected cause, and the experiment that would prove it."""
    done = command("report", "sample", "--lang", "ja")
    assert done.returncode == 1
    page = (only_report(project, "sample") / "report.html").read_text()
    for text in (
        "検証結果まとめ",
        "HTTP 404",
        "AccessDeniedException",
        "echo-tool___ping",
        "Runtime の ARN がエンコードされずにパスに入っています。",
        "再送すれば証明できます",
        "この実行では未確認",
    ):
        assert text in page


def test_from_shows_a_record_again_without_sending(command: Command, project: Path) -> None:
    """The same facts, the same digest."""
    record = project / "environments" / "sample.record.json"
    done = command("report", "--from", str(record), "--out", str(project / "elsewhere"))
    assert done.returncode == 1
    (folder,) = (project / "elsewhere" / "sample").iterdir()
    assert json.loads(record.read_text())["digest"] in (folder / "report.html").read_text()


@pytest.mark.parametrize(
    ("words", "says", "status"),
    [
        (("report", "locl"), "There are: local", 2),
        (("report", "t-arn"), "[runtime] arn", 2),
        (("report", "t-key"), "Did you mean 'arn'?", 2),
        (("report", "t-secret"), "never written into an environment file", 2),
        (("report", "t-variable"), "the variable T_NOT_SET for the token is not set", 2),
        (("report", "all"), "chooses no environment", 2),
        (("report", "--lang", "fr"), "Invalid value for '--lang'", 2),
        (("report", "--nope"), "No such option", 2),
        (("verify", "local", "--only", "nope"), "There are: gateway-jwt", 2),
        (("local", "--fault", "nope"), "there is no fault 'nope'", 2),
        (("report", "--from", "/nonexistent.json"), "cannot be read", 2),
        (("nope",), "No such command", 2),
    ],
)
def test_bad_input_gets_one_line_and_nothing_is_written(
    command: Command, project: Path, words: tuple[str, ...], says: str, status: int
) -> None:
    """What, where, how to fix; no traceback."""
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
    done = command(*words, env={"AWS_EC2_METADATA_DISABLED": "true"})
    assert done.returncode == status
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr
    assert not (project / "reports").exists()


def test_json_errors_are_one_json_line(command: Command) -> None:
    """For machines: kind, what, where, hint, exit code."""
    done = command("verify", "locl", "--json")
    told = json.loads(done.stderr)
    assert (told["error"], told["exit_code"]) == ("EnvironmentFileError", 2)


def test_a_notebook_that_fails_is_named_and_the_record_is_kept(command: Command, project: Path) -> None:
    """Which cell, why; exit 5; no page, no half notebook."""
    path = project / "notebooks" / "verification.ipynb"
    book = nbformat.read(path, 4)
    book.cells[4].source = "report.evidnce()"
    nbformat.write(book, path)
    done = command("report", "sample")
    assert done.returncode == 5
    assert "cell 5 failed: AttributeError" in done.stderr
    assert "report.evidnce()" in done.stderr
    folder = only_report(project, "sample")
    assert files(folder) == ["record.json"]
    assert f"The record is kept: reports/sample/{folder.name}/record.json" in done.stderr


def test_a_notebook_without_the_parameters_is_told(command: Command, project: Path) -> None:
    """papermill would run it with a silent default; nothing is written, as nothing was asked."""
    path = project / "notebooks" / "verification.ipynb"
    book = nbformat.read(path, 4)
    book.cells[1].source = book.cells[1].source.replace("language", "langauge")
    nbformat.write(book, path)
    done = command("report", "sample")
    assert done.returncode == 5
    assert "unknown parameter 'language'" in done.stderr
    assert not (project / "reports").exists()


def test_verify_prints_the_record_as_json(command: Command) -> None:
    """The contract's keys on standard output, nothing else."""
    done = command("verify", "sample", "--json")
    whole = json.loads(done.stdout)
    assert done.returncode == 1
    assert whole["judgement"]["verdict"] == "not-verified"


def test_local_json_is_one_line_with_everything_a_client_needs(project: Path) -> None:
    """URLs, ARNs, client ids, test credentials; it runs until interrupted."""
    process = subprocess.Popen(
        [sys.executable, "-m", "agentcore_probe", "local", "--json"],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told: Mapping[str, Any] = json.loads(process.stdout.readline())
    assert {"endpoints", "runtime", "gateway", "identity", "aws", "region", "account"} <= told.keys()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_no_secret_of_a_run_is_in_any_file(command: Command, project: Path) -> None:
    """Passwords, tokens and keys of the embedded AgentCore, looked for in all that was written."""
    done = command("report", env=NO_AWS)
    written = done.stdout + done.stderr
    for path in only_report(project, "local").iterdir():
        written += path.read_text()
    assert not re.findall(r"eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]{5,}", written)
    assert not re.findall(r"Signature=[0-9a-f]{64}", written)
    record = json.loads((only_report(project, "local") / "record.json").read_text())
    login = next(each for each in record["exchanges"] if each["step"] == "login")
    assert json.loads(login["request"]["body"])["AuthParameters"]["PASSWORD"] == "<secret>"
    assert json.loads(login["response"]["body"])["AuthenticationResult"]["AccessToken"] == "<secret>"


def test_the_embedded_agentcore_lives_apart_from_proxies_and_profiles(command: Command) -> None:
    """A dead proxy and a profile that does not exist are none of its business."""
    dead = dict.fromkeys(
        ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9"
    )
    done = command("verify", "local", env={**dead, "NO_PROXY": "", "no_proxy": "", "AWS_PROFILE": "nope"})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "text",
    [
        '[gateway]\nid = "my-gateway-abcdefghij"\n',
        'region = "us east"\n[gateway]\nid = "my-gateway-abcdefghij"\n',
    ],
)
def test_a_region_that_is_not_known_is_told(command: Command, project: Path, text: str) -> None:
    """Exit 2 with what to write."""
    (project / "environments" / "x.toml").write_text(text)
    nowhere = {"AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_CONFIG_FILE": "/dev/null"}
    done = command("report", "x", env=nowhere)
    assert done.returncode == 2
    assert "region" in done.stderr
    assert 'Write region = "us-east-1"' in done.stderr
    assert not (project / "reports").exists()


def test_what_people_added_is_not_shared(command: Command, project: Path) -> None:
    """Nobody knows which names stand in it: not on the page, not in the notebook beside it."""
    path = project / "notebooks" / "verification.ipynb"
    book = json.loads(path.read_text("utf-8"))
    note = {"cell_type": "markdown", "id": "note", "metadata": {}, "source": "Of the team Heron"}
    code = {
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
    written = {
        out: "".join(each.read_text("utf-8") for each in out.rglob("report.*")) for out in (whole, shared)
    }
    assert written[whole].count("Heron") >= 4
    assert "Heron" not in written[shared]
    assert written[shared].count("<h2") >= 7
