"""Where reports, records, the index and the history are kept: a folder, or a place that takes whole objects."""

from __future__ import annotations

from agentcore_probe.storage.folder import FolderStorage
from agentcore_probe.storage.storage import Storage, open_storage

__all__ = ["FolderStorage", "Storage", "open_storage"]
