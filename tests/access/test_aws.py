"""The AWS side: what botocore is given is what botocore has."""

from __future__ import annotations

import botocore.exceptions
import botocore.loaders
import pytest

from agentcore_probe.access.aws import READS, Aws
from agentcore_probe.model.environment import Environment

SERVICES = sorted({operation.partition(":")[0] for operation in READS})


@pytest.mark.parametrize("service", SERVICES)
def test_models_are_botocores_own(service: str) -> None:
    """Read another way, to the same content, in the same order."""
    core = Aws(Environment(name="x", region="us-east-1")).session._session
    ours = core.get_component("data_loader").load_service_model(service, "service-2")
    theirs = botocore.loaders.create_loader().load_service_model(service, "service-2")
    assert ours == theirs
    assert list(ours["operations"]) == list(theirs["operations"])
    assert list(ours["shapes"]) == list(theirs["shapes"])


def test_a_service_without_a_model_is_told_as_botocore_tells_it() -> None:
    """No file under any of its endings."""
    core = Aws(Environment(name="x", region="us-east-1")).session._session
    with pytest.raises(botocore.exceptions.UnknownServiceError):
        core.get_component("data_loader").load_service_model("no-such-service", "service-2")
