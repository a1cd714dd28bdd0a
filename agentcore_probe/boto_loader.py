"""botocore's service models for less: plain dicts instead of OrderedDicts (5 MiB), and no look at every other service.

To check a service's name, botocore's loader lists the folders of all 400, which takes 10 ms for each kind of model.
"""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import botocore.loaders
from botocore.exceptions import DataNotFoundError


class PlainJsonLoader(botocore.loaders.JSONFileLoader):
    """Reads the same files as botocore's own loader, into dicts instead of OrderedDicts."""

    def load_file(self, file_path: str) -> Any:
        """The model in `file_path`, a path without its extension; None if the file does not exist."""
        for extension, unpack in ((".json", bytes), (".json.gz", gzip.decompress)):
            file = Path(file_path + extension)
            if file.is_file():
                return json.loads(unpack(file.read_bytes()))
        return None


class ModelLoader(botocore.loaders.Loader):
    """botocore's loader, which looks at a service's own folder only."""

    FILE_LOADER_CLASS = PlainJsonLoader

    @botocore.loaders.instance_cache
    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """A service's model; the arguments are botocore's.

        Raises:
            UnknownServiceError: there is no such service.
            DataNotFoundError: it has no such model.
        """
        try:
            version = api_version or self.determine_latest_version(service_name, type_name)
        except DataNotFoundError:
            # botocore's error names the services that there are.
            return super().load_service_model(service_name, type_name, api_version)
        model: Any = self.load_data(os.path.join(service_name, version, type_name))  # noqa: PTH118
        extras = self._find_extras(service_name, type_name, version)  # type: ignore[attr-defined]
        self._extras_processor.process(model, extras)  # type: ignore[attr-defined]
        return model
