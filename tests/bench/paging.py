"""Red flags at a steady rate: webhook accepted, and page handed over."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import requests
from twilio.request_validator import RequestValidator

from house import open_database, utc_now
from records import Conversation, Escalation, Patient
from records.sample import load_sample
from tests.bench.figures import line
from tests.support.processes import Product, until
from tests.support.world import PATIENT_NUMBER

RATE = 50
RED_FLAG = "cant catch my breath and my lips feel fat"
ORDINARY = "when will my supplies arrive"


def number(n: int) -> str:
    """The n-th patient's number."""
    return f"+1555{n:07}"


def add_people(product: Product, seconds: int) -> None:
    """Sample staff, and a patient for every message of the loads."""
    database = open_database(product.settings)
    with database.write() as session:
        load_sample(session, utc_now())
        for n in range(2 * seconds * RATE):
            session.add(
                Patient(
                    first_name="Pat", last_name=str(n), birth_date=date(1970, 1, 1),
                    phone=number(n), time_zone="America/Chicago",
                )
            )  # fmt: skip
    database.close()


def run(product: Product, seconds: int) -> None:
    """Two loads: every text a red flag, then one in ten among ordinary ones."""
    count = seconds * RATE
    _load(product, "all red flags", 0, count, lambda n: RED_FLAG)
    mixed = [RED_FLAG if n % 10 == 0 else ORDINARY for n in range(count)]
    _load(product, "1 in 10 red flags", count, count, lambda n: mixed[n])


def _load(product: Product, name: str, first: int, count: int, words: Callable[[int], str]) -> None:
    product.sim.requests.clear()
    began: dict[str, float] = {}
    accepted: list[float] = []
    start = time.monotonic() + 0.2

    def send(n: int) -> None:
        due = start + n / RATE
        time.sleep(max(0.0, due - time.monotonic()))
        began[number(first + n)] = due
        status = post(product, number(first + n), f"SMbench{first + n}", words(n))
        assert status == 200
        accepted.append(time.monotonic() - due)

    with ThreadPoolExecutor(RATE) as pool:
        list(pool.map(send, range(count)))
    flagged = {number(first + n) for n in range(count) if words(n) == RED_FLAG}
    pages = _pages(product, flagged)
    print(line(f"webhook accepted, {RATE}/s, {name}", accepted, "limit p99 50"))
    handed = [pages[phone] - began[phone] for phone in flagged]
    print(line(f"red flag to page handed over, {name}", handed, "limit p99 1000"))


def post(product: Product, sender: str, sid: str, body: str) -> int:
    """One signed webhook, as Twilio posts it; returns the status."""
    url = f"{product.settings.public_url}/twilio/sms"
    form = {"MessageSid": sid, "From": sender, "To": PATIENT_NUMBER, "Body": body}
    signature = RequestValidator(product.settings.twilio_auth_token).compute_signature(url, form)
    headers = {"X-Twilio-Signature": signature}
    return requests.post(url, data=form, headers=headers, timeout=15).status_code


def _pages(product: Product, phones: set[str]) -> dict[str, float]:
    """When the first page about each patient reached the simulator's API (monotonic seconds)."""
    owner: dict[str, str] = {}

    def all_paged() -> bool:
        owner.update(_escalations(product))
        return phones <= set(_arrivals(product, owner))

    until(all_paged, "every red flag was paged for", 120)
    return _arrivals(product, owner)


def _arrivals(product: Product, owner: dict[str, str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for request in list(product.sim.requests):
        body = request.form.get("Body", "")
        if body.startswith("Hearthline ") and "Reply" in body:
            phone = owner.get(body.split()[1])
            if phone:
                found.setdefault(phone, request.monotonic)
    return found


def _escalations(product: Product) -> dict[str, str]:
    """Escalation number -> the patient's phone."""
    database = open_database(product.settings)
    with database.read() as session:
        rows = session.query(Escalation.id, Conversation.address).join(Conversation)
        found = {str(number): phone for number, phone in rows}
    database.close()
    return found
