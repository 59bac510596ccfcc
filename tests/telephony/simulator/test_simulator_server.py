"""The process: starts on loopback, stops when told, and refuses real credentials."""

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
import requests

from telephony.simulator import SIMULATOR_ACCOUNT_SID, SIMULATOR_AUTH_TOKEN
from telephony.simulator.clock import Clock
from telephony.simulator.credentials import RealCredentials, refuse_real_credentials
from tests.telephony.simulator.conftest import ROSA, Product, make_client

REAL_SID = "AC" + "1a" * 16


def run(**environ: str) -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
    return subprocess.Popen(
        [sys.executable, "-m", "telephony.simulator"], env=kept | environ, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("environ", "word"),
    [
        ({"TWILIO_ACCOUNT_SID": REAL_SID}, "TWILIO_ACCOUNT_SID"),
        ({"TWILIO_AUTH_TOKEN": "f" * 32}, "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_API_BASE_URL": "https://api.Twilio.com"}, "twilio.com"),
    ],
)
def test_it_refuses_to_start_beside_real_credentials(environ: dict[str, str], word: str) -> None:
    process = run(**environ)
    out, error = process.communicate(timeout=30)
    assert process.returncode == 2
    assert out == ""
    assert word in error
    assert error.count("\n") == 1
    assert REAL_SID not in error


def test_its_own_credentials_are_no_reason_to_refuse() -> None:
    refuse_real_credentials({})
    refuse_real_credentials(
        {
            "TWILIO_ACCOUNT_SID": SIMULATOR_ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": SIMULATOR_AUTH_TOKEN,
            "TWILIO_API_BASE_URL": "http://127.0.0.1:8010",
        }
    )
    with pytest.raises(RealCredentials):
        refuse_real_credentials({"TWILIO_ACCOUNT_SID": SIMULATOR_ACCOUNT_SID + "0"})


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_on_loopback_until_it_is_told_to_stop(
    product: Product, sign: signal.Signals
) -> None:
    port = free_port()
    process = run(SIMULATOR_PORT=str(port), PUBLIC_URL=product.url)
    assert process.stdout is not None
    assert f"http://127.0.0.1:{port}" in process.stdout.readline()
    base = f"http://127.0.0.1:{port}"
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(f"{base}/healthz", timeout=5).ok
        body = {"from": ROSA, "to": "+15550100100", "body": "hello"}
        session.post(f"{base}/control/texts", json=body, timeout=10)
        assert product.forms("twilio/sms")[0]["Body"] == "hello"
        sent = make_client(base).messages.create(to=ROSA, from_="+15550100110", body="hi")
        assert sent.account_sid == SIMULATOR_ACCOUNT_SID
        # An open page must not keep the process from stopping.
        with session.get(f"{base}/control/stream", stream=True, timeout=5):
            process.send_signal(sign)
            assert process.wait(timeout=10) == 0
    process.communicate()


def test_a_taken_port_is_said_in_one_sentence(product: Product) -> None:
    port = product.server.server_port
    process = run(SIMULATOR_PORT=str(port))
    _, error = process.communicate(timeout=30)
    assert process.returncode == 1
    assert str(port) in error


def test_real_seconds_ring_timers() -> None:
    clock = Clock(real_time=True)
    clock.start()
    rung = threading.Event()
    clock.after(0.01, rung.set)
    cancelled = clock.after(0.005, rung.clear)
    cancelled.cancel()
    assert rung.wait(5)
    clock.stop()
