"""A relay that serves an embedded AgentCore by https: `python -m benchmarks.https CERTIFICATE PORT...` prints its own ports."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import certifi
import trustme


@contextlib.contextmanager
def by_https(urls: Mapping[str, str], folder: Path) -> Iterator[tuple[Mapping[str, str], Path]]:
    """https URLs of the same servers while the block runs, and the file with all authorities to trust.

    Args:
        urls: by name, `http://127.0.0.1:PORT`.
        folder: for the certificates.
    """
    authority = trustme.CA()
    certificate, authorities = folder / "certificate.pem", folder / "authorities.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    authorities.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
    ports = list(dict.fromkeys(str(urlsplit(url).port) for url in urls.values()))
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.https", str(certificate), *ports],
        stdout=subprocess.PIPE,
        text=True,
    ) as relay:
        try:
            assert relay.stdout is not None
            served = dict(zip(ports, relay.stdout.readline().split(), strict=True))
            https = {
                name: f"https://127.0.0.1:{served[str(urlsplit(url).port)]}" for name, url in urls.items()
            }
            yield https, authorities
        finally:
            relay.kill()


async def _serve(certificate: str, ports: Sequence[str]) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    servers = [
        await asyncio.start_server(partial(_relay, port=int(port)), "127.0.0.1", 0, ssl=context)
        for port in ports
    ]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.Event().wait()


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Passes on what both sides of one connection send."""
    target_reader, target_writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(_pass_on(reader, target_writer), _pass_on(target_reader, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError), contextlib.closing(writer):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2:]))
