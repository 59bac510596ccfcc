"""`make run` once everything is installed: migrate, samples, start, wait, say where."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests

from settings import ROOT, Settings, read_settings

WAIT_SECONDS = 180
# honcho gives PORT to the first one as it is, and adds 100 for each after it.
PROCESSES = ["web", "worker", "actions", "bot"]


def launch() -> int:
    """Run the whole product in the foreground; returns the exit code."""
    settings = read_settings()
    env = os.environ | environment(settings)
    for command in ["migrate", "sample"] if settings.simulated else ["migrate"]:
        subprocess.run([sys.executable, "-m", "cli", command], cwd=ROOT, env=env, check=True)
    processes = PROCESSES + (["phones"] if settings.simulated else [])
    honcho = subprocess.Popen(
        [Path(sys.executable).with_name("honcho"), "start", *processes], cwd=ROOT, env=env
    )
    # Ctrl-C reaches honcho too, which stops the others; we only wait for it.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: honcho.terminate())
    if _wait_until_well(settings, honcho):
        print(addresses(settings), flush=True)
    return max(honcho.wait(), 0)


def environment(settings: Settings) -> dict[str, str]:
    """What the processes must agree on, the bot's included: it reads no settings of ours."""
    bot = urlsplit(settings.bot_url)
    given = {
        "PORT": str(settings.port),
        "BOT_PORT": str(bot.port or 5005),
        "BOT_TOKEN": settings.bot_token,
        "ACTIONS_URL": settings.actions_url,
        "TRACKER_DATABASE_URL": f"sqlite:///{settings.var / 'tracker.db'}",
        "SIMULATOR_PORT": str(settings.simulator_port),
        "PUBLIC_URL": settings.public_url,
        "PATIENT_NUMBER": settings.patient_number,
        "NURSE_NUMBER": settings.nurse_number,
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONUNBUFFERED": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    return {name: os.environ.get(name, value) for name, value in given.items()}


def addresses(settings: Settings) -> str:
    """Where a newcomer looks first."""
    here = f"http://127.0.0.1:{settings.port}"
    lines = ["", "Hearthline is running. Ctrl-C stops it.", f"  health     {here}/healthz"]
    if settings.simulated:
        lines += [
            f"  phones     {here}/simulator   (no Twilio credentials: the phones are simulated)",
        ]
    else:
        lines += [f"  webhooks   {settings.public_url}/twilio/sms and /twilio/voice"]
    return "\n".join([*lines, f"  console    {here}/console", f"  metrics    {here}/metrics", ""])


def _wait_until_well(settings: Settings, honcho: subprocess.Popen[bytes]) -> bool:
    """Poll /healthz until it is 200; says what is not well if that takes too long."""
    url = f"http://127.0.0.1:{settings.port}/healthz"
    until = time.monotonic() + WAIT_SECONDS
    last = "no answer yet"
    local = requests.Session()
    local.trust_env = False  # a proxy of the environment is not for loopback
    while time.monotonic() < until and honcho.poll() is None:
        try:
            answer = local.get(url, timeout=5)
            if answer.status_code == 200:
                return True
            last = answer.text
        except requests.RequestException:
            pass
        time.sleep(0.3)
    print(f"Not well after {WAIT_SECONDS} s: {last}", file=sys.stderr)
    return False
