"""Where a file is written: devices, pipes and links stay what they are."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from agentcore_probe import store
from agentcore_probe.errors import ReportError, SecretLeakError
from agentcore_probe.secret import Secret
from tests.conftest import PROJECT


def test_a_pipe_is_written_and_stays_a_pipe(tmp_path: Path) -> None:
    """Its reader gets the whole content."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(fifo.read_text()))
    reader.start()
    store.write(fifo, "content\n" * 50_000)
    reader.join(10)
    assert received == ["content\n" * 50_000]
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["fifo"]


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path, exists: bool) -> None:
    """Also through a second link, and where the target does not exist yet."""
    target = tmp_path / "folder" / "target"
    target.parent.mkdir()
    if exists:
        target.write_text("old and longer than the new content")
    inode = target.stat().st_ino if exists else None
    link, second = tmp_path / "link", tmp_path / "second"
    link.symlink_to("folder/target")
    second.symlink_to(link)
    store.write(second, "new")
    assert link.is_symlink()
    assert second.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_ino != inode
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def test_a_device_is_written(tmp_path: Path) -> None:
    """A link to one, too: nothing is put in the place of either."""
    null = tmp_path / "null"
    null.symlink_to("/dev/null")
    before = Path("/dev/null").stat()
    store.write(null, "content")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert Path("/dev/null").stat().st_ino == before.st_ino
    assert null.is_symlink()


@pytest.mark.parametrize("path", ["/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"])
def test_a_descriptor_is_written_where_it_is(tmp_path: Path, path: str) -> None:
    """Standard error that is redirected to a file keeps what others write there."""
    log = tmp_path / "log"
    code = (
        "import sys, pathlib; from agentcore_probe import store; print('before', file=sys.stderr, flush=True)\n"
        f"store.write(pathlib.Path({path!r}), 'content\\n'); print('after', file=sys.stderr)"
    )
    with log.open("w") as file:
        subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT, stderr=file)
    assert log.read_text() == "before\ncontent\nafter\n"


@pytest.mark.parametrize("name", ["folder", "file/below", "loop"])
def test_what_cannot_be_written_is_an_error(tmp_path: Path, name: str) -> None:
    """A folder, a path below a file, a link to itself; nothing is left behind."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ReportError, match=rf"{name}: cannot be written: "):
        store.write(tmp_path / name, "content")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "loop"]


def test_text_is_appended_without_secrets(tmp_path: Path) -> None:
    """What is there stays."""
    path = tmp_path / "summary.md"
    store.append(path, "one\n")
    store.append(path, "two\n")
    Secret("correct horse battery", "password")
    with pytest.raises(SecretLeakError):
        store.append(path, "correct horse battery")
    assert path.read_text() == "one\ntwo\n"


def test_of_two_who_create_a_file_one_does(tmp_path: Path) -> None:
    """At the same moment, too: nobody's file is replaced without a word, and no temporary file stays."""
    for number in range(20):
        path = tmp_path / f"{number}.toml"
        with ThreadPoolExecutor(2) as pool:
            done = dict(zip("ab", pool.map(partial(store.write_new, path), "ab"), strict=True))
        assert sorted(done.values()) == [False, True]
        assert done[path.read_text()]
    assert len(list(tmp_path.iterdir())) == 20


def test_a_file_is_created_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems have none; what exists is kept all the same."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert [store.write_new(tmp_path / "x", text) for text in ("a", "b")] == [True, False]
    assert (tmp_path / "x").read_text() == "a"
