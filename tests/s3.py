"""moto's S3 on loopback, in a process of its own, because moto patches botocore where it is imported.

`python -m tests.s3` prints its port, and ends with its standard input.
"""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import boto3

from tests.conftest import PROJECT

BUCKET = "reports-of-a-team"
LOCATION = f"s3://{BUCKET}/agentcore/probe"


def variables(port: int) -> dict[str, str]:
    """What a process needs to use the server as S3, with a login that nothing else of this machine knows."""
    return {
        "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextlib.contextmanager
def running() -> Iterator[int]:
    """The server's port; it runs during the block, and has the empty bucket `BUCKET`."""
    command = [sys.executable, "-m", "tests.s3"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        client(variables(port)).create_bucket(Bucket=BUCKET)
        yield port
        assert process.stdin is not None
        process.stdin.close()


def client(environment: Mapping[str, str]) -> Any:
    """boto3's own client of the server."""
    return boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        region_name="us-east-1",
    )


def _serve() -> None:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    print(server.get_host_and_port()[1], flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    _serve()
