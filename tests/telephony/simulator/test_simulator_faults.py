"""Each way to misbehave, as the product sees it."""

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from telephony.simulator import SimulatedTwilio
from tests.telephony.simulator.conftest import DANA, PHARMACY, ROSA, Product, make_client


def send(client: Client, product: Product, body: str = "hello", **more: object) -> str:
    form = {"to": ROSA, "from_": PHARMACY, "body": body, "status_callback": f"{product.url}/status"}
    return str(client.messages.create(**form | more).sid)


def test_everything_twice(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    sim.faults.duplicate_webhooks()
    sim.phone(ROSA).text("hi")
    send(client, product)
    sim.settle()
    first, second = product.forms("sms")
    assert first == second
    assert product.statuses() == [
        "queued", "queued", "sending", "sending", "sent", "sent", "delivered", "delivered",
    ]  # fmt: skip
    tokens = [
        headers["I-Twilio-Idempotency-Token"] for path, _, headers in product.got if path == "sms"
    ]
    assert tokens[0] == tokens[1]


def test_callbacks_in_reverse(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    sim.faults.reorder_callbacks()
    send(client, product)
    sim.settle()
    assert product.statuses() == ["delivered", "sent", "sending", "queued"]


def test_call_callbacks_in_reverse(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    sim.faults.reorder_callbacks()
    client.calls.create(
        to=DANA, from_=PHARMACY, twiml="<Response/>", status_callback=f"{product.url}/status",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )  # fmt: skip
    sim.phone(DANA).expect_call().answer()
    sim.settle()
    assert product.statuses() == ["completed", "in-progress", "ringing", "initiated"]


def test_no_callbacks(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    sim.faults.drop_callbacks()
    send(client, product)
    sim.phone(ROSA).expect("hello")
    sim.settle()
    assert product.statuses() == []


def test_late_callbacks(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    sim.faults.delay(60, what="callbacks")
    send(client, product)
    sim.phone(ROSA).expect("hello")
    sim.advance(59)
    assert product.statuses() == []
    sim.advance(1)
    assert product.statuses()[-1] == "delivered"


def test_callbacks_before_the_answer(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    sim.faults.early_callbacks()
    send(client, product)
    assert product.statuses()[-1] == "delivered"


def test_late_texts(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    sim.faults.delay(30)
    sid = send(client, product)
    sim.settle()
    assert sim.phone(ROSA).inbox == []
    assert client.messages(sid).fetch().status == "sending"
    sim.advance(30)
    sim.phone(ROSA).expect("hello")


def test_a_text_too_late_to_be_valid_is_dropped(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    sim.faults.delay(300)
    sid = send(client, product, validity_period=60)
    sim.advance(60)
    found = client.messages(sid).fetch()
    assert (found.status, found.error_code) == ("failed", 30036)
    sim.advance(300)
    assert sim.phone(ROSA).inbox == []


def test_too_many_requests(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    sim.faults.rate_limit(2, retry_after=7)
    for _ in range(2):
        with pytest.raises(TwilioRestException) as refused:
            send(client, product)
        assert (refused.value.status, refused.value.code) == (429, 20429)
    assert sim.requests[0].answer_headers["Retry-After"] == "7"
    send(client, product)
    sim.phone(ROSA).expect("hello")
    assert len(sim.phone(ROSA).inbox) == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_a_server_error_loses_the_text_or_not(
    client: Client, sim: SimulatedTwilio, product: Product, accepted: bool
) -> None:
    sim.faults.server_error(accepted=accepted)
    with pytest.raises(TwilioRestException) as refused:
        send(client, product)
    assert refused.value.status == 503
    sim.settle()
    assert len(client.messages.list(to=ROSA)) == len(sim.phone(ROSA).inbox) == int(accepted)


@pytest.mark.parametrize("accepted", [True, False])
def test_no_answer_in_time(sim: SimulatedTwilio, product: Product, accepted: bool) -> None:
    sim.faults.timeout(accepted=accepted)
    with pytest.raises(requests.Timeout):
        send(make_client(sim.base_url, timeout=0.2), product)
    sim.settle()
    assert len(sim.phone(ROSA).inbox) == int(accepted)
    assert sim.requests[0].fault == "timeout"
    sim.faults.clear()


@pytest.mark.parametrize("accepted", [True, False])
def test_a_lost_connection(
    client: Client, sim: SimulatedTwilio, product: Product, accepted: bool
) -> None:
    sim.faults.lose_connection(accepted=accepted)
    with pytest.raises(requests.ConnectionError):
        send(client, product)
    sim.settle()
    assert len(sim.phone(ROSA).inbox) == int(accepted)
    assert sim.requests[0].status is None


def test_a_fault_can_wait_for_one_number_or_for_calls(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    sim.faults.server_error(to=DANA)
    sim.faults.rate_limit(resource="Calls")
    send(client, product)
    with pytest.raises(TwilioRestException):
        send(client, product, to=DANA)
    with pytest.raises(TwilioRestException):
        client.calls.create(to=ROSA, from_=PHARMACY, twiml="<Response/>")
    assert sim.faults.as_json()["planned"] == []


@pytest.mark.parametrize(("status", "code"), [("undelivered", 30003), ("failed", 30007)])
def test_a_phone_that_cannot_be_reached(
    client: Client, sim: SimulatedTwilio, product: Product, status: str, code: int
) -> None:
    sim.faults.fail(ROSA, code, status=status, times=1)
    sid = send(client, product)
    sim.settle()
    last = product.forms("status")[-1]
    assert (last["MessageStatus"], last["ErrorCode"]) == (status, str(code))
    assert client.messages(sid).fetch().error_code == code
    assert sim.phone(ROSA).inbox == []
    send(client, product, body="again")
    sim.phone(ROSA).expect("again")


def test_opted_out_without_a_word(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    sim.faults.opted_out(ROSA)
    with pytest.raises(TwilioRestException) as refused:
        send(client, product)
    assert refused.value.code == 21610


def test_behaving_again(client: Client, sim: SimulatedTwilio, product: Product) -> None:
    calm = sim.faults.as_json()
    sim.faults.drop_callbacks()
    sim.faults.rate_limit(9)
    sim.faults.fail(ROSA)
    sim.faults.opted_out(ROSA)
    sim.faults.delay(9)
    assert sim.faults.as_json() != calm
    sim.faults.clear()
    assert sim.faults.as_json() == calm
    send(client, product)
    sim.phone(ROSA).expect("hello")


def test_another_process_can_ask_for_faults(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    with requests.Session() as session:
        session.trust_env = False
        url = f"{sim.base_url}/control/faults"
        body = {"name": "fail", "to": ROSA, "error_code": 30005}
        assert session.post(url, json=body, timeout=5).json()["failing"] == {ROSA: 30005}
        send(client, product)
        sim.settle()
        log = session.get(f"{sim.base_url}/control/requests", timeout=5).json()
    assert product.statuses()[-1] == "undelivered"
    assert log[0]["form"]["Body"] == ["hello"]
    assert log[0]["monotonic"] > 0
