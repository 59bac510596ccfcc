"""Red-flag screening: one message in, the signs that need a nurse out. Imports nothing of ours."""

from screening.exchange import Before
from screening.gloss import language_of
from screening.lines import screen_lines
from screening.result import Flag, PatientProfile, Screening
from screening.screener import load, screen
from screening.tables import TABLES_VERSION

__all__ = [
    "TABLES_VERSION",
    "Before",
    "Flag",
    "PatientProfile",
    "Screening",
    "language_of",
    "load",
    "screen",
    "screen_lines",
]
