"""Environment files: what is read, and what a mistake is told as."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe.environments import load
from agentcore_probe.errors import EnvironmentFileError
from agentcore_probe.model.environment import Environment
from tests.conftest import PROJECT

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"


def parse(text: str) -> Environment:
    return load.parse(text.encode(), name="t", where="environments/t.toml")


@pytest.mark.parametrize("name", load.environment_names(PROJECT))
def test_every_shipped_environment_can_be_read(name: str) -> None:
    """Each file in environments/ is a valid environment."""
    assert load.load_environment(name, PROJECT).name == name


def test_the_region_comes_from_the_arn_when_none_is_given() -> None:
    """The host must fit the ARN, so the ARN's own region is the default."""
    assert parse(f'[runtime]\narn = "{ARN}"').home_region == "us-east-1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f'[runtme]\narn = "{ARN}"', "Did you mean 'runtime'?"),
        ('[runtime]\nanr = "x"', "[runtime] anr: there is no key 'anr'. Did you mean 'arn'?"),
        ('[runtime]\narn = "arn:aws:s3:::x"', "[runtime] arn: 'arn:aws:s3:::x' is not the ARN of a Runtime"),
        (f'[runtime]\narn = "{ARN}\\n"', "is not the ARN of a Runtime"),
        (f'[runtime]\narn = "{ARN}"\nqualifier = "1x"', "[runtime] qualifier"),
        ('[local]\nruntime_authorizer = "jwtt"', "[local] runtime_authorizer"),
        ("", "names neither a Runtime nor a Gateway"),
        ("a =", "is not TOML"),
        ('[gateway]\ntool = { name = "x" }', "[gateway]: needs id or url"),
        ('record = "x.json"\n[local]', "[local] has no meaning"),
        (f'[local]\n[runtime]\narn = "{ARN}"', "[local] fills in [runtime]"),
        ('[local]\n[endpoints]\nsts = "https://x"', "[local] fills in [endpoints]"),
        ('[gateway]\nurl = "http://example.com/mcp"', "neither https nor http to this machine"),
        ('[gateway]\nurl = "https://u:p@example.com/mcp"', "must not carry credentials"),
        (
            '[gateway]\nid = "gw-abcdefghij"\n[endpoints]\nbedrock = "https://x"',
            "there is no service 'bedrock'",
        ),
        ('name = "x"\n[local]', "'name' is the file's own name"),
        ("[local]\n[limits]\nseconds = 0", "[limits] seconds"),
        ('[gateway]\nurl = "https://h:99999/mcp"', "is no URL: Port out of range"),
        ('[gateway]\nurl = "https://[::1/mcp"', "is no URL"),
        ('[gateway]\nurl = "https://h/mcp"\nid = "gw-abcdefghij"', "[gateway]: takes id or url, not both"),
        ('[gateway]\nurl = "https://h/m"\n[identity]\ndiscovery_url = "notaurl"', "[identity] discovery_url"),
        ('[local]\nfaults = "x"', "[local] faults: must be a list"),
        ("local = 3", "local: must be a table"),
        (
            '[gateway]\nurl = "https://h/m"\n[identity]\ntoken = { evn = "X" }',
            "[identity] token: is not a reference to a secret. Did you mean 'env'?",
        ),
    ],
)
def test_a_mistake_is_told_with_file_key_and_way_out(text: str, says: str) -> None:
    """One line that names the file, the key, and what would be right."""
    with pytest.raises(EnvironmentFileError) as caught:
        parse(text)
    assert "environments/t.toml" in caught.value.line()
    assert says in caught.value.line()
    assert "\n" not in caught.value.line()
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("key", ["password", "client_secret", "token"])
def test_a_secret_written_out_is_refused_and_not_repeated(key: str) -> None:
    """The message refers to the key and never holds the value."""
    with pytest.raises(EnvironmentFileError) as caught:
        parse(f'[identity]\n{key} = "hunter2-hunter2"')
    assert "never written into an environment file" in caught.value.line()
    assert "hunter2" not in caught.value.line()


def test_an_unknown_environment_lists_those_that_exist_nearest_first() -> None:
    """A typo is answered with the name that was meant."""
    with pytest.raises(EnvironmentFileError) as caught:
        load.load_environment("locl", PROJECT)
    assert "There are: local" in caught.value.line()


@pytest.mark.parametrize("name", ["../local", "a/b", "", ".hidden"])
def test_a_name_is_never_a_path(name: str) -> None:
    """No file outside environments/ can be named."""
    with pytest.raises(EnvironmentFileError):
        load.load_environment(name, PROJECT)


def test_without_an_environments_folder_the_way_out_is_told(tmp_path: Path) -> None:
    """Outside a checkout the command says where it wants to be run."""
    with pytest.raises(EnvironmentFileError, match="environments/ folder"):
        load.find_root(tmp_path)


@given(st.binary(max_size=400))
def test_any_bytes_give_an_environment_or_the_one_error(data: bytes) -> None:
    """Foreign bytes never raise anything else."""
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
    """Wrong kinds at known keys are told, not raised as faults of ours."""
    try:
        parse("\n".join(f"{key} = {value}" for key, value in tables.items()))
    except EnvironmentFileError as error:
        assert error.line()


@pytest.mark.parametrize("kind", ["folder", "pipe", "loop", "unreadable"])
def test_what_is_no_readable_file_is_told(tmp_path: Path, kind: str) -> None:
    """Nothing is waited for, and no Python word is shown."""
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
    with pytest.raises(EnvironmentFileError, match=r"environments/x\.toml: (is no file|cannot be read: )"):
        load.load_environment("x", tmp_path)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    """There is no nearest name in it."""
    (tmp_path / "environments").mkdir()
    with pytest.raises(EnvironmentFileError, match=r"The folder holds no \.toml file"):
        load.load_environment("x", tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_file() -> None:
    """Editors on Windows put one in front."""
    assert load.parse(b"\xef\xbb\xbf[local]\n", name="t", where="t").local is not None
