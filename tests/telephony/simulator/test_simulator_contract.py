"""Every operation, by Twilio's own client, judged against Twilio's own OpenAPI description."""

from datetime import UTC, datetime, timedelta

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from telephony.simulator import SimulatedTwilio
from telephony.simulator.api import ApiRequest
from tests.telephony.simulator.conftest import (
    DANA,
    PHARMACY,
    ROSA,
    SERVICE,
    Product,
    make_client,
)
from tests.telephony.simulator.contract import violations

VOICE = '<Response><Gather numDigits="1" action="/voice"><Say>Press 1</Say></Gather></Response>'


def every_message_operation(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    send = client.messages.create
    first = send(to=ROSA, from_=PHARMACY, body="hello", status_callback=f"{product.url}/status")
    send(to=ROSA, messaging_service_sid=SERVICE, body="from the service", validity_period=60)
    send(to=ROSA, from_=PHARMACY, media_url=[f"{product.url}/1.png", f"{product.url}/2.png"])
    sim.settle()
    client.messages(first.sid).fetch()
    client.messages(first.sid).update(body="")
    client.messages.list(to=ROSA, from_=PHARMACY, page_size=2)
    client.messages.list(date_sent_after=datetime.now(UTC) - timedelta(hours=1), limit=5)
    client.messages.list(date_sent_before=datetime.now(UTC), limit=5)
    picture = sim.phone(ROSA).text("my line", to=PHARMACY, media=[("image/png", b"png")])
    media = client.messages(picture.sid).media
    [found] = media.list()
    media(found.sid).fetch()
    media(found.sid).delete()
    client.messages(first.sid).delete()


def every_call_operation(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    call = client.calls.create(
        to=DANA, from_=PHARMACY, url=f"{product.url}/voice", method="POST", timeout=22,
        status_callback=f"{product.url}/status", status_callback_method="POST",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
        machine_detection="Enable", async_amd="true",
        async_amd_status_callback=f"{product.url}/amd",
    )  # fmt: skip
    sim.phone(DANA).expect_call().answer()
    client.calls(call.sid).fetch()
    client.calls(call.sid).update(twiml="<Response><Say>One moment</Say><Pause/></Response>")
    client.calls(call.sid).update(status="completed")
    other = client.calls.create(to=DANA, from_=PHARMACY, twiml=VOICE)
    client.calls(other.sid).update(status="canceled")
    client.calls.list(to=DANA, status="completed", limit=5)
    client.calls.list(start_time_after=datetime.now(UTC) - timedelta(days=1), page_size=1)
    client.calls(call.sid).delete()


def every_refusal(client: Client) -> None:
    for wrong in ({"to": "nobody"}, {"body": "x" * 1601}, {"body": ""}):
        with pytest.raises(TwilioRestException):
            client.messages.create(**{"to": ROSA, "from_": PHARMACY, "body": "x"} | wrong)
    with pytest.raises(TwilioRestException):
        client.messages("SM" + "0" * 32).fetch()


def test_every_operation_keeps_to_twilios_description(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers["voice"] = VOICE
    every_message_operation(client, sim, product)
    every_call_operation(client, sim, product)
    every_refusal(client)
    seen = {(each.method, each.path.rpartition("/")[2][:2]) for each in sim.requests}
    assert len(seen) >= 9
    assert violations(sim.requests) == []


def test_the_judge_sees_what_is_wrong(client: Client, sim: SimulatedTwilio) -> None:
    client.messages.create(to=ROSA, from_=PHARMACY, body="hello")
    [right] = sim.requests
    assert violations([right]) == []

    def wrong(**changes: object) -> list[str]:
        return violations([ApiRequest(**{**vars(right), **changes})])

    assert any(
        "SM123" in each
        for each in wrong(answer=right.answer.replace(b'"sid":"SM', b'"sid":"SM123'))
    )
    assert any(
        "error_code is missing" in each
        for each in wrong(answer=right.answer.replace(b"error_code", b"error"))
    )
    assert wrong(answer=right.answer.replace(b'"queued"', b'"unheard"'))
    assert wrong(status=200)
    assert wrong(authorization="")
    assert wrong(body=b"Body=hello")
    assert wrong(body=right.body + b"&MaxPrice=dear")
    assert wrong(status=401, answer=b'{"code":20003}')


def test_lists_can_name_their_host_for_a_stricter_judge(product: Product) -> None:
    with SimulatedTwilio(numbers={PHARMACY: {}}, absolute_uris=True) as sim:
        make_client(sim.base_url).messages.list(limit=5)
        assert sim.base_url.encode() + b"/2010-04-01/Accounts/AC" in sim.requests[0].answer
        assert violations(sim.requests) == []


def test_a_wrong_password_is_refused_in_twilios_words(sim: SimulatedTwilio) -> None:
    url = f"{sim.base_url}/2010-04-01/Accounts/{sim.exchange.account_sid}/Messages.json"
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(url, auth=(sim.exchange.account_sid, "wrong"), timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert violations(sim.requests) == []
