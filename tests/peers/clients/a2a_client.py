"""The official A2A SDK 1.x's client: the URL of an agent, then its answer as JSON; a token is read from TOKEN."""

import asyncio
import json
import os
import sys

import httpx
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory
from a2a.types import Message, Part, Role, SendMessageRequest


async def main() -> None:
    headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
    async with httpx.AsyncClient(headers=headers, timeout=30) as http:
        card = await A2ACardResolver(http, sys.argv[1]).get_agent_card()
        client = ClientFactory(ClientConfig(streaming=False, httpx_client=http)).create(card)
        message = Message(message_id="m0", role=Role.ROLE_USER, parts=[Part(text="hi")])
        answers = [answer async for answer in client.send_message(SendMessageRequest(message=message))]
    print(json.dumps({"name": card.name, "answer": answers[0].message.parts[0].text}))


asyncio.run(main())
