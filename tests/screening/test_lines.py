"""The command line's JSON lines, and errors that stay on their line."""

import json

import pytest

from screening import screen, screen_lines


def test_a_line_in_a_line_out() -> None:
    [line] = screen_lines(['{"id": "a1", "text": "line came out"}\n'])
    answer = json.loads(line)
    assert answer["id"] == "a1"
    assert answer["tier"] == "nurse_urgent"
    assert answer["flags"] == ["catheter_or_tubing_out"]
    assert answer["decision"] == "page"


BROKEN = ["{", "[]", '{"id": 1}', '{"id": 1, "text": null}', "7", "\x00", b"\xff\xfe{}", b"\x80"]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_line_is_named_and_the_rest_goes_on(broken: str | bytes) -> None:
    answers = [json.loads(a) for a in screen_lines([broken, "", '{"id": 2, "text": "hello"}'])]
    assert answers[0]["line"] == 1
    assert answers[0]["error"]
    assert answers[1] == {"id": 2, "tier": "none", "flags": [], "decision": "none"}


def test_only_text_is_screened() -> None:
    with pytest.raises(TypeError):
        screen(None)  # type: ignore[arg-type]
