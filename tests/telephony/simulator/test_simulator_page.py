"""The page: who may drive it, its stream, and whose phones it plays."""

import json
from collections.abc import Iterator

import pytest
import requests

from telephony.simulator import SimulatedTwilio
from telephony.simulator.page import EXAMPLES
from tests.telephony.simulator.conftest import DANA, NURSES, PHARMACY, ROSA, Product

MENU = (
    '<Response><Gather numDigits="1" action="/digits" timeout="60"><Say language="en-US">'
    "Hearthline. Escalation 4 2, emergency. Press 1 to accept.</Say></Gather></Response>"
)
ACCEPTED = "<Response><Say>You have accepted 4 2. Goodbye.</Say><Hangup/></Response>"
PEOPLE = [
    {"name": "Rosa Alvarez", "number": ROSA, "role": "patient", "language": "es"},
    {"name": "Walter Green", "number": "+15550100202", "role": "patient", "language": "en"},
    {"name": "Dana Brooks", "number": DANA, "role": "nurse", "language": "en"},
]


@pytest.fixture
def web() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def test_the_shell_is_served_with_a_strict_policy(
    sim: SimulatedTwilio, web: requests.Session
) -> None:
    answer = web.get(f"{sim.base_url}/", timeout=5)
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert "onclick" not in answer.text
    assert all(words in answer.text for _, words in EXAMPLES)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "rebound.example"}, 421),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/json"}, 200),
        ({"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_only_its_own_page_and_programs_drive_it(
    sim: SimulatedTwilio, web: requests.Session, headers: dict[str, str], status: int
) -> None:
    body = json.dumps({"name": "drop_callbacks"})
    url = f"{sim.base_url}/control/faults"
    answer = web.post(
        url, data=body, headers={"Content-Type": "application/json"} | headers, timeout=5
    )
    assert answer.status_code == status
    assert sim.faults.dropped == (status == 200)


def test_a_page_elsewhere_cannot_use_the_api_with_the_known_token(
    sim: SimulatedTwilio, web: requests.Session
) -> None:
    url = f"{sim.base_url}/2010-04-01/Accounts/{sim.exchange.account_sid}/Messages.json"
    auth = (sim.exchange.account_sid, sim.exchange.auth_token)
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = web.post(url, auth=auth, headers=headers, data={"To": ROSA}, timeout=5)
    assert answer.status_code == 403


def test_a_link_from_the_product_leads_to_the_page(
    sim: SimulatedTwilio, web: requests.Session
) -> None:
    headers = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"}
    assert web.get(f"{sim.base_url}/", headers=headers, timeout=5).status_code == 200
    assert web.get(f"{sim.base_url}/control/state", headers=headers, timeout=5).status_code == 403


def test_control_drives_phones(
    sim: SimulatedTwilio, product: Product, web: requests.Session
) -> None:
    product.answers |= {"voice": MENU, "digits": ACCEPTED}

    def post(path: str, **body: object) -> requests.Response:
        return web.post(f"{sim.base_url}/control/{path}", json=body, timeout=10)

    assert (
        post("texts", **{"from": ROSA, "to": PHARMACY, "body": "hi"}).json()["webhook_status"]
        == 200
    )
    call = post("calls", **{"from": ROSA, "to": NURSES}).json()
    assert call["listening"]
    done = post(f"calls/{call['sid']}", action="press", keys="1").json()
    assert done["said"][-1]["text"] == "You have accepted 4 2. Goodbye."
    assert post("scripts", number=DANA, name="reply", template="{code}A", to=r"(\d+)").ok
    assert post("advance", seconds=5).ok
    assert (
        web.get(f"{sim.base_url}/control/webhooks", timeout=5).json()[0]["params"]["Body"] == "hi"
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"name": "explode"}),
        ("faults", {"name": "fail"}),
        ("faults", {"name": "delay", "seconds": 1, "what": "trains"}),
        ("texts", {"from": "rosa", "body": "hi"}),
        ("texts", {"from": ROSA, "to": "+15559999999", "body": "hi"}),
        ("calls/CA1", {"action": "answer"}),
        ("scripts", {"number": ROSA, "name": "__init__"}),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(
    sim: SimulatedTwilio, web: requests.Session, path: str, body: dict[str, str]
) -> None:
    answer = web.post(f"{sim.base_url}/control/{path}", json=body, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


def read_events(response: requests.Response, count: int) -> list[tuple[str, str]]:
    """The first `count` events of a stream as (id, kind), without pings."""
    found: list[tuple[str, str]] = []
    identity = ""
    for line in response.iter_lines(decode_unicode=True):
        if line.startswith("id: "):
            identity = line[4:]
        elif line.startswith("event: ") and line != "event: ping":
            found.append((identity, line[7:]))
            if len(found) == count:
                return found
    return found


def test_the_stream_resumes_where_it_broke_off(sim: SimulatedTwilio, web: requests.Session) -> None:
    cursor = web.get(f"{sim.base_url}/control/state", timeout=5).json()["cursor"]
    url = f"{sim.base_url}/control/stream"
    for body in ("one", "two"):
        sim.phone(ROSA).text(body, to=PHARMACY)
    with web.get(url, params={"after": cursor}, stream=True, timeout=5) as first:
        [begun, *_] = read_events(first, 1)
    with web.get(url, headers={"Last-Event-ID": begun[0]}, stream=True, timeout=5) as second:
        rest = read_events(second, 3)
    numbers = [int(each.partition("-")[2]) for each, _ in [begun, *rest]]
    assert numbers == [1, 2, 3, 4]
    with web.get(url, params={"after": "gone-7"}, stream=True, timeout=5) as third:
        assert read_events(third, 1)[0][1] == "reset"


def test_people_come_from_the_product(
    sim: SimulatedTwilio, product: Product, web: requests.Session
) -> None:
    url = f"{sim.base_url}/control/people"
    assert web.get(url, timeout=5).json() == []
    product.people = PEOPLE
    assert web.get(url, timeout=5).json() == PEOPLE
