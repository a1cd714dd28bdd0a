"""A page carries its record: an inert block that `--from`, `diff`, `check` and `history` read.

gzip and base64: the block's alphabet cannot close an element or begin one, so whatever a server
said in it stays data. The compression is set to give the same bytes on every machine.
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

MEDIA_TYPE = "application/vnd.agentcore-probe.record+gzip"
_BLOCK = re.compile(rf'<script type="{re.escape(MEDIA_TYPE)}" id="record">([A-Za-z0-9+/=\s]*)</script>')
_MAX_BYTES = 50_000_000
"""Of an unpacked record; a page from elsewhere may hold a bomb."""


def record_element(record: RunRecord) -> str:
    """The element that carries `record`: facts and digest."""
    facts = {**record.facts(), "digest": record.digest}
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)
    # The header's byte for the operating system is the only one that differs between machines.
    packed = packed[:9] + b"\xff" + packed[10:]
    return f'<script type="{MEDIA_TYPE}" id="record">{base64.b64encode(packed).decode()}</script>'


def read_embedded_record(page: str, *, where: str) -> str:
    """The text of the record that a page carries.

    Raises:
        RecordError: it carries none, or one that cannot be unpacked.
    """
    found = _BLOCK.search(page)
    if found is None:
        raise RecordError("carries no record", where=where, hint="Give a report.html or a record.json")
    try:
        packed = base64.b64decode(re.sub(r"\s", "", found[1]), validate=True)
        unpacker = zlib.decompressobj(wbits=31)
        data = unpacker.decompress(packed, _MAX_BYTES)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise RecordError(f"carries a record that is cut off or over {_MAX_BYTES} bytes", where=where)
        return data.decode("utf-8", "surrogatepass")
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        raise RecordError("carries a record that cannot be unpacked: it was altered", where=where) from None
