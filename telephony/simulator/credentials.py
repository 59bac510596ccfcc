"""The simulator's own account, and the check that no real one is near.

The pair is public on purpose: it opens nothing but a simulator on loopback.
"""

from collections.abc import Mapping

SIMULATOR_ACCOUNT_SID = "AC" + "0" * 32
SIMULATOR_AUTH_TOKEN = "simulator-token-not-a-secret"  # noqa: S105 - public on purpose


class RealCredentials(Exception):
    """The environment names a real Twilio account or Twilio's own address."""


def refuse_real_credentials(environ: Mapping[str, str]) -> None:
    """Raise RealCredentials when the environment could reach a real account.

    Played phones next to real credentials would let a test message be taken for a patient, or
    a patient for a test message; so the two never share a process.
    """
    account = environ.get("TWILIO_ACCOUNT_SID", "")
    if account not in ("", SIMULATOR_ACCOUNT_SID):
        raise RealCredentials("TWILIO_ACCOUNT_SID names a real Twilio account")
    if environ.get("TWILIO_AUTH_TOKEN", "") not in ("", SIMULATOR_AUTH_TOKEN):
        raise RealCredentials("TWILIO_AUTH_TOKEN is not the simulator's own")
    if "twilio.com" in environ.get("TWILIO_API_BASE_URL", "").lower():
        raise RealCredentials("TWILIO_API_BASE_URL points at twilio.com")
