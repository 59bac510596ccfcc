"""`make bench`: how fast the product is, with real processes, on this machine, in one run.

1. Webhooks accepted, and red flags from the text to the page in the Twilio client's hands, at a
   steady 50 messages a second (open loop: a slow answer does not slow the sender down).
2. An ordinary text to its reply, beside what bare Rasa's REST channel takes for the same messages
   and the same model, taken in turns in the same run.
3. Memory of each process.
"""

import argparse
import tempfile
from pathlib import Path

from tests.bench import ordinary, paging
from tests.bench.carrier import LightCarrier
from tests.bench.figures import memory
from tests.support.databases import open_databases
from tests.support.processes import open_product


def main() -> None:
    """Run everything and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--on", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=int, default=20, help="length of each load")
    parser.add_argument("--rounds", type=int, default=30, help="rounds of the side by side part")
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="bench"))
    databases = open_databases(options.on, place)
    if databases is None:
        raise SystemExit("PostgreSQL could not be started here.")
    product = open_product(databases.fresh(place), place)
    carrier = LightCarrier(product.settings.twilio_auth_token)
    product.env["TWILIO_API_BASE_URL"] = carrier.base_url
    try:
        paging.add_people(product, options.seconds)
        product.start("bot", "actions", "worker", "web")
        print(f"database: {options.on}")
        ordinary.run(product, carrier, options.rounds)
        paging.run(product, carrier, options.seconds)
        memory(product)
    finally:
        product.stop()
        databases.close()


if __name__ == "__main__":
    main()
