"""What holds for every storage: a folder, and a place in a bucket."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from agentcore_probe.errors import ReportError, SecretLeakError
from agentcore_probe.secret import Secret
from agentcore_probe.storage import Storage, open_storage


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, open_s3: Callable[..., Storage]) -> Storage:
    """An empty storage of each kind."""
    if request.param == "folder":
        return open_storage(tmp_path / "reports")
    name = request.node.name.partition("[")[0]
    return open_s3(prefix=name)


def test_what_is_written_is_read_and_listed(storage: Storage) -> None:
    """Whole, sorted, and below a prefix; what begins with a dot is not listed."""
    storage.check()
    assert storage.names() == []
    for name in ("b/2/record.json", "b/1/report.html", "a/latest", "b/.unfinished", ".hidden/x"):
        storage.write(name, f"of {name}: é")
    assert storage.names() == ["a/latest", "b/1/report.html", "b/2/record.json"]
    assert storage.names("b/") == ["b/1/report.html", "b/2/record.json"]
    assert storage.names("b/1") == ["b/1/report.html"]
    assert storage.names("c/") == []
    assert storage.read("a/latest") == "of a/latest: é".encode()
    assert storage.read("a/other") is None
    storage.write("a/latest", b"\x00new")
    assert storage.read("a/latest") == b"\x00new"
    assert storage.where("a/latest") == f"{storage.location}/a/latest"


def test_the_first_of_two_writers_has_the_name(storage: Storage) -> None:
    """The second one gets False, and changes nothing."""
    assert storage.write_new("a/record.json", "first")
    assert not storage.write_new("a/record.json", "second")
    assert not storage.write_new("a/record.json", "first")
    assert storage.read("a/record.json") == b"first"


def test_an_update_makes_a_file_of_its_content(storage: Storage) -> None:
    """None means no file, and no change."""
    for expected in (b"1", b"11", b"111"):
        storage.update("n", lambda before: (before or b"") + b"1")
        assert storage.read("n") == expected
    storage.update("n", lambda before: None)
    storage.update("m", lambda before: None)
    assert storage.names() == ["n"]


def test_what_is_removed_is_gone(storage: Storage) -> None:
    """What is not there is no error."""
    names = [f"a/{number}" for number in range(3)]
    for name in names:
        storage.write(name, "x")
    storage.remove([*names[:2], "a/other"])
    assert storage.names() == names[2:]
    storage.remove([])
    storage.remove(storage.names())
    assert storage.names() == []


def test_a_secret_is_not_written(storage: Storage) -> None:
    """The error says where it would be."""
    Secret("correct horse battery", "password")
    for write in (storage.write, storage.write_new):
        with pytest.raises(SecretLeakError, match="it would contain the password") as caught:
            write("a/record.json", "it is correct horse battery")
        assert caught.value.where == storage.where("a/record.json")
    assert storage.names() == []


@pytest.mark.parametrize("name", ["fleet.json", "prod/1/record.json", "history/month=2026-01/a.parquet"])
def test_a_pipe_is_not_read(tmp_path: Path, name: str) -> None:
    """It would block forever; it is not listed either."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    storage = open_storage(tmp_path)
    assert storage.names() == []
    with pytest.raises(ReportError, match="not a file"):
        storage.read(name)


def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path: Path) -> None:
    """Else a month of the history would be missing, without a word; a file or nothing in its place has no files."""
    (tmp_path / "file").touch()
    storage = open_storage(tmp_path)
    assert storage.names("file/") == storage.names("nothing/") == []
    storage.remove(["file/x", "nothing/x"])
    with pytest.raises(ReportError, match="cannot be listed"):
        storage.names(f"{'long' * 100}/")
