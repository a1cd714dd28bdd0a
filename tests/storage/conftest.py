"""S3 for the tests of storages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agentcore_probe.storage import Storage, open_storage
from tests import s3


@pytest.fixture
def open_s3(s3_port: int, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Storage]:
    """Opens a storage of its own for the test, by the server at a port, as the environment of a process says."""

    def opened(port: int = s3_port, prefix: str = "test", **changes: str | None) -> Storage:
        for name, value in {**s3.variables(port), **changes}.items():
            monkeypatch.setenv(name, value) if value is not None else monkeypatch.delenv(name, raising=False)
        return open_storage(f"s3://{s3.BUCKET}/{prefix}")

    return opened
