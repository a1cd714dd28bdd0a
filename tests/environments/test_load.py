"""Environment files: where they are found, how they are read, and how mistakes are reported."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe import builtin
from agentcore_probe.environments import load
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.model.environment import Environment
from tests.conftest import PROJECT

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"


def parse(text: str) -> Environment:
    return load.parse(text.encode(), name="t", where="environments/t.toml")


@pytest.mark.parametrize("name", load.environment_names(PROJECT))
def test_every_shipped_environment_can_be_read(name: str) -> None:
    """All files in environments/ are valid."""
    assert load.load_environment(name, PROJECT).name == name


def test_the_region_defaults_to_that_of_the_arn() -> None:
    """The host must match the ARN."""
    assert parse(f'[runtime]\narn = "{ARN}"').home_region == "us-east-1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'[runtme]\narn = "{ARN}"', "Did you mean 'runtime'?"),
        ('[runtime]\nanr = "x"', "[runtime] anr: unknown key 'anr'. Did you mean 'arn'?"),
        ('[runtime]\narn = "arn:aws:s3:::x"', "[runtime] arn: 'arn:aws:s3:::x' is not the ARN of a Runtime"),
        (f'[runtime]\narn = "{ARN}\\n"', "is not the ARN of a Runtime"),
        (f'[runtime]\narn = "{ARN}"\nqualifier = "1x"', "[runtime] qualifier"),
        ('[local]\nruntime_authorizer = "jwtt"', "[local] runtime_authorizer"),
        (
            f'role_arn = "arn:aws:iam::1:role/x"\n[runtime]\narn = "{ARN}"',
            "role_arn: 'arn:aws:iam::1:role/x' is not the ARN of an IAM role",
        ),
        (f'external_id = "x y"\n[runtime]\narn = "{ARN}"', "external_id: must be 2 to 1224 letters"),
        (f'mfa_serial = "1"\n[runtime]\narn = "{ARN}"', "mfa_serial: must be the ARN or the serial number"),
        (f'source_profile = "x"\n[runtime]\narn = "{ARN}"', "source_profile: says how a role is assumed"),
        ("", "names no Runtime, Gateway, harness or registry"),
        ("a =", "is not TOML"),
        (
            '[local]\n[expect.runtime-sig4]\ndecision = "refused"\nreason = "x"',
            "[expect.runtime-sig4]: unknown access method 'runtime-sig4'. Did you mean 'runtime-sigv4'?",
        ),
        (
            '[local]\n[expect.runtime-sigv4]\ndecison = "refused"\nreason = "x"',
            "[expect.runtime-sigv4] decison: unknown key 'decison'. Did you mean 'decision'?",
        ),
        ('[gateway]\ntool = { name = "x" }', "[gateway]: needs id or url"),
        ('record = "x.json"\n[local]', "[local] has no meaning"),
        (
            '[local.policies]\nall = "permit(principal, action, resource);"',
            "has policies, and no policy engine",
        ),
        (f'[local]\n[runtime]\narn = "{ARN}"', "[local] fills in [runtime]"),
        ('[local]\n[endpoints]\nsts = "https://x"', "[local] fills in [endpoints]"),
        ('[gateway]\nurl = "http://example.com/mcp"', "neither https nor http to this machine"),
        ('[gateway]\nurl = "https://u:p@example.com/mcp"', "must not carry credentials"),
        (
            '[gateway]\nid = "gw-abcdefghij"\n[endpoints]\nbedrock = "https://x"',
            "unknown service 'bedrock'",
        ),
        ('name = "x"\n[local]', "'name' is the file's own name"),
        ("[local]\n[limits]\nseconds = 0", "[limits] seconds"),
        (
            "[local]\n[limits]\nrequests_per_second = 0.09",
            "[limits] requests_per_second: must be greater than or equal to 0.1",
        ),
        ('[local]\n[gateway]\npolicy_session = "a\\nb"', "[gateway] policy_session: is sent as a header"),
        (
            '[local]\n[gateway.passthrough]\ntarget = "a/b"',
            "[gateway.passthrough] target: 'a/b' is not the name",
        ),
        (
            '[local]\n[gateway.passthrough]\ntarget = "a"\npath = "/%2e%2E/b"',
            "[gateway.passthrough] path: '/%2e%2E/b' leads out of its target",
        ),
        (
            '[local]\n[gateway.passthrough]\ntarget = "a"\npath = "/x?api_key=y"',
            "[gateway.passthrough] path: must not carry credentials",
        ),
        ('[gateway]\nurl = "https://h:99999/mcp"', "invalid URL 'https://h:99999/mcp': Port out of range"),
        ('[gateway]\nurl = "https://[::1/mcp"', "invalid URL"),
        ('[gateway]\nurl = "https://h/m"\n[identity]\ndiscovery_url = "notaurl"', "[identity] discovery_url"),
        ('[local]\nfaults = "x"', "[local] faults: must be a list"),
        ("local = 3", "local: must be a table"),
        (
            '[gateway]\nurl = "https://h/m"\n[identity]\ntoken = { evn = "X" }',
            "[identity] token: is not a reference to a secret. Did you mean 'env'?",
        ),
    ],
)
def test_a_mistake_is_reported_with_file_key_and_hint(text: str, message: str) -> None:
    """One line that names the file, the key, and what would be valid."""
    with pytest.raises(EnvironmentFileError) as caught:
        parse(text)
    assert "environments/t.toml" in caught.value.line()
    assert message in caught.value.line()
    assert "\n" not in caught.value.line()
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("key", ["password", "client_secret", "token"])
def test_a_secret_written_out_is_refused_and_not_repeated(key: str) -> None:
    """The message names the key and never contains the value."""
    with pytest.raises(EnvironmentFileError) as caught:
        parse(f'[identity]\n{key} = "hunter2-hunter2"')
    assert "never written into an environment file" in caught.value.line()
    assert "hunter2" not in caught.value.line()


def test_an_unknown_environment_is_answered_with_the_nearest_name_and_all_that_exist(tmp_path: Path) -> None:
    """Local environments and built-in ones are listed apart."""
    (tmp_path / "environments").mkdir()
    for name in ("prod", "local"):
        (tmp_path / "environments" / f"{name}.toml").write_text("[local]")
    with pytest.raises(EnvironmentFileError) as caught:
        load.load_environment("locl", tmp_path)
    assert caught.value.line() == (
        "environment 'locl' not found. Did you mean 'local'? In environments/: local, prod. "
        "Built in: example, local-bound, local-broken, local-entrances, local-iam, local-identities, local-login, local-policy, sample"
    )


@pytest.mark.parametrize("name", ["../local", "a/b", "", ".hidden"])
def test_a_name_is_never_a_path(name: str) -> None:
    """No file outside of environments/ can be reached."""
    with pytest.raises(EnvironmentFileError):
        load.load_environment(name, PROJECT)


def test_without_local_files_the_built_in_environments_serve(tmp_path: Path) -> None:
    """The folder itself is the root, where reports will be written."""
    assert load.find_root(tmp_path) == tmp_path
    assert load.environment_names(tmp_path) == load.builtin_names()
    assert load.load_environment("local", tmp_path).local is not None


def test_the_built_in_files_are_those_of_the_repository() -> None:
    """A new environment or notebook must be added to `builtin.FILES`, or it does not travel."""
    tracked = subprocess.run(
        ["git", "ls-files", "environments", "notebooks"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(builtin.FILES) == sorted(tracked.stdout.splitlines())


def test_a_local_environment_overrides_the_built_in_one(tmp_path: Path) -> None:
    """The others stay as they are."""
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "local.toml").write_text('region = "eu-west-1"\n[local]')
    assert load.load_environment("local", tmp_path).region == "eu-west-1"
    assert load.load_environment("local-iam", tmp_path).region is None


@pytest.mark.parametrize("path", ["environments/prod.toml", "notebooks/verification.ipynb"])
def test_the_root_is_the_nearest_folder_upwards_with_local_files(tmp_path: Path, path: str) -> None:
    """An environment or the report's notebook makes a folder the root."""
    file = tmp_path / path
    file.parent.mkdir()
    file.touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert load.find_root(below) == tmp_path


def test_a_record_path_is_relative_to_the_environment_file(tmp_path: Path) -> None:
    """Built-in or local."""
    sample = load.load_environment("sample", tmp_path)
    assert load.record_path(sample, tmp_path) == PROJECT / "environments" / "sample.record.json"
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "sample.toml").write_text('record = "mine.json"')
    sample = load.load_environment("sample", tmp_path)
    assert load.record_path(sample, tmp_path) == tmp_path / "environments" / "mine.json"


@given(st.binary(max_size=400))
def test_any_bytes_give_an_environment_or_the_one_error(data: bytes) -> None:
    """Arbitrary bytes never raise anything else."""
    try:
        load.parse(data, name="t", where="t")
    except EnvironmentFileError:
        pass


_KEYS = st.sampled_from(
    [
        "region",
        "profile",
        "record",
        "runtime",
        "gateway",
        "identity",
        "local",
        "limits",
        "endpoints",
        "expect",
    ]
)
_VALUES = st.sampled_from(
    ['"x"', "1", "true", "[]", "{}", '{ env = "X" }', "1979-05-27", '["a"]', "{ a = { b = 1 } }"]
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=5))
def test_any_value_at_any_key_gives_an_environment_or_the_one_error(tables: dict[str, str]) -> None:
    """A wrong type at a valid key is reported, and never an internal error."""
    try:
        parse("\n".join(f"{key} = {value}" for key, value in tables.items()))
    except EnvironmentFileError as error:
        assert error.line()


@pytest.mark.parametrize("kind", ["folder", "pipe", "loop", "unreadable"])
def test_a_path_that_is_not_a_readable_file_is_reported(tmp_path: Path, kind: str) -> None:
    """Reading never blocks, and the message contains no Python exception."""
    path = tmp_path / "environments" / "x.toml"
    path.parent.mkdir()
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path.name)
    else:
        path.symlink_to("/proc/self/mem")  # a file that even root cannot read from its start
    with pytest.raises(EnvironmentFileError, match=r"environments/x\.toml: (is not a file|cannot be read: )"):
        load.load_environment("x", tmp_path)


def test_an_empty_folder_leaves_the_built_in_environments(tmp_path: Path) -> None:
    """Only they are listed."""
    (tmp_path / "environments").mkdir()
    with pytest.raises(EnvironmentFileError, match=r"environment 'x' not found\. Built in: example, "):
        load.load_environment("x", tmp_path)


def test_a_byte_order_mark_is_ignored() -> None:
    """Editors on Windows write one."""
    assert load.parse(b"\xef\xbb\xbf[local]\n", name="t", where="t").local is not None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('region = "x"\npassword = "hunter2 hunter3\n', '(line 2, column 28: password = "…)'),
        ("region = eu-west-1", "(line 1, column 10: region = …)"),
        ("region = [", "(end of the file, line 1: region = [)"),
        ("[identity", "(end of the file, line 1: [identity)"),
        ("token = '''\nhunter2 x\nSGVsbG8h==\n", "…)"),
        ("hunter2 = =", "…)"),
    ],
)
def test_an_error_of_toml_shows_its_line_without_values(text: str, problem: str) -> None:
    """A value may be a secret; so may any line in the middle of one."""
    with pytest.raises(EnvironmentFileError) as error:
        parse(text)
    assert error.value.line().startswith("environments/t.toml: is not TOML: ")
    assert error.value.line().endswith(problem)
    assert "hunter" not in error.value.line()
    assert "SGVs" not in error.value.line()


@pytest.mark.parametrize("name", ["all", "history", "index"])
def test_a_file_whose_name_means_something_else_is_refused(tmp_path: Path, name: str) -> None:
    """Its reports would lie where the history or the index is."""
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / f"{name}.toml").write_text("[local]\n")
    with pytest.raises(EnvironmentFileError, match=f"environments/{name}.toml: '{name}' .*Rename the file"):
        load.load_environment(name, tmp_path)
