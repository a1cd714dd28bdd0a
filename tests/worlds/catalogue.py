"""The worlds, family by family. The verdict beside each is a person's, written down; `tests.worlds.world` says what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal, get_args

from tests.worlds.verifier import CREDENTIALS, WEAKNESSES
from tests.worlds.world import Front, Kind, Target, Verdict, World

KeyType = Literal["RSA", "EC", "EdDSA"]
Place = Literal["gateway", "runtime", "mcp-runtime"]
PLACES: tuple[Place, ...] = get_args(Place)
MCP_PLACES: tuple[Place, ...] = ("gateway", "mcp-runtime")
SOUND: tuple[Verdict, ...] = ("verified",)
NOT_SOUND: tuple[Verdict, ...] = ("not-verified", "inconclusive")

_RSA_ONLY = tuple(name for name in WEAKNESSES if name.startswith("hs") and name != "hs256-pem")
_OF_KEY_TYPE = {"RSA": "rsa-foreign-key", "EC": "ec-foreign-key", "EdDSA": "eddsa-foreign-key"}


def placed(place: Place, target: Target) -> dict[str, Any]:
    """`target` at its place; the other target is sound."""
    if place == "gateway":
        return {"gateway": target, "runtime": Target()}
    protocol: Literal["HTTP", "MCP"] = "MCP" if place == "mcp-runtime" else "HTTP"
    return {"gateway": Target(), "runtime": replace(target, protocol=protocol)}


def _name(place: Place) -> Literal["gateway", "runtime"]:
    return "gateway" if place == "gateway" else "runtime"


def hole(id: str, place: Place, target: Target, **more: Any) -> World:
    return World(
        id=f"hole-{id}-{place}",
        kind="hole",
        verdicts=("not-verified",),
        open_targets=(_name(place),),
        **placed(place, target),
        **more,
    )


def _weak_verifiers() -> Iterator[World]:
    """Somebody without the issuer's key gets in."""
    for place in PLACES:
        for name in WEAKNESSES:
            key_types: tuple[KeyType, ...] = ("RSA",) if name in _RSA_ONLY else get_args(KeyType)
            if name == "signature-zeros":
                key_types = ("EC",)
            if name in _OF_KEY_TYPE.values():
                key_types = tuple(kind for kind in get_args(KeyType) if _OF_KEY_TYPE[kind] == name)
            for key_type in key_types:
                yield hole(
                    f"{name}-{key_type.lower()}",
                    place,
                    Target(weaknesses=frozenset({name})),
                    key_type=key_type,
                )


def _open_doors() -> Iterator[World]:
    """A call without a credential, or with something that is none, is accepted."""
    for place in PLACES:
        for name in CREDENTIALS:
            no_claims = ("anonymous-refused",) if name == "anonymous" else ()
            yield hole(name, place, Target(weaknesses=frozenset({name})), no_claims=no_claims)
    for place in MCP_PLACES:
        yield hole("open-list", place, Target(open_methods=frozenset({"tools/list"})))
        yield hole("open-list-and-call", place, Target(open_methods=frozenset({"tools/list", "tools/call"})))
    yield hole("open-call", "gateway", Target(open_methods=frozenset({"tools/call"})), tool="tools___tool_0")
    for place in PLACES:
        yield hole("cached", place, Target(opens="cached"))
        yield hole("after-first-accepted", place, Target(opens="after-first-accepted"))
    yield World(
        id="hole-authorizer-none",
        kind="hole",
        verdicts=("not-verified",),
        open_targets=("gateway",),
        no_claims=("anonymous-refused", "forged-refused", "same-issuer-and-client"),
        gateway=Target(authorizer="NONE"),
    )


_SOUND_FORMS = (
    "json", "stream", "stream-primed", "stream-multi-line", "stream-crlf", "stream-cr", "stream-byte-order-mark",
    "stream-separators", "stream-notification-first", "stream-held-open", "batch", "utf-16", "byte-order-mark",
)  # fmt: skip
_NO_ANSWERS = (
    "empty-200", "empty-202", "empty-204", "html", "forbidden-200", "rpc-error", "compressed-unasked", "wrong-id",
    "stream-cut",
)  # fmt: skip


def _forms_of_acceptance() -> Iterator[World]:
    """What is an answer by the protocol counts, in every form; what is none does not."""
    for form in _SOUND_FORMS:
        for place in MCP_PLACES:
            yield World(
                id=f"sound-{form}-{place}",
                kind="sound",
                verdicts=SOUND,
                **placed(place, Target(acceptance=form)),
            )
    for form in _NO_ANSWERS:
        for place in MCP_PLACES:
            yield World(
                id=f"broken-{form}-{place}",
                kind="broken",
                verdicts=NOT_SOUND,
                no_claims=(f"{_name(place)}-accepts-jwt", "same-issuer-and-client"),
                **placed(place, Target(acceptance=form)),
            )
    yield World(
        id="broken-html-runtime",
        kind="broken",
        verdicts=NOT_SOUND,
        no_claims=("runtime-accepts-jwt",),
        **placed("runtime", Target(acceptance="html")),
    )


def _refusing(who: str, form: str) -> Target:
    """A target that refuses anonymous callers or forged tokens in this form, and others as it should."""
    forms: dict[str, Any] = {who: form}
    return Target(**forms)


def _forms_of_refusal() -> Iterator[World]:
    """A refusal is one in every form of its challenge; a 2xx that is no answer shows neither."""
    for form in ("challenge-after-basic", "challenge-in-second-header", "challenge-after-dpop"):
        for place in PLACES:
            yield World(
                id=f"sound-{form}-{place}",
                kind="sound",
                verdicts=SOUND,
                **placed(place, Target(refusal=form)),
            )
    for form in ("login-page", "empty-200", "empty-202", "empty-204", "forbidden-200", "tool-error-200"):
        for place in MCP_PLACES:
            for who in ("anonymous_refusal", "forged_refusal"):
                yield World(
                    id=f"unclear-{form}-{who.split('_')[0]}-{place}",
                    kind="unclear",
                    verdicts=("inconclusive",),
                    **placed(place, _refusing(who, form)),
                )
    for form in ("rpc-error-200", "rpc-error-401-200", "stream-error-200"):
        for place in MCP_PLACES:
            for who in ("anonymous_refusal", "forged_refusal"):
                yield World(
                    id=f"unclear-{form}-{who.split('_')[0]}-{place}",
                    kind="unclear",
                    verdicts=("verified",),
                    **placed(place, _refusing(who, form)),
                )


_REFUSING_BODIES = {
    "text": "Unauthorized",
    "json-string": '"Forbidden"',
    "lambda-error": '{"errorMessage": "Unauthorized", "errorType": "Error", "trace": []}',
    "error-member": '{"error": "invalid_token", "error_description": "expired"}',
    "status-member": '{"statusCode": 403, "body": "Forbidden"}',
    "problem": '{"title": "Unauthorized", "status": 401}',
    "xml": "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
}
_ABOUT_AUTHORIZATION = {
    "book": "Unauthorized Biography of a King, 1994",
    "city": "Forbidden City is in Beijing.",
    "museum": "Access denied is what the museum says on Mondays; come on Tuesday.",
    "answer-in-stream": 'data: "Forbidden "\n\ndata: "Island is "\n\ndata: "in the lake."\n\n',
}
"""Short answers of an agent that are no refusal, although they begin with the words of one."""
_REFUSING_TEXTS = {
    "sentence": "Unauthorized: invalid token",
    "status-line": "HTTP/1.1 403 Forbidden",
    "policy": "Access denied by policy",
    "denied-resource": "You are not authorized to access this resource.",
}
_EMPTY_BODIES = {"object": "{}", "null": "null", "done-only": "data: [DONE]\n\n"}
Protocol = Literal["HTTP", "A2A", "AGUI"]


def runtime_world(
    id: str, protocol: Protocol, kind: Kind, verdict: Verdict, cause: str = "", **facts: Any
) -> World:
    """A world whose Runtime speaks `protocol`, with one right verdict, and the cause of its genuine call."""
    return World(
        id=f"{kind}-{id}-{protocol.lower()}",
        kind=kind,
        verdicts=(verdict,),
        runtime=Target(protocol=protocol, **facts),
        causes={"runtime-jwt": (cause,)} if cause else {},
    )


def _plain_runtimes() -> Iterator[World]:
    """Runtimes that do not speak MCP: what they say inside a 200 to the genuine caller, and to a control."""
    for protocol in get_args(Protocol):
        yield runtime_world("sound", protocol, "sound", "verified")
    for name, body in _REFUSING_BODIES.items():
        yield runtime_world(name, "HTTP", "broken", "not-verified", "refused-inside-200", acceptance=body)
    for name, body in _ABOUT_AUTHORIZATION.items():
        yield runtime_world(f"{name}-sound", "HTTP", "sound", "verified", acceptance=body)
        yield runtime_world(f"{name}-forged", "HTTP", "unclear", "inconclusive", forged_refusal=body)
    for name, body in _REFUSING_TEXTS.items():
        yield runtime_world(
            f"{name}-refused", "HTTP", "broken", "not-verified", "refused-inside-200", acceptance=body
        )
        yield runtime_world(f"{name}-anonymous", "HTTP", "unclear", "verified", anonymous_refusal=body)
    for name, body in _EMPTY_BODIES.items():
        yield runtime_world(name, "HTTP", "broken", "not-verified", "answer-not-mcp", acceptance=body)
        yield runtime_world(f"{name}-forged", "HTTP", "unclear", "inconclusive", forged_refusal=body)
    crash = '{"error": "boom", "trace": "x"}'
    yield runtime_world("crash", "HTTP", "broken", "not-verified", "container-failed", acceptance=crash)
    yield runtime_world("crash-forged", "HTTP", "unclear", "inconclusive", forged_refusal=crash)
    tool_error = '{"jsonrpc": "2.0", "id": 1, "result": {"isError": true, "content": [{"type": "text", "text": "no"}]}}'
    yield runtime_world(
        "tool-error", "HTTP", "broken", "not-verified", "container-failed", acceptance=tool_error
    )
    for who in ("anonymous", "forged"):
        refusals: dict[str, Any] = {f"{who}_refusal": tool_error}
        yield runtime_world(f"tool-error-{who}", "HTTP", "unclear", "inconclusive", **refusals)
    of_lambda = _REFUSING_BODIES["lambda-error"]
    yield runtime_world("lambda-error-forged", "HTTP", "unclear", "verified", forged_refusal=of_lambda)
    half = 'data: {"type": "RUN_STARTED"}\n\n'
    yield runtime_world("half", "AGUI", "broken", "not-verified", "conversation-incomplete", acceptance=half)
    capitals = 'data: {"type": "ACCESS_DENIED"}\n\n'
    yield runtime_world("capitals", "AGUI", "broken", "not-verified", "answer-not-mcp", acceptance=capitals)
    yield runtime_world("capitals-forged", "AGUI", "unclear", "inconclusive", forged_refusal=capitals)
    for state, cause in (
        ("auth-required", "task-not-done"),
        ("rejected", "task-not-done"),
        ("TASK_STATE_REJECTED", "task-not-done"),
        ("failed", "container-failed"),
    ):
        yield runtime_world(state, "A2A", "broken", "not-verified", cause, task_state=state)
    yield runtime_world(
        "auth-required-of-caller", "A2A", "broken", "not-verified", "refused-inside-200",
        task_state="auth-required", task_text="Unauthorized: invalid token",
    )  # fmt: skip
    for form in ("task-rejected", "task-auth-required"):
        yield runtime_world(f"{form}-forged", "A2A", "unclear", "inconclusive", forged_refusal=form)
        yield runtime_world(f"{form}-anonymous", "A2A", "unclear", "inconclusive", anonymous_refusal=form)
    yield runtime_world("empty-result", "A2A", "broken", "not-verified", "answer-not-mcp", task_state=None)
    yield runtime_world(
        "rate-exceeded-forged", "HTTP", "unclear", "inconclusive", forged_refusal="rate-exceeded"
    )


def _ways() -> Iterator[World]:
    """What is between caller and service, time, and the size of things."""
    for interim in (102, 103):
        yield World(id=f"sound-interim-{interim}", kind="sound", verdicts=SOUND, front=Front(interim=interim))
    for offset in (7200, -7200, 2, -2):
        yield World(
            id=f"sound-date-{offset:+d}", kind="sound", verdicts=SOUND, front=Front(date_offset=offset)
        )
    yield World(id="sound-closing", kind="sound", verdicts=SOUND, front=Front(closes_after_answer=True))
    yield World(id="sound-one-host", kind="sound", verdicts=SOUND, endpoints="one-host")
    yield World(
        id="sound-nbf-now", kind="sound", verdicts=SOUND, token={"nbf": 0}, front=Front(date_offset=-2)
    )
    yield World(id="sound-40-seconds-left", kind="sound", verdicts=SOUND, token={"exp": 40})
    yield World(
        id="sound-expired-within-leeway", kind="sound", verdicts=SOUND, token={"exp": -20, "iat": -3600}
    )
    for status in (413, 431, 502, 503, 407, 302):
        yield World(
            id=f"unclear-proxy-{status}",
            kind="unclear",
            verdicts=("inconclusive",),
            front=Front(status=status),
        )
    yield World(
        id="broken-authorization-stripped",
        kind="broken",
        verdicts=NOT_SOUND,
        front=Front(strips_authorization=True),
        causes={
            "runtime-jwt": ("credential-lost-on-the-way",),
            "gateway-jwt": ("credential-lost-on-the-way",),
        },
    )
    yield World(
        id="broken-path-decoded",
        kind="broken",
        verdicts=NOT_SOUND,
        front=Front(decodes_path=True),
        causes={
            "runtime-jwt": ("arn-decoded-on-the-way",),
            "runtime-sigv4": ("arn-decoded-on-the-way",),
        },
        proven=("runtime-jwt", "runtime-sigv4"),
    )
    for count, size in ((0, 50), (1, 50), (60, 100), (500, 500), (501, 10), (3000, 50)):
        yield World(
            id=f"sound-{count}-tools-{size}-a-page",
            kind="sound",
            verdicts=SOUND,
            gateway=Target(tools=count, page_size=size),
            tool=f"tools___tool_{count - 1}" if count else None,
        )
    yield World(
        id="broken-cursor-repeated",
        kind="broken",
        verdicts=NOT_SOUND,
        gateway=Target(tools=120, repeats_cursor=True),
        tool="tools___tool_0",
        causes={"gateway-jwt": ("conversation-incomplete",)},
    )
    yield World(
        id="unclear-request-limit",
        kind="unclear",
        verdicts=NOT_SOUND,
        requests=40,
        no_claims=("forged-refused",),
        causes={"gateway-jwt-forged": ("request-limit",)},
    )


def _deployments() -> Iterator[World]:
    """One target, other authorizers, other issuers, and what the control plane says."""
    for key_type in get_args(KeyType):
        yield World(id=f"sound-{key_type.lower()}-issuer", kind="sound", verdicts=SOUND, key_type=key_type)
    yield World(id="sound-gateway-only", kind="sound", verdicts=SOUND, runtime=None)
    yield World(id="sound-runtime-only", kind="sound", verdicts=SOUND, gateway=None)
    yield World(id="sound-iam-runtime", kind="sound", verdicts=SOUND, runtime=Target(authorizer="AWS_IAM"))
    yield World(id="sound-iam-gateway", kind="sound", verdicts=SOUND, gateway=Target(authorizer="AWS_IAM"))
    yield World(
        id="sound-interceptor", kind="sound", verdicts=SOUND,
        gateway=Target(authorizer="NONE", interceptor=True, anonymous_refusal="forbidden", forged_refusal="forbidden"),
    )  # fmt: skip
    yield World(
        id="sound-policy-engine", kind="sound", verdicts=SOUND,
        gateway=Target(authorizer="NONE", policy_engine=True, anonymous_refusal="forbidden", forged_refusal="forbidden"),
    )  # fmt: skip
    yield World(
        id="sound-interceptor-without-challenge", kind="sound", verdicts=SOUND,
        gateway=Target(authorizer="NONE", interceptor=True, refusal="no-challenge"),
    )  # fmt: skip
    yield World(
        id="unclear-control-plane-denied", kind="unclear", verdicts=("inconclusive",), control_plane="denied"
    )
    yield World(
        id="broken-another-account", kind="broken", verdicts=NOT_SOUND, control_plane="another-account"
    )
    many = [f"client{number:024d}" for number in range(100)]
    yield World(
        id="broken-100-clients",
        kind="broken",
        verdicts=("not-verified",),
        token={"client_id": "someone-else"},
        runtime=Target(rules={"allowedClients": many}),
        causes={"runtime-jwt": ("client-not-allowed",)},
    )
    groups = [f"engineering-department-{number:03d}" for number in range(130)]
    rule = {
        "inboundTokenClaimName": "groups",
        "inboundTokenClaimValueType": "STRING_ARRAY",
        "authorizingClaimMatchValue": {
            "claimMatchValue": {"matchValueString": "finance"}, "claimMatchOperator": "CONTAINS",
        },
    }  # fmt: skip
    yield World(
        id="broken-130-groups",
        kind="broken",
        verdicts=("not-verified",),
        token={"client_id": "someone-else", "groups": groups},
        runtime=Target(rules={"allowedClients": ["someone-else"], "customClaims": [rule]}),
        causes={"runtime-jwt": ("custom-claim-mismatch",)},
    )
    for place in PLACES:
        yield World(
            id=f"unclear-flaky-{place}",
            kind="unclear",
            verdicts=NOT_SOUND,
            **placed(place, Target(flaky=True)),
        )


WORLDS: tuple[World, ...] = (
    *_weak_verifiers(),
    *_open_doors(),
    *_forms_of_acceptance(),
    *_forms_of_refusal(),
    *_plain_runtimes(),
    *_ways(),
    *_deployments(),
)
"""Every world, by family."""
