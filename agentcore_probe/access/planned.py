"""AWS, the store of secrets and the person as a plan uses them: requests are built and kept, and none is sent.

No credentials are looked for: requests are signed with made-up keys, which appear nowhere. No command is run, and nobody
is asked.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import botocore.session

from agentcore_probe.access import aws_login
from agentcore_probe.access.aws import Aws, AwsKeys
from agentcore_probe.access.aws_login_error import AwsLoginError
from agentcore_probe.access.aws_session import profile_name
from agentcore_probe.access.aws_source import AwsSource, find_source
from agentcore_probe.access.outgoing import Answers, Outgoing, RawAnswer
from agentcore_probe.access.person import Person
from agentcore_probe.access.redirect_listener import RedirectListener
from agentcore_probe.access.secret_store import SecretStore
from agentcore_probe.access.transport import Transport
from agentcore_probe.errors import InputError
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.exchange import Exchange
from agentcore_probe.model.identity import SecretReference
from agentcore_probe.model.record import AwsLogin
from agentcore_probe.secret import Secret

_ACCESS_KEY = "AKIAPLANNEDPLANNED00"
_SECRET_KEY = "a-plan-signs-with-this-key-which-no-one-has"  # noqa: S105  (made up)

_UNKNOWN_ENGINE = "POLICY_ENGINE"
"""The id of a Gateway's policy engine, which a run of the entrance `gateway-policy` reads."""
_UNKNOWN_ACCOUNT = "ACCOUNT"
"""In the ARN of a Gateway, which the run reads."""


class PlannedAws(Aws):
    """Access to AWS that sends nothing.

    Args:
        environment: as for `Aws`.
        answers: answers each read.
        client_secret: the ARN of the secret in which Cognito keeps that of the app client, if it is known to.

    Attributes:
        source: where the credentials would come from.
        reads: the reads, in the form of exchanges, each with its AWS action as the step.
    """

    def __init__(self, environment: Environment, answers: Answers, client_secret: str | None = None) -> None:
        self._client_secret = client_secret
        is_embedded = environment.local is not None
        keys = AwsKeys(_ACCESS_KEY, Secret(_SECRET_KEY, "aws secret key"))
        super().__init__(environment, keys if is_embedded else None)
        found = AwsSource("none") if self._error else find_source(self._core, environment)
        self.source: AwsSource = AwsSource("embedded") if is_embedded else found
        self.reads: list[Exchange] = []
        self._answers = answers
        self._action = threading.local()
        core: Any = self._core
        core.set_credentials(_ACCESS_KEY, _SECRET_KEY)
        # `auto` would look for the instance's region.
        core.set_config_variable("defaults_mode", "legacy")

    @property
    def files(self) -> botocore.session.Session:
        """The session that reads the user's files."""
        return self._files

    @property
    def profile_name(self) -> str:
        """The name of the profile in use."""
        return profile_name(self._files)

    def _log_in(self) -> AwsLogin | None:
        if self._error is not None:
            return self._read_error(self._error, self._files)
        return aws_login.no_credentials(self._core) if self.source.kind == "none" else None

    def client(self, service: str, region: str | None = None) -> Any:
        """As in `Aws`; the requests of the client are kept with their actions."""
        client = super().client(service, region)
        client.meta.events.register_first("before-call", self._note_action, unique_id="planned-action")
        return client

    def read(
        self, service: str, operation: str, region: str | None = None, **arguments: Any
    ) -> tuple[dict[str, Any] | None, str | None]:
        """As in `Aws`, with an answer with which a run goes on to its next read."""
        _, unreadable = super().read(service, operation, region, **arguments)
        if self.login_problem is not None:
            return None, unreadable
        return self._answer(operation, arguments), None

    def resolve(self, host: str) -> tuple[str, ...]:  # noqa: ARG002
        """Asks no name server."""
        return ()

    def _answer(self, operation: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What a read of an existing resource contains at least; nothing in it is used as a fact."""
        runtime = self._environment.runtime
        if operation == "get_agent_runtime" and runtime is not None:
            return {"agentRuntimeArn": runtime.arn, "agentRuntimeId": runtime.id}
        if operation == "get_harness" and self._environment.harness is not None:
            return {"harness": {"arn": self._environment.harness.arn}}
        if operation == "get_registry":
            return {"registryId": arguments["registryId"]}
        if operation == "get_gateway":
            id = arguments["gatewayIdentifier"]
            account = read_arn(runtime.arn).account if runtime else _UNKNOWN_ACCOUNT
            arn = f"arn:aws:bedrock-agentcore:{self.region}:{account}:gateway/{id}"
            prefix = f"arn:aws:bedrock-agentcore:{self.region}:{account}:policy-engine"
            engine = {"policyEngineConfiguration": {"arn": f"{prefix}/{_UNKNOWN_ENGINE}"}}
            return {"gatewayId": id, "gatewayArn": arn, **engine}
        if operation == "describe_user_pool_client":
            secret = {"ClientSecretArn": self._client_secret} if self._client_secret else {}
            return {"UserPoolClient": secret}
        if operation == "describe_user_pool":
            return {"UserPool": {"Id": arguments["UserPoolId"]}}
        if operation == "list_cimd_policies":
            return {"CIMDPolicies": []}
        if operation == "get_secret_value":
            return {"SecretString": json.dumps({"clientSecretValue": "made-up-client-secret"})}
        return {"runtimeEndpoints": [], "items": []}

    def _note_action(self, model: Any, **_: object) -> None:
        self._action.name = f"{model.service_model.service_name}:{model.name}"

    def _send_raw(self, outgoing: Outgoing) -> RawAnswer:
        with Transport("read", self._environment.limits, purpose="read", answers=self._answers) as transport:
            answer = transport.send_raw(outgoing)
        self.reads.append(answer.exchange.model_copy(update={"step": self._action.name}))
        return answer


class PlannedSecretStore(SecretStore):
    """Reads the secrets that are on this machine, runs no command, and asks AWS for nothing.

    Args:
        aws: keeps the reads.
        made_up: the placeholder of each secret that is not read, by its label.

    Attributes:
        problems: why a run could not read a secret, by its label.
    """

    def __init__(self, aws: PlannedAws, made_up: Mapping[str, str]) -> None:
        super().__init__(aws, {}, threading.Event())
        self._made_up = made_up
        self.problems: dict[str, str] = {}

    def read(self, reference: SecretReference, label: str) -> Secret:
        """The secret, or its placeholder."""
        if reference.source == "embedded":
            return Secret(self._value(label), label)
        try:
            return super().read(reference, label)
        except InputError as error:
            self.problems[label] = error.line()
        except AwsLoginError as error:
            self.problems[label] = error.login.cause
        return Secret(self._value(label), label)

    def _run_command(self, reference: SecretReference, label: str) -> str:  # noqa: ARG002
        return self._value(label)

    def _read_from_aws(
        self,
        reference: SecretReference,
        label: str,
        service: str,
        operation: str,
        region: str | None = None,
        **arguments: Any,
    ) -> dict[str, Any]:
        super()._read_from_aws(reference, label, service, operation, region, **arguments)
        value = self._value(label)
        text = value if reference.key is None else json.dumps({reference.key: value})
        return {"Parameter": {"Value": value}, "SecretString": text}

    def _value(self, label: str) -> str:
        return self._made_up.get(label, f"made-up-{label.replace(' ', '-')}")


class PlannedPerson(Person):
    """Somebody who would log in; no browser is opened, no port is listened at, and nothing is waited for."""

    @property
    def keeps_logins(self) -> bool:
        """Never: the tokens are made up."""
        return False

    def is_there(self) -> bool:
        """Whoever makes the run is."""
        return True

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Takes nobody's attention."""
        yield

    def listen(self, redirect_uri: str) -> RedirectListener:
        """Opens nothing."""
        return _PlannedListener(redirect_uri)

    def send_to(self, url: str, listener: RedirectListener, state: str) -> str | None:  # noqa: ARG002
        """The URL with which a browser comes back."""
        return f"{listener.uri}?{urlencode({'code': 'made-up-code', 'state': state})}"

    def show_code(self, url: str, code: str, complete_url: str | None) -> None:
        """Shows nothing."""

    def pause(self, seconds: float) -> bool:  # noqa: ARG002
        """Does not wait."""
        return True


class _PlannedListener(RedirectListener):
    def __init__(self, redirect_uri: str) -> None:  # without a port
        self.uri = redirect_uri

    def __exit__(self, *_: object) -> None:
        pass
