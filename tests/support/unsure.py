"""The screen as it is, but unsure of certain messages: which ones it is really unsure of changes
with every training, and these tests are about what follows."""

import pytest

import screening
from screening import Flag, PatientProfile, Screening
from screening.tables import tier_of

CHEST = "my chest feels a bit funny i guess"
SITE = "the skin by my port looks a little different maybe"
_SUSPECTED = {CHEST: "chest_pain", SITE: "site_redness", "SOS": "chest_pain"}


def make_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the screen answer "ask" to the messages above, with whatever stands behind them."""
    real = screening.screen

    def screen(text: str, patient: PatientProfile | None = None, *rest: object) -> Screening:
        code = next((c for start, c in _SUSPECTED.items() if text.startswith(start)), None)
        if code is None:
            return real(text, patient, *rest)  # type: ignore[arg-type]
        flag = Flag(code, tier_of(code), "", "learned model")
        return Screening(flag.tier, (flag,), "ask", 0.3, "played")

    monkeypatch.setattr(screening, "screen", screen)
