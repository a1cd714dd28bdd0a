"""A login chain written by hand, with texts of its own: what the outputs show does not depend on the judge."""

from __future__ import annotations

from importlib.resources import files

from agentcore_probe.judge.judge import judge
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.model.login_chain import ClientForecast, LoginChain, LoginStep, WayForecast
from agentcore_probe.model.record import RunRecord
from agentcore_probe.report.messages import Messages
from agentcore_probe.report.view import View

URL = "https://gateway.example/mcp"
HOSTILE = '<script>alert("x")</script>'
"""What a server may have put into a document that a sentence quotes."""

CHAIN = LoginChain(
    target="gateway",
    url=URL,
    provider="cognito",
    issuer="https://issuer.example/pool",
    steps=(
        LoginStep(step="challenge", result="passed", reason="t-challenged", evidence=("gateway-jwt/1",)),
        LoginStep(step="server-metadata", result="warning", reason="t-quoted", values={"issuer": HOSTILE}),
        LoginStep(step="client-identity", result="failed", reason="t-no-registration"),
        LoginStep(step="token", result="unknown", reason="t-not-observed"),
    ),
    clients=(
        ClientForecast(
            client="t-first",
            ways=(
                WayForecast(
                    way="automatic",
                    outcome="fails",
                    step="client-identity",
                    reason="t-no-registration",
                    side="provider",
                    evidence=("gateway-jwt/1",),
                ),
                WayForecast(way="typed-id", outcome="connects", warnings=("t-warning",)),
            ),
        ),
        ClientForecast(
            client="t-second",
            ways=tuple(
                WayForecast(
                    way=way,
                    outcome="fails",
                    step="client-identity",
                    reason="t-no-registration",
                    side="provider",
                )
                for way in ("automatic", "typed-id")
            ),
        ),
        ClientForecast(
            client="t-third",
            ways=(
                WayForecast(
                    way="typed-id",
                    outcome="possible",
                    step="token",
                    reason="t-quoted",
                    values={"issuer": HOSTILE},
                    side="client",
                ),
            ),
        ),
    ),
)

_TEXTS = """
step-name-challenge = Call without a credential
step-name-server-metadata = Metadata of the authorization server
step-name-client-identity = The client's id
step-name-token = Token
login-step-t-challenged = It answered 401.
login-step-t-quoted = It names { $issuer }.
login-step-t-no-registration = Nobody can register.
login-step-t-not-observed = A run does not log in as a client.
login-way-automatic = with the URL alone
login-way-typed-id = with a client id
side-target = Gateway or Runtime
side-provider = identity provider
side-client = client
forecast-connects = Every step passes.
forecast-t-no-registration = It cannot register itself.
forecast-fix-t-no-registration = Turn registration on.
forecast-fix-t-no-registration-cognito = Turn registration on in the user pool.
forecast-t-quoted = It reads { $issuer }.
forecast-t-warning = It may ask twice.
"""


def view_of(record: RunRecord, code: str = "en") -> View:
    """A record's view with the chain instead of what the judge found."""
    catalogue = files("agentcore_probe.report").joinpath(f"text/{code}.ftl").read_text("utf-8")
    text = Messages(LANGUAGES[code], catalogue + _TEXTS)
    return View(record, judge(record).model_copy(update={"login_chains": (CHAIN,)}), text)
