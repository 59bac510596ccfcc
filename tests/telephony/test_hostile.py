"""What anybody could send us: a clear answer, no 5xx, nothing lost, nothing done twice."""

from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from tests.support.world import PATIENT_NUMBER, PUBLIC_URL, ROSA, STRANGER, World

FORM = {"MessageSid": "SM" + "1" * 32, "From": ROSA, "To": PATIENT_NUMBER, "Body": "hello"}


def signed(world: World, path: str, form: dict[str, Any], token: str | None = None) -> Any:
    validator = RequestValidator(token or world.house.settings.twilio_auth_token)
    signature = validator.compute_signature(PUBLIC_URL + path, form)
    return world.app.test_client().post(path, data=form, headers={"X-Twilio-Signature": signature})


def twilio_routes(world: World) -> list[tuple[str, str]]:
    found = []
    for rule in world.app.url_map.iter_rules():
        if rule.rule.startswith("/twilio"):
            path = rule.rule.replace("<int:page_id>", "1")
            found += [(m, path) for m in rule.methods or () if m not in ("HEAD", "OPTIONS")]
    return found


def test_every_twilio_route_refuses_what_is_not_signed(world: World) -> None:
    routes = twilio_routes(world)
    assert len(routes) >= 8
    client = world.app.test_client()
    for method, path in routes:
        assert client.open(path, method=method, data=FORM).status_code == 403, path
        wrong = {"X-Twilio-Signature": "bm90IHNpZ25lZA=="}
        assert client.open(path, method=method, data=FORM, headers=wrong).status_code == 403
        assert signed(world, path, FORM, token="another token").status_code == 403
    assert world.rows("conversations") == []


def test_the_second_token_is_good_during_rotation(world: World) -> None:
    object.__setattr__(world.house.settings, "twilio_auth_token_secondary", "the next one")
    assert signed(world, "/twilio/sms", FORM, token="the next one").status_code == 200


def test_a_second_arrival_has_no_effect(world: World) -> None:
    form = FORM | {"Body": "cant breathe"}
    for path in ("/twilio/sms", "/twilio/sms", "/twilio/fallback"):
        assert signed(world, path, form).status_code == 200
    world.settle()
    [conversation] = world.rows("conversations")
    assert len([m for m in conversation["messages"] if m["direction"] == "in"]) == 1
    [escalation] = world.rows("escalations")
    assert len(escalation["pages"]) == 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Body": None}, 200),  # a photo alone
        ({"Body": ""}, 200),
        ({"Body": "a" * 100_000}, 200),
        ({"Body": "fever \0 and \0 chills"}, 200),
        ({"Body": "\ud83d\ude00 \u202e\u200b caf\u00e9"}, 200),
        ({"From": STRANGER}, 200),
        ({"From": "anonymous"}, 200),
        ({"From": None}, 400),
        ({"From": "1" * 500}, 400),
        ({"MessageSid": None}, 400),
        ({"NumMedia": "banana"}, 200),
        ({"NumMedia": "2", "MediaUrl0": "https://api.twilio.com/x"}, 200),
        ({"NumMedia": "99999999999"}, 200),
    ],
)
def test_odd_forms(world: World, changes: dict[str, str | None], status: int) -> None:
    changes = {k: v.encode("utf-16", "surrogatepass").decode("utf-16") if v else v
               for k, v in changes.items()}  # fmt: skip
    form = {k: v for k, v in (FORM | changes).items() if v is not None}
    answer = signed(world, "/twilio/sms", form)
    assert answer.status_code == status
    stored = [m for c in world.rows("conversations") for m in c["messages"]]
    assert len([m for m in stored if m["direction"] == "in"]) == (1 if status == 200 else 0)
    if status == 200:
        assert "<Response" in answer.text
        world.settle()


def test_a_long_text_is_kept_whole_and_screened_to_its_end(world: World) -> None:
    body = "the nurse was kind. " * 5000 + "now i cant breathe"
    signed(world, "/twilio/sms", FORM | {"Body": body})
    [conversation] = world.rows("conversations")
    assert conversation["messages"][0]["body"] == body
    assert len(world.rows("escalations")) == 1


def test_not_a_form_at_all(world: World) -> None:
    client = world.app.test_client()
    for data, kind in ((b"\xff\xfe{", "application/json"), (b"--x", "multipart/form-data")):
        assert client.post("/twilio/sms", data=data, content_type=kind).status_code == 403


@pytest.mark.parametrize("path", ["/", "/nothing", "/twilio", "/twilio/nothing", "/console/e/x"])
def test_unknown_routes(world: World, path: str) -> None:
    answer = world.app.test_client().get(path)
    assert answer.status_code == 404
    assert "404" in answer.text


def test_wrong_method(world: World) -> None:
    assert world.app.test_client().get("/twilio/sms").status_code in (403, 405)


def test_callbacks_about_nothing(world: World) -> None:
    for query in ("", "?delivery=999", "?delivery=x", "?delivery=" + "9" * 40):
        path = f"/twilio/sms/status{query}"
        form = {"MessageSid": "SMnone", "MessageStatus": "delivered", "ErrorCode": "abc"}
        assert signed(world, path, form).status_code == 204


def test_a_page_that_does_not_exist_is_answered(world: World) -> None:
    for path in ("/twilio/voice/page/999", "/twilio/voice/page/999/key"):
        answer = signed(world, path, {"CallSid": "CA1", "From": ROSA, "Digits": "1"})
        assert answer.status_code == 200
        assert "<Hangup" in answer.text


def test_the_screen_breaks_and_a_nurse_looks(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret words of a patient")

    monkeypatch.setattr("screening.screen", broken)
    assert signed(world, "/twilio/sms", FORM).status_code == 200
    [escalation] = world.rows("escalations")
    assert escalation["tier"] == "nurse_urgent"
