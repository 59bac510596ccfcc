"""Calls: ringing, answering, TwiML, keys, voicemail, and two people connected."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from telephony.simulator import PhoneCall, SimulatedTwilio
from tests.telephony.simulator.conftest import DANA, NURSES, PHARMACY, ROSA, Product

ALL = ["initiated", "ringing", "answered", "completed"]
MENU = (
    '<Response><Gather numDigits="1" timeout="5" action="/digits">'
    '<Say language="es-US">Oprima  1</Say><Pause length="2"/><Play>http://x/y.mp3</Play></Gather>'
    "<Say>No key</Say><Redirect>/again</Redirect></Response>"
)


def place(client: Client, product: Product, **more: object) -> str:
    options: dict[str, object] = {
        "to": DANA, "from_": NURSES, "url": f"{product.url}/voice", "timeout": 20,
        "status_callback": f"{product.url}/status", "status_callback_event": ALL,
    }  # fmt: skip
    return str(client.calls.create(**options | more).sid)


def accept(sim: SimulatedTwilio) -> PhoneCall:
    return sim.phone(DANA).expect_call().answer()


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"to": ""}, 21201), ({"to": "dana"}, 21211), ({"from_": ""}, 21213),
        ({"from_": "+15558888888"}, 21210), ({"url": ""}, 21205),
    ],
)  # fmt: skip
def test_what_twilio_refuses(
    client: Client, product: Product, form: dict[str, str], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        place(client, product, **form)
    assert refused.value.code == code


def test_a_nurse_answers_and_presses_one(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers |= {"voice": MENU, "digits": "<Response><Say>Accepted</Say></Response>"}
    sid = place(client, product)
    call = accept(sim)
    assert (call.said, call.spoken[0].language) == (["Oprima 1"], "es-US")
    call.press("1")
    assert call.said[-1] == "Accepted"
    assert sim.phone(DANA).said == call.said
    assert client.calls(sid).fetch().status == "completed"
    sim.settle()
    assert product.statuses() == ["initiated", "ringing", "in-progress", "completed"]
    numbers = [form["SequenceNumber"] for form in product.forms("status")]
    assert numbers == ["0", "1", "2", "3"]
    assert product.forms("digits")[0]["Digits"] == "1"
    assert product.forms("status")[-1]["CallDuration"] == "0"
    assert "CallDuration" not in product.forms("status")[0]


def test_a_silent_gather_falls_through(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers |= {"voice": MENU, "again": "<Response><Hangup/><Say>never</Say></Response>"}
    place(client, product)
    call = accept(sim)
    sim.advance(4)
    assert call.said == ["Oprima 1"]
    sim.advance(2)
    assert call.said == ["Oprima 1", "No key"]
    assert call.status == "completed"
    assert product.forms("digits") == []


def test_keys_without_a_fixed_number_end_by_hash_or_silence(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers["voice"] = '<Response><Gather action="/digits" timeout="3"/></Response>'
    product.answers["digits"] = product.answers["voice"]
    place(client, product)
    call = accept(sim)
    call.press("12#")
    call.press("3")
    sim.advance(2)
    call.press("4")
    sim.advance(2)
    assert len(product.forms("digits")) == 1
    sim.advance(2)
    assert [form["Digits"] for form in product.forms("digits")] == ["12", "34"]


def test_an_empty_result_can_be_asked_for(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers["voice"] = (
        '<Response><Gather action="/digits" actionOnEmptyResult="true" timeout="1"/></Response>'
    )
    place(client, product)
    accept(sim)
    sim.advance(1)
    assert product.forms("digits")[0]["Digits"] == ""


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [("decline", "busy"), ("busy", "busy"), ("no-answer", "no-answer"), ("failed", "failed")],
)
def test_calls_that_nobody_takes(
    client: Client, sim: SimulatedTwilio, product: Product, behaviour: str, status: str
) -> None:
    sim.phone(DANA).script.on_call(behaviour)
    sid = place(client, product)
    sim.settle()
    assert client.calls(sid).fetch().status == status
    assert product.statuses()[-1] == status
    assert product.forms("voice") == []


def test_ringing_ends_with_the_timeout(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    sid = place(client, product)
    sim.phone(DANA).expect_call()
    sim.advance(19)
    assert client.calls(sid).fetch().status == "ringing"
    sim.advance(1)
    assert client.calls(sid).fetch().status == "no-answer"
    assert product.statuses() == ["initiated", "ringing", "no-answer"]


def test_only_the_events_asked_for_are_told(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    place(client, product, status_callback_event=["answered"])
    accept(sim).hang_up()
    place(client, product, status_callback_event=[])
    accept(sim).hang_up()
    sim.settle()
    assert product.statuses() == ["in-progress", "completed"]


def test_voicemail_hears_everything_and_presses_nothing(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers["voice"] = (
        '<Response><Gather action="/digits"><Say>Press 1</Say></Gather></Response>'
    )
    sim.phone(DANA).script.voicemail()
    sid = place(
        client, product, machine_detection="Enable", async_amd="true",
        async_amd_status_callback=f"{product.url}/amd",
    )  # fmt: skip
    sim.phone(DANA).expect_said("Press 1")
    sim.settle()
    sim.advance(5)
    assert product.forms("amd")[0]["AnsweredBy"] == "machine_start"
    assert "AnsweredBy" not in product.forms("voice")[0]
    assert client.calls(sid).fetch().answered_by == "machine_start"
    assert product.forms("digits") == []


def test_synchronous_detection_tells_the_first_webhook(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    place(client, product, machine_detection="Enable")
    accept(sim)
    assert product.forms("voice")[0]["AnsweredBy"] == "human"


def test_a_script_presses_after_a_while(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers |= {"voice": MENU, "digits": "<Response><Say>Accepted</Say></Response>"}
    sim.phone(DANA).script.answer(press="1", after=8)
    place(client, product)
    sim.phone(DANA).expect_call()
    sim.advance(7)
    assert sim.phone(DANA).said == []
    sim.advance(1)
    assert sim.phone(DANA).said == ["Oprima 1", "Accepted"]


def test_the_api_ends_and_redirects_calls(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers["voice"] = MENU
    ringing = place(client, product)
    sim.phone(DANA).expect_call()
    with pytest.raises(TwilioRestException) as refused:
        client.calls(ringing).update(twiml="<Response/>")
    assert refused.value.code == 21220
    assert client.calls(ringing).update(status="canceled").status == "canceled"
    running = place(client, product)
    call = accept(sim)
    client.calls(running).update(
        twiml="<Response><Say>Somebody else has it</Say><Pause/></Response>"
    )
    sim.settle()
    assert call.said[-1] == "Somebody else has it"
    talking = place(client, product)
    accept(sim)
    assert client.calls(talking).update(status="completed").status == "completed"


def test_a_patient_calls_in(sim: SimulatedTwilio, product: Product, client: Client) -> None:
    product.answers |= {"voice": MENU, "digits": "<Response><Say>Paged</Say></Response>"}
    call = sim.phone(ROSA).call(to=PHARMACY)
    [form] = product.forms("voice")
    assert (form["From"], form["To"], form["CallStatus"]) == (ROSA, PHARMACY, "ringing")
    assert form["Direction"] == "inbound"
    call.press("0")
    assert call.said[-1] == "Paged"
    assert product.statuses("call-status") == ["completed"]
    assert client.calls(call.sid).fetch().direction == "inbound"


@pytest.mark.parametrize("answer", [500, "<Response><Say>open", "<html/>"])
def test_a_broken_answer_says_sorry(
    sim: SimulatedTwilio, product: Product, answer: str | int
) -> None:
    product.answers["voice"] = answer
    call = sim.phone(ROSA).call(to=PHARMACY)
    assert "application error" in call.said[0]
    assert call.status == "completed"


def test_rejecting_a_call(sim: SimulatedTwilio, product: Product) -> None:
    product.answers["voice"] = '<Response><Reject reason="busy"/></Response>'
    assert sim.phone(ROSA).call(to=PHARMACY).status == "busy"


def test_speech_takes_its_time_when_paced(product: Product) -> None:
    product.answers["voice"] = MENU
    with SimulatedTwilio(
        numbers={PHARMACY: {"voice_url": "/voice"}}, public_url=product.url, paced=True
    ) as sim:
        call = sim.phone(ROSA).call()
        assert call.said == ["Oprima 1"]
        sim.advance(7)
        assert call.said == ["Oprima 1"]
        sim.advance(2)
        assert call.said == ["Oprima 1", "No key"]
