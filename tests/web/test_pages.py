"""The console's page, health, metrics, and the way to the phones."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from records import Heartbeat
from settings import read_settings
from tests.support.world import CAROL, DANA, ROSA, World

WORDS = "cant breathe <script>alert(1)</script>"


@pytest.fixture
def browser(world: World) -> FlaskClient:
    return world.app.test_client()


@pytest.fixture
def link(world: World) -> str:
    """The link in Dana's page about Rosa."""
    world.says(ROSA, WORDS)
    body = world.phone(DANA).expect("EMERGENCY").body
    found = re.search(r"http://\S+(/console/e/\S+)", body)
    assert found
    return found[1]


def test_the_link_opens_the_summary(browser: FlaskClient, link: str) -> None:
    page = browser.get(link)
    assert page.status_code == 200
    for part in ("Situation", "Background", "Rosa Delgado", "PICC line", "Accept"):
        assert part in page.text
    assert "<script>alert" not in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


def test_accept_talk_and_close_by_page(world: World, browser: FlaskClient, link: str) -> None:
    assert browser.post(f"{link}/accept").status_code == 303
    world.settle()
    world.phone(ROSA).expect("Dana (nurse) has accepted")
    browser.post(f"{link}/reply", data={"words": "Is help there?"})
    world.settle()
    world.phone(ROSA).expect("Is help there?")
    assert browser.post(f"{link}/close", data={"disposition": "x", "note": ""}).status_code == 400
    done = {"disposition": "emergency_department", "note": "ambulance there"}
    assert browser.post(f"{link}/close", data=done).status_code == 303
    assert "ambulance there" in browser.get(link).text
    [escalation] = world.rows("escalations")
    assert escalation["state"] == "closed"


def test_another_nurses_escalation_is_read_only(
    world: World, browser: FlaskClient, link: str
) -> None:
    world.says(CAROL, "1A")
    assert browser.post(f"{link}/reply", data={"words": "hello"}).status_code == 403
    assert "Carol has it" in browser.get(link).text
    world.settle()
    assert "hello" not in [t.body for t in world.phone(ROSA).inbox]


def test_forged_old_and_foreign_links(world: World, browser: FlaskClient, link: str) -> None:
    for bad in (link + "x", link[:-3] + "AAA", "/console/e/", "/console/e/WzEsMV0.xxx"):
        assert browser.get(bad).status_code == 404
        assert browser.post(bad + "/accept").status_code in (404, 405)
    world.clock.at += timedelta(days=3)
    assert browser.get(link).status_code == 410


def test_words_that_did_not_reach_the_patient_are_marked(
    world: World, browser: FlaskClient
) -> None:
    world.sim.faults.opted_out(ROSA)
    world.says(ROSA, "cant breathe")
    found = re.search(r"(/console/e/\S+)", world.phone(DANA).expect("EMERGENCY").body)
    assert found
    assert "Did not reach the patient" in browser.get(found[1]).text


def test_healthz_names_what_is_not_well(world: World, browser: FlaskClient) -> None:
    answer = browser.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["parts"]["database"] == "ok"
    assert answer.json["parts"]["worker"] == "has not run yet"
    with world.house.database.write() as session:
        session.merge(Heartbeat(name="sweep", at=world.clock() - timedelta(minutes=5)))
    assert "300 s ago" in browser.get("/healthz").json["parts"]["worker"]
    assert browser.get("/readyz").status_code == 200


def test_healthz_sees_words_that_do_not_leave(world: World, browser: FlaskClient) -> None:
    assert browser.get("/healthz").json["parts"]["paging"] == "ok"
    world.phone(ROSA).text("cant breathe")
    world.clock.at += timedelta(minutes=2)
    assert "late" in browser.get("/healthz").json["parts"]["paging"]


def test_metrics_hold_counts_and_nobody(world: World, browser: FlaskClient) -> None:
    world.says(ROSA, WORDS)
    text = browser.get("/metrics").text
    assert 'hearthline_escalations{state="open"} 1.0' in text
    assert 'hearthline_screenings{tier="emergency_911"} 1.0' in text
    assert "Rosa" not in text
    assert ROSA not in text


def test_the_phones_are_shown_only_without_credentials(world: World, browser: FlaskClient) -> None:
    assert browser.get("/simulator").status_code == 302
    people = browser.get("/simulator/people.json").json
    assert {"name": "Rosa Delgado", "number": ROSA, "role": "patient", "language": "en"} in people
    object.__setattr__(world.house.settings, "twilio_account_sid", "AC" + "1" * 32)
    assert browser.get("/simulator").status_code == 404
    assert browser.get("/simulator/people.json").status_code == 404


def test_half_of_the_credentials_is_refused() -> None:
    with pytest.raises(SystemExit, match="both"):
        read_settings({"TWILIO_ACCOUNT_SID": "AC1"})
