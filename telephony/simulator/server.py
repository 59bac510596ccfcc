"""The simulator as a process: `python -m telephony.simulator`."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping

from .credentials import RealCredentials, refuse_real_credentials
from .simulator import SimulatedTwilio

REFUSED = 2
HOOKS = {
    "sms_url": "/twilio/sms",
    "sms_fallback_url": "/twilio/fallback",
    "voice_url": "/twilio/voice",
    "voice_fallback_url": "/twilio/fallback",
    "voice_status_url": "/twilio/voice/status",
}


def main(environ: Mapping[str, str] = os.environ) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code (2: refused, with a reason)."""
    try:
        refuse_real_credentials(environ)
        sim = build(environ).start()
    except RealCredentials as reason:
        print(f"The simulator refuses to start: {reason}.", file=sys.stderr)
        return REFUSED
    except (OSError, SystemExit) as error:
        print(f"The simulator cannot start: {error}.", file=sys.stderr)
        return 1
    logging.basicConfig(level=logging.WARNING, format="simulator %(levelname)s %(message)s")
    print(f"Simulated phones: {sim.base_url} (texts and calls for {sim.public_url})", flush=True)
    _wait_for_signal()
    sim.stop()
    return 0


def build(environ: Mapping[str, str]) -> SimulatedTwilio:
    """A simulator with the pharmacy's two numbers, in real time, as the environment says."""
    numbers = {
        environ.get("PATIENT_NUMBER", "+15550100100"): {
            **HOOKS, "label": "Patients' line", "role": "patient",
        },
        environ.get("NURSE_NUMBER", "+15550100110"): {
            **HOOKS, "label": "Nurses' line", "role": "nurse",
        },
    }  # fmt: skip
    public_url = environ.get("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    port = int(environ.get("SIMULATOR_PORT", "8010"))
    return SimulatedTwilio(
        numbers=numbers,
        public_url=public_url,
        real_time=True,
        port=port,
        absolute_uris=environ.get("SIMULATOR_ABSOLUTE_URIS") == "1",
    )


def _wait_for_signal() -> None:
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    stop.wait()
