"""The whole product as real processes on free loopback ports, for tests that kill them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import requests

from launch import environment
from settings import ROOT, Settings
from telephony.simulator import SimulatedTwilio
from tests.support.world import NURSE_NUMBER, PATIENT_NUMBER, make_settings

BIN = Path(sys.executable).parent
BOT_BIN = ROOT / ".venv-bot" / "bin"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(check: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait until `check` gives something true; fails with `what` after some real seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


@dataclass
class Product:
    """Web, worker, actions and bot as processes; the phones live in the test itself."""

    settings: Settings
    sim: SimulatedTwilio
    env: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        """Start processes and wait until each of them is well."""
        self.launch(*names)
        for name in names:
            self.wait_for(name)

    def wait_for(self, name: str) -> None:
        """Wait until a process is well."""
        until(lambda: self.health().get(_PART[name]) == "ok", f"{name} is well", 120)

    def launch(self, *names: str) -> None:
        """Start processes, without waiting."""
        for name in names:
            log = (self.settings.var / f"{name}.log").open("ab")
            self.running[name] = subprocess.Popen(
                self._command(name), cwd=ROOT, env=self.env, stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """SIGKILL, as a crash or the kernel would: no handler runs. Children die too."""
        process = self.running.pop(name)
        for pid in [*_children(process.pid), process.pid]:
            os.kill(pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End everything that still runs."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        self.sim.stop()

    def health(self) -> dict[str, str]:
        """The parts of /healthz, empty if there is no answer."""
        try:
            answer = requests.get(f"{self.settings.public_url}/healthz", timeout=5)
            return dict(answer.json()["parts"])
        except (requests.RequestException, ValueError, KeyError):
            return {}

    def logs(self) -> str:
        """All that the processes wrote."""
        return "".join(
            path.read_text(errors="replace") for path in sorted(self.settings.var.glob("*.log"))
        )

    def _command(self, name: str) -> list[str | Path]:
        bot_port = self.env["BOT_PORT"]
        commands: dict[str, list[str | Path]] = {
            "web": [BIN / "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"],
            "worker": [BIN / "python", "worker.py"],
            "actions": ["nice", "-n", "5", BIN / "python", "actions.py"],
            "bot": [
                "nice", "-n", "5", BOT_BIN / "rasa", "run", "-i", "127.0.0.1", "-p", bot_port,
                "--model", "models/hearthline.tar.gz",
                "--credentials", "credentials.yml", "--endpoints", "endpoints.yml",
            ],
        }  # fmt: skip
        return commands[name]


_PART = {"web": "database", "worker": "worker", "actions": "actions", "bot": "bot"}


def _children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE, check=False)
    return [int(line) for line in found.stdout.split()]


def open_product(database_url: str, var: Path) -> Product:
    """The product on a migrated database, nothing started yet but the phones."""
    port, bot_port, actions_port = free_port(), free_port(), free_port()
    own = f"http://127.0.0.1:{port}"
    numbers = {
        number: {
            "sms_url": "/twilio/sms",
            "sms_fallback_url": "/twilio/fallback",
            "voice_url": "/twilio/voice",
        }
        for number in (PATIENT_NUMBER, NURSE_NUMBER)
    }
    sim = SimulatedTwilio(numbers=numbers, public_url=own, real_time=True).start()
    given = {
        "PORT": str(port),
        "PUBLIC_URL": own,
        "BOT_URL": f"http://127.0.0.1:{bot_port}",
        "ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook",
        "TWILIO_API_BASE_URL": sim.base_url,
        "SIMULATOR_PORT": sim.base_url.rsplit(":", 1)[1],
    }
    settings = make_settings(database_url, var, **given)
    own_env = {
        "DATABASE_URL": database_url, "HEARTHLINE_VAR": str(var), "SECRET_KEY": "test",
        "PATIENT_NUMBER": PATIENT_NUMBER, "NURSE_NUMBER": NURSE_NUMBER, "BOT_TOKEN": "test",
    }  # fmt: skip
    env = {**os.environ, **environment(settings), **given, **own_env}
    env["BOT_PORT"] = str(bot_port)
    env["TRACKER_DATABASE_URL"] = f"sqlite:///{var / 'tracker.db'}"
    return Product(settings, sim, env)
