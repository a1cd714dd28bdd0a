"""Which environments names, patterns and `all` mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentcore_probe.commands.selection import listed, select_environments
from agentcore_probe.errors import InputError

GATEWAY = '[gateway]\nid = "my-gateway-abcdefghij"\n'
RECORDED = 'record = "sample.record.json"\n'


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A project with two stages in two regions, one for this machine, a recorded one and the example."""
    files = dict.fromkeys(("prod-eu", "prod-us", "stage-eu", "stage-us", "local-mine", "example"), GATEWAY)
    (tmp_path / "environments").mkdir()
    for name, text in {**files, "sample": RECORDED}.items():
        (tmp_path / "environments" / f"{name}.toml").write_text(text)
    return tmp_path


def test_all_is_every_file_but_the_example_and_recorded_ones(
    fleet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In alphabetical order, with names that begin with "local"; what is left out is printed, with the reason."""
    assert select_environments(["all"], fleet) == ["local-mine", "prod-eu", "prod-us", "stage-eu", "stage-us"]
    assert capsys.readouterr().err == "left out: example (to copy), sample (recorded)\n"


def test_built_in_environments_without_a_file_are_not_in_all(fleet: Path) -> None:
    """`local` and its variants are named where they are wanted."""
    assert "local" not in select_environments(["all"], fleet)
    assert select_environments(["local", "prod-*"], fleet) == ["local", "prod-eu", "prod-us"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["prod-eu", "stage-eu"], ["prod-eu", "stage-eu"]),
        (["prod-eu,stage-eu"], ["prod-eu", "stage-eu"]),
        (["prod-eu, stage-eu,", "prod-us"], ["prod-eu", "stage-eu", "prod-us"]),
        (["stage-us", "*-us"], ["stage-us", "prod-us"]),
        (["prod-??"], ["prod-eu", "prod-us"]),
        (["[sp]*-eu"], ["prod-eu", "stage-eu"]),
        (["s*"], ["sample", "stage-eu", "stage-us"]),
        (["local-i*"], ["local-iam", "local-identities"]),
        (["nothing-here"], ["nothing-here"]),
    ],
)
def test_lists_and_patterns_are_names_in_their_order(
    fleet: Path, words: list[str], names: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each once. A pattern takes recorded ones, and built-in ones where it matches no file."""
    assert select_environments(words, fleet) == names
    assert capsys.readouterr().err == ""


def test_a_pattern_leaves_the_example_out_and_says_so(
    fleet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its values are placeholders."""
    assert "example" not in select_environments(["*"], fleet)
    assert capsys.readouterr().err == "left out: example (to copy)\n"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (
            ["prd-*"],
            "no environment matches 'prd-*'. Did you mean 'prod-us' or 'prod-eu'? In environments/: "
            "example, local-mine, prod-eu, prod-us, sample, stage-eu, stage-us",
        ),
        (["PROD-*"], "no environment matches 'PROD-*'. In environments/: example"),
        ([","], "no environment is named in ','"),
    ],
)
def test_what_stands_for_nothing_is_an_error_with_near_names(
    fleet: Path, words: list[str], error: str
) -> None:
    """One line; nothing is run."""
    with pytest.raises(InputError) as caught:
        select_environments(words, fleet)
    assert caught.value.line().startswith(error)


def test_all_of_nothing_is_an_error_that_says_what_was_left_out(tmp_path: Path) -> None:
    """Also where there is no folder of environments."""
    with pytest.raises(InputError, match="no environment for 'all'. Copy"):
        select_environments(["all"], tmp_path)
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "replay.toml").write_text(RECORDED)
    with pytest.raises(InputError, match=r"which leaves out replay \(recorded\)"):
        select_environments(["all"], tmp_path)


def test_a_long_list_is_cut() -> None:
    """An error about one name of a thousand is still one line."""
    names = [f"e{number}" for number in range(1000)]
    assert listed(names) == "e0, e1, e2, e3, e4, e5, e6, e7 and 992 more"
    assert listed(names[:9]) == ", ".join(names[:9])
