"""A Runtime, Gateway or harness as people name it -> what an environment file says of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Any

from agentcore_probe.access.control_plane import CONTROL, gateway_id
from agentcore_probe.access.reads import FailedRead
from agentcore_probe.environments.groups import Group, tables_of
from agentcore_probe.environments.places import place_of, split_url, without_known_region
from agentcore_probe.errors import InputError, NoIdentityError
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.environment import GATEWAY_ID, RUNTIME_ID
from agentcore_probe.model.inventory import KINDS, Inventory, Kind, Resource
from agentcore_probe.model.partitions import region_in_host

_IDS = {"runtime": RUNTIME_ID, "gateway": GATEWAY_ID, "harness": RUNTIME_ID}
_MANY = 12
"""So many names are listed in an error."""


def is_address(text: str) -> bool:
    """Whether `text` is an ARN or a URL, and neither a name nor an id."""
    return text.startswith("arn:") or "://" in text


def region_in(text: str) -> str | None:
    """The region in an ARN or a URL, if it has one."""
    if text.startswith("arn:"):
        return read_arn(text).region or None
    return region_in_host(split_url(text).hostname or "")


class Resolver:
    """Finds what a command line names, in the account of the credentials.

    Args:
        inventory: gives the lists of the region.
        details: gives the same with what each resource says of itself.
        failed: gives the reads that were not answered.
        arn_of: makes the ARN of a Runtime from its id, where Runtimes cannot be listed.
    """

    def __init__(
        self,
        inventory: Callable[[], Inventory],
        details: Callable[[], Inventory],
        failed: Callable[[], tuple[FailedRead, ...]],
        arn_of: Callable[[str], str],
    ) -> None:
        self._inventory, self._details = inventory, details
        self._failed, self._arn_of = failed, arn_of

    def group(self, texts: dict[str, str], region: str | None) -> Group:
        """The group of these targets.

        Args:
            texts: what names each target, by the option that has it: `--runtime`; one that may be of any kind is under `TARGET`.
            region: the region, if that was said.

        Raises:
            InputError: a target is unknown or ambiguous.
            NoIdentityError: a name cannot be looked up.
        """
        tables: dict[str, Any] = {}
        names: list[str] = []
        harnesses: list[Resource] = []
        for where, text in texts.items():
            kinds: tuple[Kind, ...] = tuple(kind for kind in KINDS if where == f"--{kind}") or tuple(KINDS)
            found = self._resolve(text.strip(), kinds, where, region)
            if overlap := {"runtime", "gateway"} & tables.keys() & found.tables.keys():
                raise InputError(
                    f"one environment has one {overlap.pop()}", where=where, hint="Name them one by one"
                )
            tables |= found.tables
            names += found.names
            harnesses += found.harnesses
        tables = without_known_region(tables)
        in_order = sorted(names, key=lambda name: name not in str(tables.get("runtime")))
        return Group(tables, tuple(in_order), None, tuple(harnesses))

    def _resolve(self, text: str, kinds: tuple[Kind, ...], where: str, region: str | None) -> Group:
        if is_address(text) or text.startswith("eyJ"):  # a token is refused without being shown
            return self._address(text, kinds, where, region)
        found = self._inventory().named(text, kinds)
        if len(found) > 1:
            hint = (
                f"Name it by kind and id: {', or '.join(f'--{one.kind} {one.id}' for one in found[:_MANY])}"
            )
            raise InputError(f"{text!r} names {len(found)} resources", where=where, hint=hint)
        if found:
            return self._of(found[0])
        unlisted = [kind for kind in kinds if kind in self._inventory().unlisted]
        for kind in unlisted:
            if len(kinds) == 1 and _IDS[kind].fullmatch(text):
                return self._by_id(kind, text)
        if unlisted:
            raise self._cannot_look_up(text, unlisted, where)
        raise self._unknown(text, kinds, where)

    def _of(self, resource: Resource) -> Group:
        """The group of a listed resource; a harness has to be read for its Runtime."""
        inventory = self._inventory()
        if resource.kind != "harness":
            return Group(tables_of(resource, inventory.region), (resource.name,))
        harness = next(one for one in self._details().of("harness") if one.id == resource.id)
        return Group(tables_of(harness, inventory.region), (harness.name,), None, (harness,))

    def _by_id(self, kind: Kind, id: str) -> Group:
        """A resource that is not listed, by its id; whether it exists shows when it is read."""
        name = id.rsplit("-", 1)[0]
        if kind == "gateway":
            return Group({"region": self._inventory().region, "gateway": {"id": id}}, (name,))
        if kind == "runtime":
            return Group({"runtime": {"arn": self._arn_of(id)}}, (name,))
        return self._of(Resource(kind="harness", id=id, name=name))

    def _address(self, text: str, kinds: tuple[Kind, ...], where: str, region: str | None) -> Group:
        """An ARN or a URL."""
        place = place_of(text, "MCP" if kinds == ("gateway",) else None, region)
        if place.kind == "harness":
            return self._harness_address(text, where)
        gateway = place.tables.get("gateway")
        kind: Kind = "gateway" if gateway else "runtime"
        if kind not in kinds or place.kind == "passthrough":
            wanted = " or a ".join(KINDS[one] for one in kinds)
            raise InputError(f"{text[:200]!r} is not the ARN or URL of a {wanted}", where=where)
        if gateway and gateway.get("url") and gateway_id(gateway["url"]) is None:
            return self._custom_domain(place.tables, where)
        if kind == "runtime" and "runtime" not in place.tables:
            hint = "Give the Runtime's ARN, its name or its id"
            raise InputError("this URL does not name the account of the Runtime", where=where, hint=hint)
        tables = {name: table for name, table in place.tables.items() if table is not None}
        return Group(tables, (_name_in(tables),))

    def _harness_address(self, text: str, where: str) -> Group:
        match = re.search(r"harness(?:/|%2[Ff])([A-Za-z0-9_]+-[A-Za-z0-9]{10})", text)
        if match is None:
            raise InputError("this URL does not name a harness", where=where, hint="Give the harness's ARN")
        return self._resolve(match[1], ("harness",), where, None)

    def _custom_domain(self, tables: dict[str, Any], where: str) -> Group:
        """A Gateway by a host without its id: the one that names it in `domainOverride`. The host of a VPC endpoint names no Gateway."""
        url = str(tables["gateway"]["url"])
        host = url.split("://", 1)[-1].split("/", 1)[0].lower()
        inventory = self._details()
        found = [
            gateway
            for gateway in inventory.of("gateway")
            if host in map(str.lower, gateway.domains) or gateway.url == url
        ]
        if len(found) == 1:
            tables = tables_of(found[0], inventory.region)
            if found[0].url != url:  # read by its id, and called at its own domain
                tables["gateway"]["url"] = url
            return Group(tables, (found[0].name,))
        raise InputError(
            "this URL does not contain the Gateway's id, and no Gateway of the region names this host as its own",
            where=where,
            hint="Give the Gateway's name, id or ARN, and add this URL as url to the file",
        )

    def _cannot_look_up(self, text: str, kinds: list[Kind], where: str) -> NoIdentityError:
        operations = {
            "runtime": "list_agent_runtimes",
            "gateway": "list_gateways",
            "harness": "list_harnesses",
        }
        failed = {read.operation: read for read in self._failed() if read.service == CONTROL}
        reads = [failed[operations[kind]] for kind in kinds if operations[kind] in failed]
        reasons = ", ".join(dict.fromkeys(read.reason for read in reads)) or "too many pages"
        actions = ", ".join(read.action for read in reads if read.is_denied)
        hint = f"Give its ARN{f', or allow {actions}' if actions else ''}"
        return NoIdentityError(f"{text!r} cannot be looked up ({reasons})", where=where, hint=hint)

    def _unknown(self, text: str, kinds: tuple[Kind, ...], where: str) -> InputError:
        inventory = self._inventory()
        named = {name: one for one in inventory.resources if one.kind in kinds for name in (one.name, one.id)}
        near = difflib.get_close_matches(text, named, n=3, cutoff=0.6)
        near += [name for name in named if text.lower() in name.lower() and name not in near]
        resources = list(dict.fromkeys(named[name] for name in near))[:_MANY]
        *others, last = (KINDS[kind] for kind in kinds)
        words = f"{', '.join(others)} or {last}" if others else last
        what = f"no {words} named {text!r} in {inventory.region}"
        if resources:
            shown = ", ".join(f"{one.name} (--{one.kind} {one.id})" for one in resources)
            return InputError(what, where=where, hint=f"Did you mean {shown}?")
        names = sorted({one.name for one in inventory.resources if one.kind in kinds})
        more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
        exists = (
            f"There are: {', '.join(names[:_MANY])}{more}"
            if names
            else "There are none; try another --region"
        )
        return InputError(what, where=where, hint=exists)


def _name_in(tables: dict[str, Any]) -> str:
    """What a target's ARN, id or host calls it."""
    if "runtime" in tables:
        return str(tables["runtime"]["arn"]).rsplit("/", 1)[-1].rsplit("-", 1)[0]
    gateway = tables["gateway"]
    return str(gateway.get("id") or gateway_id(gateway.get("url", "")) or "gateway").rsplit("-", 1)[0]
