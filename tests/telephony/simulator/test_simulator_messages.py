"""Texts over the API and back: what Twilio refuses, how statuses move, what webhooks say."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug.datastructures import MultiDict

from telephony.simulator import SIMULATOR_AUTH_TOKEN, SimulatedTwilio
from telephony.simulator.callbacks import sign
from telephony.simulator.segments import count_segments
from telephony.simulator.texts import messages_in
from tests.telephony.simulator.conftest import DANA, NURSES, PHARMACY, ROSA, SERVICE, Product

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"


def test_twilios_own_signature_example() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE", "Digits": "1234", "From": "+14158675309",
        "To": "+18005551212", "Caller": "+14158675309",
    }  # fmt: skip
    assert sign("12345", URL, params) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_twilios_signature_example_with_a_repeated_parameter() -> None:
    digits = [("Digits", each) for each in ("5678", "1234", "1234")]
    params = MultiDict([("Sid", "CA123"), ("SidAccount", "AC123"), *digits])
    assert sign("12345", URL, params) == "IK+Dwps556ElfBT0I3Rgjkr1wJU="


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
        ("€" * 80, 1), ("€" * 81, 2), ("[ok]" * 26 + "a" * 4, 1),
        ("á" * 70, 1), ("á" * 71, 2), ("“quoted”", 1), ("😀" * 35, 1), ("😀" * 36, 2),
        ("ñ" * 160, 1),
    ],
)  # fmt: skip
def test_segments(body: str, segments: int) -> None:
    assert count_segments(body) == segments


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"to": ""}, 21604), ({"to": "12345"}, 21211), ({"to": "+0155501"}, 21211),
        ({"from_": ""}, 21603), ({"from_": "+15558888888"}, 21606), ({"to": PHARMACY}, 21266),
        ({"body": ""}, 21602), ({"body": "x" * 1601}, 21617), ({"validity_period": 0}, 20001),
        ({"validity_period": 36001}, 20001),
        ({"from_": "", "messaging_service_sid": "MG" + "f" * 32}, 21701),
    ],
)  # fmt: skip
def test_what_twilio_refuses(client: Client, form: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**{"to": ROSA, "from_": PHARMACY, "body": "hello"} | form)
    assert refused.value.code == code
    assert refused.value.status in (400, 404)


def test_a_text_moves_through_its_statuses(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    sent = client.messages.create(
        to=ROSA, from_=PHARMACY, body="Olá ñ", status_callback=f"{product.url}/status?x=1"
    )
    assert (sent.status, sent.direction, sent.num_segments) == ("queued", "outbound-api", "1")
    assert sent.date_created and sent.date_created.tzinfo
    assert sent.date_sent is None
    got = sim.phone(ROSA).expect("Olá")
    assert (got.sid, got.from_, got.to) == (sent.sid, PHARMACY, ROSA)
    sim.settle()
    assert product.statuses() == ["queued", "sending", "sent", "delivered"]
    assert client.messages(sent.sid).fetch().status == "delivered"
    assert product.forms("status")[-1]["MessageSid"] == sent.sid


def test_a_text_of_a_service_is_accepted_before_it_is_queued(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    sent = client.messages.create(
        to=ROSA, messaging_service_sid=SERVICE, body="hi", status_callback=f"{product.url}/status"
    )
    assert (sent.status, sent.from_) == ("accepted", None)
    assert sim.phone(ROSA).expect("hi").from_ == PHARMACY
    sim.settle()
    assert product.statuses()[0] == "queued"
    assert product.forms("status")[0]["MessagingServiceSid"] == SERVICE


def test_every_webhook_is_signed(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    client.messages.create(
        to=ROSA, from_=PHARMACY, body="hi", status_callback=f"{product.url}/status?key=a%20b&x=1"
    )
    sim.phone(ROSA).text("¿qué? & más = 1+1")
    sim.settle()
    validator = RequestValidator(SIMULATOR_AUTH_TOKEN)
    assert len(product.got) == 5
    for path, form, headers in product.got:
        url = f"{product.url}/{path}" + ("?key=a%20b&x=1" if path == "status" else "")
        assert validator.validate(url, form, headers["X-Twilio-Signature"])
        assert not validator.validate(url, form | {"To": "+1"}, headers["X-Twilio-Signature"])


def test_a_phone_texts_the_pharmacy_and_hears_back(sim: SimulatedTwilio, product: Product) -> None:
    product.answers["sms"] = (
        "<Response><Message><Body>Thank you</Body></Message>"
        f"<Message to='{DANA}'>She wrote</Message></Response>"
    )
    rosa = sim.phone(ROSA)
    message = rosa.text("hello", to=NURSES)
    [form] = product.forms("sms")
    assert form["Body"] == "hello"
    assert (form["From"], form["To"], form["NumMedia"]) == (ROSA, NURSES, "0")
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"] == message.sid
    assert {"FromCity", "FromCountry", "ToZip", "NumSegments", "ApiVersion"} <= set(form)
    assert "OptOutType" not in form
    assert rosa.expect("Thank you").from_ == NURSES
    assert sim.phone(DANA).expect("She wrote")
    assert sim.unexpected() == []


def test_a_picture_comes_with_a_file_behind_a_password(
    sim: SimulatedTwilio, product: Product
) -> None:
    message = sim.phone(ROSA).text("", media=[("image/png", b"\x89PNG"), ("image/jpeg", b"jpg")])
    [form] = product.forms("sms")
    assert message.sid.startswith("MM")
    assert (form["NumMedia"], form["Body"], form["MediaContentType1"]) == ("2", "", "image/jpeg")
    auth = (sim.exchange.account_sid, sim.exchange.auth_token)
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(form["MediaUrl0"], timeout=5).status_code == 401
        answer = session.get(form["MediaUrl0"], auth=auth, timeout=5)
        assert (answer.content, answer.headers["Content-Type"]) == (b"\x89PNG", "image/png")
        assert session.delete(form["MediaUrl0"], auth=auth, timeout=5).status_code == 204
        assert session.get(form["MediaUrl0"], auth=auth, timeout=5).status_code == 404


def test_a_failing_webhook_is_followed_by_the_fallback(
    sim: SimulatedTwilio, product: Product
) -> None:
    product.answers["sms"] = 500
    sim.phone(ROSA).text("hello")
    [form] = product.forms("fallback")
    assert (form["Body"], form["ErrorCode"], form["ErrorUrl"]) == (
        "hello",
        "11200",
        f"{product.url}/sms",
    )


def test_a_lost_connection_is_tried_once_more_then_the_fallback(
    sim: SimulatedTwilio, product: Product
) -> None:
    sim.exchange.numbers[PHARMACY]["sms_url"] = "http://127.0.0.1:9/sms"
    message = sim.phone(ROSA).text("hello", to=PHARMACY)
    assert [each.status for each in sim.webhooks.attempts] == [None, None, 200]
    assert product.forms("fallback")[0]["MessageSid"] == message.sid


def test_stop_and_start_as_the_carrier_does_them(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    rosa = sim.phone(ROSA)
    rosa.text("  stop ", to=PHARMACY)
    assert rosa.expect("unsubscribed").from_carrier
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=ROSA, from_=PHARMACY, body="hi")
    assert refused.value.code == 21610
    client.messages.create(to=ROSA, from_=NURSES, body="from the other number")
    rosa.expect("other number")
    rosa.text("Stop", to=PHARMACY)
    rosa.text("HELP", to=PHARMACY)
    rosa.text("start", to=PHARMACY)
    rosa.expect("re-subscribed")
    client.messages.create(to=ROSA, from_=PHARMACY, body="welcome back")
    rosa.expect("welcome back")
    words = [form.get("OptOutType") for form in product.forms("sms")]
    assert words == ["STOP", "STOP", "HELP", "START"]
    assert sim.unexpected() == []


def test_a_plain_yes_and_a_sentence_with_stop_are_ordinary_texts(
    sim: SimulatedTwilio, product: Product
) -> None:
    sim.phone(ROSA).text("yes")
    sim.phone(ROSA).text("please stop the pump alarm")
    assert all("OptOutType" not in form for form in product.forms("sms"))
    assert sim.phone(ROSA).inbox == []


def test_lists_filter_and_turn_pages(client: Client, sim: SimulatedTwilio) -> None:
    for number in range(5):
        client.messages.create(to=ROSA, from_=PHARMACY, body=f"n{number}")
    client.messages.create(to=DANA, from_=NURSES, body="other")
    sim.settle()
    assert [each.body for each in client.messages.list(to=ROSA, page_size=2)] == [
        "n4", "n3", "n2", "n1", "n0",
    ]  # fmt: skip
    assert len(client.messages.list(from_=NURSES)) == 1
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    assert len(client.messages.list(date_sent_after=now - hour)) == 6
    assert client.messages.list(date_sent_after=now + hour) == []
    assert client.messages.list(date_sent_before=now - hour) == []


def test_an_expected_text_that_does_not_come_is_named(client: Client, sim: SimulatedTwilio) -> None:
    client.messages.create(to=ROSA, from_=PHARMACY, body="something else")
    sim.phone(ROSA).expect("something")
    with pytest.raises(AssertionError, match="something else"):
        sim.phone(ROSA).expect("ready", timeout=0.01)
    client.messages.create(to=DANA, from_=PHARMACY, body="surplus")
    sim.settle()
    assert [str(each) for each in sim.unexpected()] == ["surplus"]


def test_requests_are_logged_with_their_arrival(client: Client, sim: SimulatedTwilio) -> None:
    client.messages.create(to=ROSA, from_=PHARMACY, body="one")
    client.messages.create(to=ROSA, from_=PHARMACY, body="two")
    first, second = sim.requests
    assert (first.method, first.form["Body"], first.status) == ("POST", "one", 201)
    assert first.at.tzinfo is not None
    assert second.monotonic > first.monotonic


def test_broken_twiml_says_nothing() -> None:
    assert messages_in("<Response><Message>x") == []
    assert messages_in("") == []
    assert messages_in("<Response><Message> a </Message><Sms>b</Sms></Response>") == [
        (None, "a"), (None, "b"),
    ]  # fmt: skip


def test_a_script_answers_by_itself(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    dana = sim.phone(DANA)
    dana.script.reply("{code}A", to=r"reply (\d+)A", after=30)
    client.messages.create(to=DANA, from_=NURSES, body="Reply 42A to accept")
    dana.expect("42A")
    assert product.forms("sms") == []
    sim.advance(30)
    [form] = product.forms("sms")
    assert (form["Body"], form["To"]) == ("42A", NURSES)
