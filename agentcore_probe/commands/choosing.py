"""Lists what is deployed, and asks on the terminal which of it an environment should describe."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator, Sequence

from agentcore_probe.commands.printable import printable
from agentcore_probe.environments.comments import one_line
from agentcore_probe.environments.groups import Group
from agentcore_probe.model.inventory import KINDS, Inventory, Resource
from agentcore_probe.regex import regex

_AUTHORIZERS = {"CUSTOM_JWT": "JWT", "AWS_IAM": "IAM", "NONE": "none", "AUTHENTICATE_ONLY": "any"}
_TITLES = {"runtime": "Runtimes", "gateway": "Gateways", "harness": "Harnesses"}
_WIDEST = 40
"""A longer name moves the rest of its own line only."""
_NUMBERS = regex(r"\d+(?:-\d+)?(?:[\s,]+\d+(?:-\d+)?)*")


def is_interactive() -> bool:
    """Whether somebody sees the list and can answer."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def place(inventory: Inventory) -> str:
    """The region and the account."""
    account = f", account {inventory.account}" if inventory.account else ""
    return f"{inventory.region}{account}"


def listing(inventory: Inventory, shown: Sequence[Resource], numbers: bool) -> Iterator[str]:
    """The lines of the list.

    Args:
        inventory: all that there is, which gives each resource its number.
        shown: what is listed.
        numbers: whether the numbers are shown.
    """
    numbered = {(one.kind, one.id): number for number, one in enumerate(inventory.resources, start=1)}
    width = min(max((len(one.name) for one in shown), default=0), _WIDEST)
    for kind, title in _TITLES.items():
        some = [_on_one_line(one) for one in shown if one.kind == kind]
        if some:
            yield f"{title}: status, authorizer, protocol"
        for one in some:
            number = f"{numbered[one.kind, one.id]:>3}  " if numbers else ""
            authorizer = _AUTHORIZERS.get(one.authorizer or "", one.authorizer or "?")
            cells = (
                f"{one.status or '?':8}",
                f"{authorizer:4}",
                one.protocol or ("" if kind == "harness" else "?"),
            )
            yield f"  {number}{one.name:{width}}  {'  '.join(cells)}".rstrip()
    for kind in inventory.unlisted:
        yield f"{_TITLES[kind]}: could not be listed"


def _on_one_line(resource: Resource) -> Resource:
    """The resource with texts that cannot look like another line of the list."""
    texts = {
        name: one_line(text) for name in ("name", "status", "protocol") if (text := getattr(resource, name))
    }
    return resource.model_copy(update=texts)


def nothing_deployed(inventory: Inventory) -> str:
    """The sentence where a list is empty; a kind that could not be listed is not among what there is none of."""
    kinds = [title for kind, title in KINDS.items() if kind not in inventory.unlisted]
    names = " or ".join(filter(None, (", ".join(kinds[:-1]), *kinds[-1:])))
    unlisted = "".join(f"; {_TITLES[kind]} could not be listed" for kind in inventory.unlisted)
    return f"There is no {names} in {place(inventory)}{unlisted or '. Try another --region'}."


def choose(inventory: Inventory) -> list[Resource]:
    """What the user chooses; nothing at the end of input or for an empty line.

    Args:
        inventory: what there is, with details.
    """
    print(printable(f"\n{place(inventory)}\n"))
    shown: Sequence[Resource] = inventory.resources
    while True:
        for line in listing(inventory, shown, numbers=True):
            print(printable(line))
        answer = ask("\nWhich? Numbers (1,3), a part of a name to search, or Enter to leave: ")
        if answer is None or not answer:
            return []
        if _NUMBERS.fullmatch(answer):
            chosen, wrong = _by_number(answer, inventory)
            if not wrong:
                return chosen
            print(f"There is no number {wrong}; they go from 1 to {len(inventory.resources)}.\n")
            continue
        found = [one for one in inventory.resources if answer.lower() in f"{one.name} {one.id}".lower()]
        if not found:
            print(printable(f"Nothing is called {answer!r}.\n"))
        shown = found or inventory.resources


def ask(text: str) -> str | None:
    """One line that the user types; None at the end of input.

    Args:
        text: the prompt.
    """
    print(text, end="", flush=True)
    line = sys.stdin.readline()
    if not line:
        print()
        return None
    return line.strip()


def _by_number(answer: str, inventory: Inventory) -> tuple[list[Resource], str | None]:
    """The resources with these numbers, each once, and a number that there is not."""
    numbers: dict[int, None] = {}
    for part in re.split(r"[\s,]+", answer):
        first, _, last = part.partition("-")
        if max(len(first), len(last)) > 6 or not 0 < int(first) <= int(last or first) <= len(
            inventory.resources
        ):
            return [], part
        numbers |= dict.fromkeys(range(int(first), int(last or first) + 1))
    return [inventory.resources[number - 1] for number in numbers], None


def command_lines(
    inventory: Inventory, groups: Sequence[Group], name: str | None, options: Sequence[str]
) -> Iterator[str]:
    """The list with the command line of each environment, to paste.

    Args:
        inventory: what there is, with details.
        groups: the environments that all of it makes.
        name: the environment's name, if it was given.
        options: the command's other options.
    """
    yield from listing(inventory, inventory.resources, numbers=False)
    ids = {(one.kind, one.arn if one.kind == "runtime" else one.id): one.id for one in inventory.resources}
    yield "\nTo write an environment file, or to call a harness, run one of these:\n"
    words = ["agentcore-probe", "discover", *([name] if name else [])]
    for group in groups:
        runtime, gateway = group.key
        chosen = [
            word
            for kind, key in (("runtime", runtime), ("gateway", gateway))
            if key
            for word in (f"--{kind}", ids.get((kind, key), key))  # type: ignore[arg-type]
        ]
        if chosen:
            yield f"  {shlex.join([*words, *chosen, *options])}"
    for harness in inventory.of("harness"):
        yield f"  {shlex.join(['agentcore-probe', 'ask', harness.arn or harness.id])}"
    if len(groups) > 1:
        yield f"\nOne file for each of them:\n\n  {shlex.join(['agentcore-probe', 'discover', '--all', *options])}"
        table = shlex.join(["agentcore-probe", "discover", name or "agents", "--all", *options])
        yield f"\nOne table with a row for each of them:\n\n  {table}"
