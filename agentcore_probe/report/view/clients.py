"""How MCP clients log in at each target, as readers see it: the steps, and a forecast with its reason for each client."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from agentcore_probe.clients import find_client
from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.login_chain import ClientForecast, LoginChain, LoginStep, WayForecast
from agentcore_probe.model.mcp_client import McpClient, Snippet, SnippetValues
from agentcore_probe.providers import PROVIDERS
from agentcore_probe.report.view.names import Names

_FORESEEN = ("client-identity", "authorization", "token", "call")
_UNKNOWN_CLIENT_ID, _UNKNOWN_REGION = "CLIENT_ID", "REGION"


def chains(names: Names) -> list[dict[str, Any]]:
    """The chain of each target, in reading order; one with the forecasts of the first names it."""
    found = [_chain(names, chain) for chain in names.judgement.login_chains]
    for chain in found[1:]:
        chain["is_same"] = _rows(chain) == _rows(found[0])
    return found


def anchor(names: Names, target: str, client: str) -> str:
    """The anchor of a client's rows at a target."""
    return f"{names.prefix}client-{target}-{client}"


def summaries(names: Names) -> list[str]:
    """The forecasts of each target, in a line."""
    return [_summary(names, chain) for chain in names.judgement.login_chains]


def _summary(names: Names, chain: LoginChain) -> str:
    outcomes = Counter(forecast.outcome for forecast in chain.clients)
    return names.messages(
        "clients-summary",
        target=names.messages(f"target-{chain.target}"),
        all=len(chain.clients),
        good=outcomes["connects"],
        bad=outcomes["fails"],
        open=outcomes["possible"],
    )


def is_any_to_fix(names: Names) -> bool:
    """Whether a client fails because of the target or of the identity provider."""
    bests = (forecast.best for chain in names.judgement.login_chains for forecast in chain.clients)
    return any(best.outcome == "fails" and best.side in ("target", "provider") for best in bests)


def _chain(names: Names, chain: LoginChain) -> dict[str, Any]:
    provider = next((provider.name for provider in PROVIDERS if provider.id == chain.provider), "")
    outcomes = Counter(forecast.outcome for forecast in chain.clients)
    clients = [_client(names, chain, forecast) for forecast in chain.clients]
    return {
        "target": chain.target,
        "name": names.messages(f"target-{chain.target}"),
        "url": chain.url,
        "provider": provider,
        "issuer": chain.issuer,
        "steps": [_step(names, step) for step in chain.steps],
        "counts": names.messages(
            "clients-counts", all=len(chain.clients), good=outcomes["connects"], open=outcomes["possible"]
        ),
        "clients": clients,
        "groups": _groups((client, client["ways"][0]) for client in clients),
        "others": _groups((client, way) for client in clients for way in client["ways"][1:]),
        "is_same": False,
    }


def _groups(forecasts: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> list[dict[str, Any]]:
    """Clients with the same forecast together, in the order of the first of each, with all that shows it."""
    groups: list[dict[str, Any]] = []
    for client, way in forecasts:
        group = next((group for group in groups if _forecast(group) == _forecast(way)), None)
        if group is None:
            groups.append({**way, "clients": [client]})
            continue
        group["clients"].append(client)
        group["evidence"] += [
            reference for reference in way["evidence"] if reference not in group["evidence"]
        ]
    return groups


def _forecast(way: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in way.items() if name not in ("clients", "evidence")}


def _rows(chain: Mapping[str, Any]) -> list[tuple[list[str], dict[str, Any]]]:
    """What the table of a target says, whatever the target."""
    groups = (*chain["groups"], *chain["others"])
    return [([client["id"] for client in group["clients"]], _forecast(group)) for group in groups]


def _step(names: Names, step: LoginStep) -> dict[str, Any]:
    return {
        "id": step.step,
        "name": names.messages(f"step-name-{step.step}"),
        "result": step.result,
        "is_reached": step.reason != "not-reached",
        "symbol": SYMBOLS[step.result],
        "word": names.messages(f"clients-step-{_word(step)}"),
        "text": names.messages(f"login-step-{step.reason}", names.with_target_names(step.values)),
        "evidence": [names.reference(id) for id in step.evidence],
    }


def _word(step: LoginStep) -> str:
    """A run executes the steps of the documents alone: the others are foreseen from them."""
    return "foreseen" if step.result == "passed" and step.step in _FORESEEN else step.result


def _client(names: Names, chain: LoginChain, forecast: ClientForecast) -> dict[str, Any]:
    client = find_client(forecast.client)
    best = forecast.best
    ways = [best, *(way for way in forecast.ways if way is not best)]
    return {
        "id": forecast.client,
        "anchor": anchor(names, chain.target, forecast.client),
        "name": client.name if client else forecast.client,
        "version": client.version if client else "",
        "title": f"{client.name} {client.version}".strip() if client else forecast.client,
        "outcome": best.outcome,
        "ways": _without_repetition(names, [_way(names, chain, way) for way in ways]),
        "snippets": _snippets(names, chain, client, forecast) if client else [],
    }


def _way(names: Names, chain: LoginChain, way: WayForecast) -> dict[str, Any]:
    """What a client can be expected to do if it gets its id in one way."""
    t, values = names.messages, names.with_target_names(way.values)
    return {
        "way": t(f"login-way-{way.way}"),
        "outcome": way.outcome,
        "mark": {"connects": True, "fails": False}.get(way.outcome),
        "symbol": SYMBOLS[way.outcome],
        "word": t(f"clients-outcome-{way.outcome}"),
        "step": t(f"step-name-{way.step}") if way.step else "",
        "side": t(f"side-{way.side}") if way.side else "",
        "why": t(f"forecast-{way.reason}", values),
        "fix": _fix(names, chain, way.reason, values),
        "warnings": [t(f"forecast-{warning}", values) for warning in way.warnings if way.outcome != "fails"],
        "evidence": [names.reference(id) for id in way.evidence[-1:]],
    }


def _without_repetition(names: Names, ways: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ways that differ in nothing but how the client gets its id, as one."""
    if len(ways) > 1 and all({**way, "way": ""} == {**ways[0], "way": ""} for way in ways):
        return [{**ways[0], "way": names.messages.comma.join(way["way"] for way in ways)}]
    return ways


def _fix(names: Names, chain: LoginChain, reason: str, values: Mapping[str, str]) -> str:
    """What to change, as the provider has it if it has a text of its own; empty where nothing needs to be changed."""
    for message in (f"forecast-fix-{reason}-{chain.provider}", f"forecast-fix-{reason}"):
        if names.messages.has(message):
            return names.messages(message, values)
    return ""


def _snippets(
    names: Names, chain: LoginChain, client: McpClient, forecast: ClientForecast
) -> list[dict[str, str]]:
    """The configurations that fit what the target's authorizer takes; that of the best way is the first.

    Without that for the URL alone where it fails, and a typed client id may not.
    """
    values = _values(names, chain)
    authorizer = names.record.configuration.authorizer(chain.target)
    is_signed = authorizer.type in ("AWS_IAM", "AUTHENTICATE_ONLY") if authorizer else None
    fitting = [one for one in client.snippets if is_signed in (None, one.way == "sigv4")]
    outcomes = {way.way: way.outcome for way in forecast.ways}
    if outcomes.get("automatic") == "fails" and forecast.outcome != "fails":
        fitting = [one for one in fitting if one.way != "url"]
    best = {"automatic": "url"}.get(forecast.best.way, forecast.best.way)
    fitting.sort(key=lambda snippet: snippet.way != best)
    return [
        {
            "title": names.messages(f"clients-snippet-{snippet.way}"),
            "file": snippet.file,
            "text": snippet.write(values),
            "register": _unlisted(snippet, values),
            "source": snippet.source.url or snippet.source.text,
        }
        for snippet in fitting
    ]


def _unlisted(snippet: Snippet, values: SnippetValues) -> str:
    """The redirect URI of a configuration, unless the app client is known to list it."""
    uri = snippet.redirect_uri(values) if snippet.redirect_uri is not None else ""
    return "" if uri in values.redirect_uris else uri


def _values(names: Names, chain: LoginChain) -> SnippetValues:
    """What configurations show of the environment."""
    environment, identity = names.record.environment, names.record.environment.identity
    app_client = names.record.configuration.client
    id = identity.client_id if identity else None
    is_its = app_client is not None and app_client.client_id in (None, id)
    return SnippetValues(
        name=f"{environment.name}-{chain.target}",
        url=chain.url,
        client_id=id or _UNKNOWN_CLIENT_ID,
        region=environment.home_region or _UNKNOWN_REGION,
        scopes=tuple((identity.scope or "").split()) if identity else (),
        redirect_uris=(app_client.callback_urls or ()) if app_client is not None and is_its else (),
    )


def open_steps(chain: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The steps of a chain of `chains` at which some client stops, or may stop."""
    return [step for step in chain["steps"] if step["result"] != "passed" and step["is_reached"]]


def line(names: Names, client: Mapping[str, Any]) -> str:
    """The forecast of a client of `chains` by its best way, in a line."""
    best = client["ways"][0]
    text = names.messages(
        "clients-line", client=client["title"], outcome=best["outcome"], step=best["step"], way=best["way"]
    )
    return names.messages("clients-line-side", line=text, side=best["side"]) if best["side"] else text


def reasons(names: Names, chain: Mapping[str, Any]) -> list[str]:
    """Why clients of a chain of `chains` do not connect, or may not, and what to change: each once, with the clients."""
    groups: dict[tuple[str, str], list[str]] = {}
    for client in chain["clients"]:
        best = client["ways"][0]
        if best["outcome"] != "connects":
            groups.setdefault((best["why"], best["fix"]), []).append(client["name"])
    t = names.messages
    return [
        t("clients-reason", clients=t.comma.join(clients), why=t.gap.join(filter(None, sentences)))
        for sentences, clients in groups.items()
    ]
