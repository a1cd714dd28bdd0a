"""Redaction as the transport does it, for tests that it changes no meaning."""

from __future__ import annotations

from agentcore_probe.access import redaction
from agentcore_probe.model.exchange import Exchange


def redacted(exchange: Exchange) -> Exchange:
    """The exchange as the transport would have kept it."""
    request = exchange.request.model_copy(
        update={
            "headers": redaction.headers(exchange.request.headers),
            "body": exchange.request.body and redaction.text(exchange.request.body),
        }
    )
    response = exchange.response and exchange.response.model_copy(
        update={
            "headers": redaction.headers(exchange.response.headers),
            "body": redaction.text(exchange.response.body),
        }
    )
    return exchange.model_copy(update={"request": request, "response": response})
