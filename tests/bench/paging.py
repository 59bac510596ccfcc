"""Red flags at a steady rate: webhook accepted, and page handed over."""

from collections.abc import Callable
from datetime import date

from house import open_database, utc_now
from records import Conversation, Escalation, Patient
from records.sample import load_sample
from tests.bench.carrier import LightCarrier
from tests.bench.figures import line
from tests.support.processes import Product, until
from tests.support.world import PATIENT_NUMBER

RATE = 50
# Far more than a pharmacy sees, and what two cores can page for without end.
CALM_RATE = 10
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
        for n in range(2 * seconds * (RATE + CALM_RATE)):
            session.add(
                Patient(
                    first_name="Pat", last_name=str(n), birth_date=date(1970, 1, 1),
                    phone=number(n), time_zone="America/Chicago",
                )
            )  # fmt: skip
    database.close()


def run(product: Product, carrier: LightCarrier, seconds: int) -> None:
    """Ordinary texts with one red flag in ten, then nothing but red flags; calmly and at RATE."""
    first = 0
    for name, every in (("1 red flag in 10", 10), ("red flags only", 1)):
        for rate in (CALM_RATE, RATE):
            count = seconds * rate
            words = [RED_FLAG if n % every == 0 else ORDINARY for n in range(count)]
            _load(product, carrier, name, first, words.__getitem__, count, rate)
            first += count


def _load(
    product: Product, carrier: LightCarrier, name: str, first: int,
    words: Callable[[int], str], count: int, rate: int,
) -> None:  # fmt: skip
    carrier.taken.clear()
    url = f"{product.settings.public_url}/twilio/sms"

    def form(n: int) -> dict[str, str]:
        return {
            "MessageSid": f"SMload{first + n}", "From": number(first + n), "To": PATIENT_NUMBER,
            "Body": words(n),
        }  # fmt: skip

    dues, took = carrier.do(carrier.at_rate(rate, count, url, form))
    began = {number(first + n): dues[n] for n in range(count) if words(n) == RED_FLAG}
    pages = _pages(product, carrier, set(began))
    print(line(f"webhook accepted, {rate}/s, {name}", took, "limit p99 50"))
    handed = [pages[phone] - due for phone, due in began.items()]
    print(line(f"red flag to page, {rate}/s, {name}", handed, "limit p99 1000"))


def _pages(product: Product, carrier: LightCarrier, phones: set[str]) -> dict[str, float]:
    """When the first page about each patient reached the carrier (monotonic seconds)."""
    found: dict[str, float] = {}

    def all_paged() -> bool:
        if _count_pages(carrier) >= len(phones):
            found.update(_arrivals(carrier, _escalations(product)))
        return phones <= set(found)

    until(all_paged, "every red flag was paged for", 120)
    return found


def _arrivals(carrier: LightCarrier, owner: dict[str, str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for arrived, form in list(carrier.taken):
        if _is_page(form) and form["Body"].split()[1] in owner:
            found.setdefault(owner[form["Body"].split()[1]], arrived)
    return found


def _count_pages(carrier: LightCarrier) -> int:
    return len({form["Body"] for _, form in list(carrier.taken) if _is_page(form)})


def _is_page(form: dict[str, str]) -> bool:
    return form.get("Body", "").startswith("Hearthline ") and "Reply" in form["Body"]


def _escalations(product: Product) -> dict[str, str]:
    """Escalation number -> the patient's phone."""
    database = open_database(product.settings)
    with database.read() as session:
        rows = session.query(Escalation.id, Conversation.address).join(Conversation)
        found = {str(number): phone for number, phone in rows}
    database.close()
    return found
