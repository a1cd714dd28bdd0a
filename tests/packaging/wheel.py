"""`make wheel-test`: builds sdist and wheel, installs the wheel in empty environments, and runs its commands.

Everything happens in a temporary folder. Dependencies come from the package index that pip is set up with, in the
versions of requirements.txt.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentcore_probe.builtin import FILES, INSTALLED
from agentcore_probe.commands.init import COPIED

PROJECT = Path(__file__).resolve().parents[2]
NAME = "agentcore_probe"
SECONDS = 300.0
"""The limit of one command; installing takes longest."""
CURL = "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n\r\n" + json.dumps(
    {"message": "OAuth authorization failed: Missing Bearer token"}
)
"""A `curl -i` response to explain."""


class Failure(Exception):
    """What the built package does wrong."""


def check(condition: object, problem: str) -> None:
    """Raises `Failure` where the condition does not hold."""
    if not condition:
        raise Failure(problem)


def run(words: Sequence[str | Path], *, cwd: Path, env: dict[str, str] | None = None, text: str = "") -> Any:
    """The finished process of a command, its output as text."""
    return subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=env,
        input=text,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def build(words: Sequence[str | Path], cwd: Path) -> None:
    """Runs a step of the build; the error holds its output."""
    result = run(words, cwd=cwd)
    check(result.returncode == 0, f"{' '.join(map(str, words))}\n{result.stdout}{result.stderr}")


def copy_source(folder: Path) -> list[str]:
    """Copies the files that are in git, as they are now; their names."""
    listing = run(["git", "ls-files", "-z"], cwd=PROJECT)
    names = [name for name in listing.stdout.split("\0") if name and (PROJECT / name).exists()]
    check(names, "no file in git: run this in a checkout")
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, folder / name)
    return names


def build_packages(folder: Path) -> tuple[Path, Path]:
    """Builds the sdist from the files in git, and the wheel from the sdist; checks what they hold."""
    source, output = folder / "source", folder / "dist"
    names = copy_source(source)
    backend = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    build([sys.executable, "-c", backend, output], source)
    (sdist,) = output.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        members = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    check(not set(names) - members, f"not in the sdist: {sorted(set(names) - members)}")
    wheels: list[Path] = []
    for origin, target in ((sdist, output), (source, folder / "direct")):
        words = ("-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--wheel-dir")
        build([sys.executable, *words, target, origin], folder)
        wheels += target.glob("*.whl")
    from_sdist, direct = wheels
    check(
        wheel_names(from_sdist) == wheel_names(direct), "sdist and checkout build wheels with different files"
    )
    check_wheel(from_sdist)
    return sdist, from_sdist


def wheel_names(wheel: Path) -> list[str]:
    """The names of the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return sorted(archive.namelist())


def check_wheel(wheel: Path) -> None:
    """Checks the files and the metadata of a wheel."""
    names = wheel_names(wheel)
    required = {f"{NAME}/{INSTALLED}/{name}" for name in FILES} | {f"{NAME}/py.typed"}
    check(required <= set(names), f"not in the wheel: {sorted(required - set(names))}")
    check(any(name.endswith("licenses/LICENSE") for name in names), "the wheel holds no LICENSE")
    foreign = {name.partition("/")[0] for name in names} - {NAME}
    check(all(name.endswith(".dist-info") for name in foreign), f"the wheel also holds {foreign}")
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        text = archive.read(metadata).decode()
    check("License-Expression: Apache-2.0" in text, "the metadata names no license")
    _, _, readme = text.partition("\n\n")
    relative = re.findall(r"\]\((?!https?:|#)[^)]*|\b(?:src|srcset)=\"(?!https?:)[^\"]*", readme)
    check(readme.strip() and not relative, f"relative links in the metadata: {relative}")


def constraints(folder: Path) -> Path:
    """The pins of requirements.txt in the form that pip takes as constraints: no hashes, no extras."""
    pins = re.findall(
        r"^([\w.-]+)(?:\[[^]]*\])?(==[^ ;\\\n]+)( *;[^\\\n]*)?",
        (PROJECT / "requirements.txt").read_text(),
        re.M,
    )
    file = folder / "constraints.txt"
    file.write_text("".join(f"{name}{version}{marker.rstrip()}\n" for name, version, marker in pins))
    return file


@dataclass(frozen=True)
class Installation:
    """The wheel in a virtual environment of its own, and an empty folder to run its commands in."""

    python: Path
    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """The variables of its commands: nothing of this checkout, no AWS credentials."""
        return {
            "PATH": f"{self.python.parent}:/usr/bin:/bin",
            "HOME": str(self.folder.parent),
            "LANG": "C.UTF-8",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def expect(self, status: int, *words: str, text: str = "", env: dict[str, str] | None = None) -> Any:
        """Runs `agentcore-probe` with these words; checks its exit code, and that errors are one line."""
        begin = time.monotonic()
        result = run(["agentcore-probe", *words], cwd=self.folder, env={**self.env, **(env or {})}, text=text)
        command = f"agentcore-probe {' '.join(words)}"
        output = f"exit code {result.returncode}, not {status}\n{result.stdout}{result.stderr}"
        check(result.returncode == status, f"{command}: {output}")
        check(len(result.stderr.splitlines()) <= 1, f"{command}: {result.stderr}")
        print(f"  {self.folder.name}: {command}: {status} ({time.monotonic() - begin:.1f} s)", flush=True)
        return result


def install(folder: Path, name: str, requirement: str, pins: Path) -> Installation:
    """Installs the wheel with its dependencies in a new virtual environment."""
    begin = time.monotonic()
    environment, empty = folder / f"venv-{name}", folder / name
    empty.mkdir()
    build([sys.executable, "-m", "venv", "--without-pip", environment], folder)
    python = environment / "bin" / "python"
    words = ("-m", "pip", "--python", str(python), "install", "-q", "--no-compile", "--constraint", str(pins))
    build([sys.executable, *words, requirement], folder)
    print(f"  {name}: installed ({time.monotonic() - begin:.1f} s)", flush=True)
    return Installation(python, empty)


def try_core(core: Installation) -> None:
    """Without extras: what needs none works, and what needs one names it."""
    check("Usage: agentcore-probe" in core.expect(0, "--help").stdout, "--help prints no usage")
    core.expect(0, "--version")
    check(
        {"record", "environment"} <= json.loads(core.expect(0, "schema").stdout).keys(),
        "schema is incomplete",
    )
    check(
        "authorization: refused" in core.expect(0, "explain", "-", text=CURL).stdout,
        "explain does not explain",
    )
    core.expect(1, "verify", "sample")
    core.expect(0, "init")
    check(all((core.folder / name).is_file() for name in COPIED), "init did not copy every file")
    result = core.expect(1, "verify", "sample", "--json")
    (core.folder / "record.json").write_text(result.stdout)
    core.expect(0, "diff", "record.json", "record.json")
    for extra, package, words in (
        ("report", "papermill", ("report", "sample")),
        ("report", "papermill", ("check", "record.json")),
        ("local", "moto", ("verify", "local")),
        ("local", "moto", ("local",)),
    ):
        error = core.expect(2, *words).stderr
        check(
            "needs extra packages" in error
            and package in error
            and error.rstrip().endswith(f"pip install 'agentcore-probe[{extra}]'"),
            f"{words}: {error}",
        )
    check(not (core.folder / "reports").exists(), "a refused command wrote something")


def try_everything(full: Installation) -> None:
    """With every extra, in an empty folder."""
    result = full.expect(0, "report")
    (page,) = full.folder.glob("reports/local/2*/report.html")
    page_name = str(page.relative_to(full.folder))
    check(page_name in result.stdout, f"report does not print {page_name}")
    check("unaltered" in full.expect(0, "check", page_name).stdout, "check finds the page altered")
    full.expect(0, "verify", "local")
    check("local: 1 run since " in full.expect(0, "history").stdout, "history does not show the run")
    full.expect(1, "report", "sample", "--lang", "en,ja")
    full.expect(1, "report", "sample", "--engine", "nbclient")
    full.expect(0, "explain", "-", text=CURL)
    full.expect(0, "schema", "environment")
    error = full.expect(2, "verify", "locl").stderr
    check("environment 'locl' not found. Did you mean 'local'? Built in: example, local," in error, error)
    discover = ("discover", "deployed", "--gateway", "my-gateway-abcdefghij", "--region", "us-east-1")
    keys = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "none"}
    full.expect(
        4, *discover, env={**keys, "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": "http://127.0.0.1:1"}
    )
    with embedded(full) as facts:
        full.expect(
            0,
            *(
                "discover",
                "deployed",
                "--runtime",
                facts["runtime"]["arn"],
                "--gateway",
                facts["gateway"]["id"],
            ),
            env=aws_variables(facts),
        )
    check((full.folder / "environments" / "deployed.toml").is_file(), "discover wrote no file")
    full.expect(0, "init")
    full.expect(0, "report", "local")


@contextlib.contextmanager
def embedded(full: Installation) -> Iterator[dict[str, Any]]:
    """What the installed `local --json` prints, while it runs."""
    process = subprocess.Popen(
        ["agentcore-probe", "local", "--json"],
        cwd=full.folder,
        env=full.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        check(process.wait(20) == 0, "local does not end with exit code 0")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def aws_variables(facts: dict[str, Any]) -> dict[str, str]:
    """Credentials and endpoints of the embedded AgentCore, in botocore's variables."""
    endpoints = facts["endpoints"]
    return {
        "AWS_ACCESS_KEY_ID": facts["aws"]["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": facts["aws"]["secret_access_key"],
        "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL": endpoints["bedrock-agentcore-control"],
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": endpoints["cognito-idp"],
        "AWS_ENDPOINT_URL_STS": endpoints["sts"],
    }


def main() -> int:
    """0 when the built package does what it should, else 1 with what it does not."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="agentcore-probe-wheel-") as name:
        folder = Path(name)
        try:
            sdist, wheel = build_packages(folder)
            print(f"  built {sdist.name} and {wheel.name} ({time.monotonic() - begin:.1f} s)", flush=True)
            pins = constraints(folder)
            with ThreadPoolExecutor() as pool:
                everything = pool.submit(install, folder, "full", f"{wheel}[all]", pins)
                try_core(install(folder, "core", str(wheel), pins))
                try_everything(everything.result())
        except (Failure, subprocess.TimeoutExpired) as error:
            print(f"wheel-test failed: {error}", file=sys.stderr)
            return 1
    print(f"The wheel works ({time.monotonic() - begin:.0f} s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
