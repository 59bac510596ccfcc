"""An ordinary text to its reply: the whole product beside bare Rasa, taken in turns."""

import itertools
import subprocess
import time
import uuid
from pathlib import Path

import requests

from house import open_database, utc_now
from records import Conversation
from settings import ROOT
from tests.bench.carrier import LightCarrier
from tests.bench.figures import line, percentile
from tests.support.processes import BOT_BIN, Product, free_port, until
from tests.support.world import PATIENT_NUMBER, ROSA

# What patients mostly text: questions, the date from the record, and a report that is called off.
TALK = [
    "hello",
    "when will my supplies arrive",
    "what do I do when my treatment is done",
    "how do i store my medicine",
    "what are your hours",
    "I had to waste a dose",
    "I dropped it",
    "no",
    "forget it",
    "do i need to call you every time for supplies",
    "thank you",
]


def run(product: Product, carrier: LightCarrier, rounds: int) -> None:
    """Print both columns and their ratio at p95."""
    bare = _start_bare_rasa(product)
    try:
        sids = itertools.count()
        metadata = _a_conversation(product, carrier)
        whole: list[float] = []
        alone: list[float] = []
        for n in range(rounds + 2):
            sender = str(uuid.uuid4())
            for words in TALK:
                whole_s = _through_product(product, carrier, f"SMtalk{next(sids)}", words)
                alone_s = _through_rasa(bare[1], sender, words, metadata)
                if n >= 2:  # the first rounds warm both up
                    whole.append(whole_s)
                    alone.append(alone_s)
    finally:
        bare[0].terminate()
        bare[0].wait(20)
    print(line("ordinary text to reply handed over", whole))
    print(line("bare Rasa, REST channel, same messages", alone))
    for q in (50, 95):
        ratio = percentile(sorted(whole), q) / percentile(sorted(alone), q)
        print(f"ratio at p{q} {ratio:42.2f}  {'limit 1.25' if q == 95 else ''}".rstrip())


def _through_product(product: Product, carrier: LightCarrier, sid: str, words: str) -> float:
    """Seconds from the webhook to the reply arriving at the carrier's API."""
    carrier.taken.clear()
    start = time.monotonic()
    _text(product, carrier, sid, words)
    while not any(form["To"] == ROSA for _, form in list(carrier.taken)):
        time.sleep(0.0005)
        assert time.monotonic() - start < 20, words
    arrived = next(at for at, form in list(carrier.taken) if form["To"] == ROSA)
    time.sleep(0.02)  # let a second text of the same turn arrive before the next message
    return arrived - start


def _through_rasa(port: int, sender: str, words: str, metadata: dict[str, object]) -> float:
    body = {"sender": sender, "message": words, "metadata": metadata}
    url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    start = time.monotonic()
    answer = requests.post(url, json=body, timeout=20)
    taken = time.monotonic() - start
    assert answer.ok and answer.json(), words
    return taken


def _text(product: Product, carrier: LightCarrier, sid: str, words: str) -> None:
    url = f"{product.settings.public_url}/twilio/sms"
    form = {"MessageSid": sid, "From": ROSA, "To": PATIENT_NUMBER, "Body": words}
    assert carrier.do(carrier.post(url, form)) == 200


def _a_conversation(product: Product, carrier: LightCarrier) -> dict[str, object]:
    """What our gateway tells the actions, so that bare Rasa's do the same work."""
    _text(product, carrier, "SMfirst", "hello")
    database = open_database(product.settings)
    with database.read() as session:
        conversation = session.query(Conversation).filter_by(address=ROSA).one()
    database.close()
    now = utc_now().isoformat()
    return {"conversation_id": conversation.id, "message_id": 1, "language": "en", "now": now}


def _start_bare_rasa(product: Product) -> tuple[subprocess.Popen[bytes], int]:
    """Rasa as it comes: its REST channel, its in-memory store, none of our changes."""
    place, port = Path(product.settings.var), free_port()
    (place / "bare_credentials.yml").write_text("rest:\n", encoding="utf-8")
    endpoints = f"action_endpoint:\n  url: {product.settings.actions_url}\n"
    (place / "bare_endpoints.yml").write_text(endpoints, encoding="utf-8")
    log = (place / "bare.log").open("ab")
    process = subprocess.Popen(
        [BOT_BIN / "rasa", "run", "-i", "127.0.0.1", "-p", str(port), "--model",
         "models/hearthline.tar.gz", "--credentials", place / "bare_credentials.yml",
         "--endpoints", place / "bare_endpoints.yml"],
        cwd=ROOT, env=product.env, stdout=log, stderr=log,
    )  # fmt: skip
    until(lambda: _is_up(port), "bare Rasa is up", 120)
    return process, port


def _is_up(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/", timeout=2).ok
    except requests.RequestException:
        return False
