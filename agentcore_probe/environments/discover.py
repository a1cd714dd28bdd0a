"""Reads what is deployed and drafts environment files for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from agentcore_probe.access.aws import Aws
from agentcore_probe.access.control_plane import read_targets
from agentcore_probe.access.inventory import read_inventory, with_details
from agentcore_probe.access.reads import MISSING, FailedRead, NotedReads
from agentcore_probe.access.stacks import read_stack
from agentcore_probe.environments.discovered import Discovered, NotDiscovered
from agentcore_probe.environments.draft import draft
from agentcore_probe.environments.further_reads import missing, read_further
from agentcore_probe.environments.groups import Group, groups_of
from agentcore_probe.environments.load import FOLDER, from_tables, parse
from agentcore_probe.environments.login_error import login_error
from agentcore_probe.environments.naming import Targets, described_targets, files_about, free_name
from agentcore_probe.environments.resolving import Resolver
from agentcore_probe.environments.rows import place_of
from agentcore_probe.environments.sources import is_local
from agentcore_probe.environments.stack_targets import clients_of, resources_of, stack_error
from agentcore_probe.environments.unread import Scope, statements
from agentcore_probe.environments.unreadable import check_lists, check_readable
from agentcore_probe.errors import InputError, NoIdentityError, ProbeError
from agentcore_probe.model.arn import read_arn
from agentcore_probe.model.aws_shapes import from_answers
from agentcore_probe.model.environment import Environment
from agentcore_probe.model.inventory import Inventory, Resource
from agentcore_probe.model.partitions import REGION

_FILES = 4
"""So many files are made at a time."""


class Discoverer:
    """Finds what is deployed in one region of one account.

    Args:
        root: the project's root.
        region: the AWS region; None takes boto3's.
        profile: the AWS profile to read with; it is written to the files.
        username: the Cognito user to log in as.
        where: names the command line in errors.
    """

    def __init__(
        self,
        root: Path,
        *,
        region: str | None = None,
        profile: str | None = None,
        username: str | None = None,
        where: str | None = None,
    ) -> None:
        self._root, self._region, self._profile = root, region, profile
        self.username = username
        self._where = where
        self._aws: dict[tuple[str | None, str], Aws] = {}

    @cached_property
    def _reads(self) -> NotedReads:
        return NotedReads(
            self._access(Environment(name="account", region=self._region, profile=self._profile))
        )

    def _access(self, environment: Environment) -> Aws:
        """Access to AWS, one for each region and set of base URLs; it has logged in."""
        if self._region is not None and not REGION.fullmatch(self._region):
            raise InputError(
                f"invalid region {self._region!r}", where="--region", hint="A region is like us-east-1"
            )
        key = environment.home_region, str(sorted(environment.endpoints.items()))
        if key not in self._aws:
            aws = Aws(environment)
            if aws.login_problem is not None:
                raise login_error(aws.login_problem, where=self._where, is_input=True)
            if aws.region is None:
                raise InputError(
                    "no region is known",
                    where="--region",
                    hint="Give it, set AWS_REGION, or name a target by its ARN",
                )
            self._aws[key] = self._aws[aws.region, key[1]] = aws
        return self._aws[key]

    @property
    def region(self) -> str:
        """The region that is read."""
        return str(
            self._access(Environment(name="account", region=self._region, profile=self._profile)).region
        )

    @cached_property
    def inventory(self) -> Inventory:
        """What the lists of the region have."""
        return read_inventory(self._reads, self.region)

    @cached_property
    def details(self) -> Inventory:
        """The same with what each resource says of itself.

        Raises:
            NoIdentityError: nothing may be listed.
            UnreachableError: nothing answered.
        """
        check_lists(self.inventory, self._reads.failed, f"region {self.region}")
        return with_details(self.inventory, self._reads)

    @property
    def unread(self) -> tuple[FailedRead, ...]:
        """What the lists and the details lack."""
        return self._reads.failed

    def statements(self, failed: Iterable[FailedRead]) -> str | None:
        """The IAM statements that allow the reads that were denied, as JSON; None where none was."""
        denied = [read for read in failed if read.is_denied]
        if not denied:
            return None
        account, partition = self.inventory.account, "aws"
        caller, _ = self._reads.read("sts", "get_caller_identity")
        arn = read_arn(str((caller or {}).get("Arn")))
        if arn.account:
            partition, account = arn.partition, account or arn.account
        return json.dumps(statements(denied, Scope(self.region, account, partition)), indent=2)

    def named(self, texts: Mapping[str, str]) -> Group:
        """The group that names, ids, ARNs or URLs mean.

        Args:
            texts: what names each target, by the option that has it: `--runtime`.

        Raises:
            InputError: a target is unknown or ambiguous.
            NoIdentityError: a name cannot be looked up.
        """
        resolver = Resolver(
            lambda: self.inventory, lambda: self.details, lambda: self._reads.failed, self._runtime_arn
        )
        return resolver.group(dict(texts), self._region)

    def groups(self, resources: Sequence[Resource]) -> list[Group]:
        """The environments that resources of `details` make."""
        return groups_of(resources, self.details)

    def stack(self, name: str) -> list[Group]:
        """The environments that a CloudFormation stack makes, with those nested in it.

        Args:
            name: the stack's name or ARN.

        Raises:
            InputError: there is no such stack, or nothing of AgentCore in it.
            NoIdentityError: the stack may not be read.
        """
        content = read_stack(name, self._reads)
        if content is None:
            raise stack_error(name, self.region, self._reads.failed)
        found = resources_of(content, self._runtime_arn)
        if not found:
            raise InputError(
                f"the stack {name} has no Runtime, Gateway or harness, and no output names one",
                where="--stack",
                hint="Give another stack, or name the target: --runtime, --gateway",
            )
        details = with_details(Inventory(region=self.region, resources=found), self._reads)
        clients = clients_of(content)
        return [
            replace(group, clients=clients)
            for group in groups_of(details.resources, details, f"both are in the stack {name}")
        ]

    def _runtime_arn(self, id: str) -> str:
        """The ARN of a Runtime of which only the id is known: in the region and account of the caller."""
        caller, why = self._reads.read("sts", "get_caller_identity")
        arn = read_arn(str((caller or {}).get("Arn")))
        if caller is None or not arn.account:
            raise NoIdentityError(
                f"the account of the Runtime {id} is not known ({why or 'unexpected answer of STS'})",
                where="--runtime",
                hint="Give the Runtime's ARN, or AWS credentials of its account",
            )
        return f"arn:{arn.partition}:bedrock-agentcore:{self.region}:{arn.account}:runtime/{id}"

    @cached_property
    def _described(self) -> dict[str, Targets]:
        """What the project's environments describe."""
        return described_targets(self._root)

    def name_for(
        self, group: Group, *, force: bool = False, others: Sequence[str] = (), is_one_of_all: bool = False
    ) -> str:
        """The name of a new environment of this group.

        Args:
            group: what it describes.
            force: whether the file that describes exactly this may be replaced.
            others: names that are taken as well.
            is_one_of_all: whether nobody asked for this group: then a file that describes it with another target is
                enough.

        Raises:
            InputError: a file describes exactly this already.
        """
        existing = files_about(group, self._described)
        same = [name for name, key in existing.items() if key == group.key]
        replaceable = [name for name in same if is_local(name, self._root)] if force else []
        if replaceable:
            return replaceable[0]
        described = {part for key in existing.values() for part in key if part}
        is_described = bool(existing) and {part for part in group.key if part} <= described
        if same or (is_described and is_one_of_all):
            files = ", ".join(place_of(name, self._root) for name in same or existing)
            hint = "Give a name for another file, or --force to replace it"
            raise InputError("describes this already", where=files, hint=hint)
        return free_name(next(iter(group.names), "deployed"), self._root, others)

    def draft_all(
        self, groups: Sequence[Group], *, force: bool = False
    ) -> Iterator[Discovered | NotDiscovered]:
        """The environment file of each group, or why it has none.

        Args:
            groups: what the files describe.
            force: whether files that describe exactly one of them may be replaced.
        """
        named: list[tuple[Group, str | InputError]] = []
        for group in groups:
            taken = [name for _, name in named if isinstance(name, str)]
            try:
                named.append((group, self.name_for(group, force=force, others=taken, is_one_of_all=True)))
            except InputError as error:
                named.append((group, error))
        yield from self.draft_named(named)

    def draft_named(
        self, named: Sequence[tuple[Group, str | InputError]]
    ) -> Iterator[Discovered | NotDiscovered]:
        """The environment file of each group, or why it has none.

        Args:
            named: what the files describe, each with its name, or with the reason why it has none.
        """
        with ThreadPoolExecutor(_FILES, "files") as pool:
            yield from pool.map(lambda pair: self._drafted(*pair), named)

    def _drafted(self, group: Group, name: str | InputError) -> Discovered | NotDiscovered:
        if isinstance(name, InputError):
            return NotDiscovered(group.title, name, is_described=True)
        try:
            return self.draft(group, name)
        except ProbeError as error:
            return NotDiscovered(group.title, error)

    def draft(self, group: Group, name: str) -> Discovered:
        """The environment file of a group.

        Args:
            group: what it describes.
            name: the environment's.

        Raises:
            InputError: a target does not exist.
            NoIdentityError: the credentials may not read any target.
            UnreachableError: nothing answered.
        """
        tables = {**group.tables}
        arn = (tables.get("runtime") or {}).get("arn", "")
        is_in_arn = self._region is not None and f":{self._region}:" in arn
        settings = {"region": None if is_in_arn else self._region, "profile": self._profile}
        tables |= {key: value for key, value in settings.items() if value is not None}
        targets = from_tables(tables, name=name, where="the command line")
        reads = NotedReads(self._access(targets))
        facts = read_targets(targets, reads)
        runtime = from_answers(facts).runtime
        if group.harnesses and runtime is not None and runtime.unreadable in MISSING:
            # The Runtime behind a harness may be AWS's own affair: the file is about the harness then.
            tables = {key: value for key, value in tables.items() if key != "runtime"}
            tables["harness"] = {"arn": group.harnesses[0].arn}
            targets = from_tables(tables, name=name, where="the command line")
            reads = NotedReads(self._access(targets))
            facts = read_targets(targets, reads)
        check_readable(targets, from_answers(facts))
        deployed, reading = read_further(group, targets, facts, reads, self._access(targets))
        if targets.region is None and targets.runtime is None:
            targets = targets.model_copy(update={"region": self._access(targets).region})
        drafted = draft(targets, deployed, self.username, reading)
        # The text holds what services sent: check it before anyone relies on it.
        parse(drafted.text.encode(), name=name, where=f"{FOLDER}/{name}.toml, as it would be written")
        return Discovered(
            name=name,
            text=drafted.text,
            path=self._root / FOLDER / f"{name}.toml",
            todo=drafted.todo,
            why=group.why,
            unread=tuple(reading.unread),
            failed=missing(reads.failed),
        )
