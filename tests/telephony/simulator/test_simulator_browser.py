"""The page in a real browser: a person plays both phones (slow)."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from twilio.rest import Client

from telephony.simulator import SimulatedTwilio
from tests.telephony.simulator.conftest import DANA, NURSES, PHARMACY, ROSA, Product
from tests.telephony.simulator.test_simulator_page import ACCEPTED, MENU, PEOPLE

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SHOTS = Path(__file__).parents[3] / "var" / "screenshots"
QUIET_BROWSER = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--disable-default-apps", "--no-first-run", "--no-proxy-server",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
]  # fmt: skip
PAGE_WORDS = "Hearthline 42 EMERGENCY. Reply 42A to accept, 42N to pass on."


@pytest.fixture
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("NO BROWSER: install Debian's chromium to test the page of the phones")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET_BROWSER)
        yield launched
        launched.close()


class Watch:
    """Notes what a page complains about, and whom it asks besides its own host."""

    def __init__(self, page: Page, host: str):
        self.complaints: list[str] = []
        note = self.complaints.append
        page.on("pageerror", lambda error: note(str(error)))
        page.on("console", lambda each: note(each.text) if each.type == "error" else None)
        page.on("request", lambda each: None if host in each.url else note(each.url))


class Screen:
    """The page in a browser of one size, and the steps that a person takes on it."""

    def __init__(self, browser: Browser, sim: SimulatedTwilio, width: int, scheme: str):
        self.width, self.scheme = width, scheme
        height = 900 if width > 720 else 844
        self.page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme
        )
        self.watch = Watch(self.page, sim.base_url.removeprefix("http://"))
        self.page.goto(sim.base_url)
        self.patient, self.nurse = self.page.locator("#patient"), self.page.locator("#nurse")
        expect(self.page.locator("#state")).to_have_text("Live")
        expect(self.patient.locator(".owner-list")).to_have_value(ROSA)
        expect(self.nurse.locator(".owner-list")).to_have_value(DANA)

    def shoot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"simulator-{name}-{self.width}-{self.scheme}.png")

    def look_at(self, phone: str) -> None:
        if self.width < 720:
            self.page.get_by_role("tab", name=phone).click()

    def send_an_example(self) -> None:
        self.page.get_by_role("button", name="cant catch my breath").click()
        box = self.patient.locator("textarea")
        expect(box).to_have_value("cant catch my breath and my lips feel fat")
        box.press("Enter")
        expect(self.patient.locator(".mine")).to_contain_text("Taken by the pharmacy")
        expect(self.patient.locator(".theirs")).to_contain_text("Thank you")
        expect(self.patient.locator(".chip")).to_have_text("YES")

    def take_the_call(self) -> None:
        expect(self.nurse.get_by_text("Incoming call", exact=True)).to_be_visible()
        self.shoot("ringing")
        self.nurse.get_by_role("button", name="Answer").click()
        expect(self.nurse.locator(".spoken")).to_contain_text("Press 1 to accept")
        self.shoot("talking")
        self.nurse.get_by_role("button", name="Key 1").click()
        expect(self.nurse.locator(".call-row")).to_contain_text("Call from the pharmacy")

    def misbehave(self) -> None:
        self.page.get_by_role("button", name="Misbehave").click()
        self.page.get_by_text("Everything arrives twice").click()
        self.page.get_by_role("button", name="429").click()
        expect(self.page.locator("#in-force")).to_contain_text("Next request: 429")
        self.shoot("misbehave")

    def behave(self) -> None:
        self.page.get_by_role("button", name="Behave again").click()
        expect(self.page.locator("#in-force")).to_contain_text("all behave")
        self.page.get_by_role("button", name="Close").click()


@pytest.fixture
def played(sim: SimulatedTwilio, product: Product) -> Product:
    sim.exchange.numbers[PHARMACY] |= {"label": "Patients' line", "role": "patient"}
    sim.exchange.numbers[NURSES] |= {"label": "Nurses' line", "role": "nurse"}
    product.people = PEOPLE
    words = "Thank you. Reply YES if you are safe, STOP to end."
    product.answers |= {"voice": MENU, "digits": ACCEPTED}
    product.answers["sms"] = f"<Response><Message>{words}</Message></Response>"
    return product


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_person_plays_both_phones(
    sim: SimulatedTwilio, played: Product, client: Client, browser: Browser, width: int, scheme: str
) -> None:
    screen = Screen(browser, sim, width, scheme)
    screen.send_an_example()
    words = f"{PAGE_WORDS} {played.url}/e/42 http://evil.example/x"
    client.messages.create(to=DANA, from_=NURSES, body=words)
    client.calls.create(to=DANA, from_=NURSES, url=f"{played.url}/voice")
    if width < 720:
        expect(screen.page.get_by_role("tab", name="Nurse")).to_contain_text("2")
    screen.shoot("patient")
    screen.look_at("Nurse")
    expect(screen.nurse.locator(".theirs a")).to_have_count(1)
    screen.take_the_call()
    client.calls.create(to=DANA, from_=NURSES, url=f"{played.url}/voice")
    screen.nurse.get_by_role("button", name="Decline").click()
    expect(screen.nurse.locator(".missed")).to_contain_text("declined")
    screen.nurse.get_by_role("button", name="42A").click()
    expect(screen.nurse.locator(".mine")).to_contain_text("42A")
    screen.shoot("nurse")
    screen.misbehave()
    assert sim.faults.duplicates
    screen.behave()
    screen.look_at("Patient")
    screen.patient.get_by_role("button", name="Call the pharmacy").click()
    expect(screen.patient.locator(".spoken")).to_contain_text("Press 1")
    screen.patient.get_by_role("button", name="Hang up").click()
    expect(screen.patient.locator(".call-row")).to_contain_text("Call to the pharmacy")
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert screen.watch.complaints == []


@pytest.mark.slow
def test_the_page_carries_on_after_the_phones_were_restarted(
    sim: SimulatedTwilio, played: Product, browser: Browser
) -> None:
    screen = Screen(browser, sim, 1280, "light")
    port = int(sim.base_url.rpartition(":")[2])
    sim.stop()
    expect(screen.page.locator("#state")).to_have_text("Reconnecting…")
    numbers = sim.exchange.numbers
    with SimulatedTwilio(numbers=numbers, public_url=played.url, port=port) as again:
        expect(screen.page.locator("#state")).to_have_text("Live", timeout=15000)
        again.phone(ROSA).text("still here", to=PHARMACY)
        expect(screen.patient.locator(".mine")).to_contain_text("still here")
