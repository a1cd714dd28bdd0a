"""The record inside a report's page: an inert script element, which `--from`, `diff`, `check` and `history` read.

The content is gzip in base64. Base64 has no characters that begin or end an element, so the text of a server
stays data. The compression gives the same bytes on every machine.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
import zlib

from agentcore_probe.errors import RecordError
from agentcore_probe.model.record import RunRecord
from agentcore_probe.regex import regex

MEDIA_TYPE = "application/vnd.agentcore-probe.record+gzip"
_ELEMENT = regex(rf'<script type="{re.escape(MEDIA_TYPE)}" id="record">([A-Za-z0-9+/=\s]*)</script>')
_MAX_BYTES = 50_000_000
"""Limit of an uncompressed record: a page from elsewhere may contain a decompression bomb."""


def record_element(record: RunRecord) -> str:
    """The script element with the facts and the digest of `record`."""
    facts = {**record.facts(), "digest": record.digest}
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)
    # Byte 9 of the header names the operating system, the only difference between machines.
    packed = packed[:9] + b"\xff" + packed[10:]
    return f'<script type="{MEDIA_TYPE}" id="record">{base64.b64encode(packed).decode()}</script>'


def read_embedded_record(page: str, *, where: str) -> str:
    """The JSON text of the record in a page.

    Args:
        page: the HTML.
        where: names the page in errors.

    Raises:
        RecordError: the page has no record, or one that cannot be decompressed.
    """
    match = _ELEMENT.search(page)
    if match is None:
        raise RecordError(
            "contains no record", where=where, hint="Pass a report.html or record.json of this program"
        )
    try:
        packed = base64.b64decode(re.sub(r"\s", "", match[1]), validate=True)
        decompressor = zlib.decompressobj(wbits=31)
        data = decompressor.decompress(packed, _MAX_BYTES)
        if decompressor.unconsumed_tail or not decompressor.eof:
            raise RecordError(f"carries a record that is cut off or over {_MAX_BYTES} bytes", where=where)
        return data.decode("utf-8", "surrogatepass")
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        raise RecordError("carries a record that cannot be unpacked: it was altered", where=where) from None
