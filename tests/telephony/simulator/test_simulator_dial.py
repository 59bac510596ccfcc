"""Dial: two people connected by a bridge or a conference, with masked numbers."""

from twilio.rest import Client

from telephony.simulator import SimulatedTwilio
from tests.telephony.simulator.conftest import DANA, PHARMACY, ROSA, Product
from tests.telephony.simulator.test_simulator_calls import accept, place


def bridge(noun: str) -> str:
    dial = f'<Dial action="/dialled" callerId="{PHARMACY}" timeout="20">{noun}</Dial>'
    return f"<Response>{dial}</Response>"


def test_two_people_are_connected_with_masked_numbers(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers["voice"] = bridge(f'<Number url="/whisper">{ROSA}</Number>')
    product.answers["whisper"] = "<Response><Say>Your nurse is calling</Say></Response>"
    place(client, product)
    dana = accept(sim)
    rosa = sim.phone(ROSA).expect_call()
    assert rosa.call.from_ == PHARMACY
    rosa.answer()
    assert rosa.said == ["Your nurse is calling"]
    assert (dana.talking_to, rosa.talking_to is not None) == (ROSA, True)
    rosa.hang_up()
    sim.settle()
    [form] = product.forms("dialled")
    assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "true")
    assert dana.talking_to is None
    assert dana.status == "completed"


def test_the_other_phone_does_not_answer(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers["voice"] = bridge(ROSA)
    place(client, product)
    dana = accept(sim)
    sim.phone(ROSA).expect_call()
    sim.advance(20)
    assert product.forms("dialled")[0]["DialCallStatus"] == "no-answer"
    assert dana.status == "completed"


def test_hanging_up_stops_the_ringing_of_the_other_phone(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    product.answers["voice"] = bridge(ROSA)
    place(client, product)
    dana = accept(sim)
    rosa = sim.phone(ROSA).expect_call()
    dana.hang_up()
    sim.settle()
    assert rosa.status == "canceled"


def test_the_first_of_several_numbers_wins(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    other = "+15550100302"
    product.answers["voice"] = bridge(f"<Number>{ROSA}</Number><Number>{other}</Number>")
    place(client, product)
    dana = accept(sim)
    loser = sim.phone(other).expect_call()
    sim.phone(ROSA).expect_call().answer()
    sim.settle()
    assert loser.status == "canceled"
    assert dana.talking_to == ROSA


def test_two_legs_meet_in_a_conference(
    client: Client, sim: SimulatedTwilio, product: Product
) -> None:
    room = (
        '<Conference endConferenceOnExit="true" statusCallback="/room" '
        'statusCallbackEvent="start end join leave">case 42</Conference>'
    )
    product.answers["voice"] = bridge(room)
    place(client, product)
    place(client, product, to=ROSA)
    dana, rosa = accept(sim), sim.phone(ROSA).expect_call().answer()
    assert (dana.talking_to, rosa.talking_to) == (ROSA, DANA)
    dana.hang_up()
    sim.settle()
    assert rosa.status == "completed"
    events = [form["StatusCallbackEvent"] for form in product.forms("room")]
    assert events == [
        "participant-join", "participant-join", "conference-start", "participant-leave",
        "conference-end",
    ]  # fmt: skip
