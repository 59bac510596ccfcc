"""Spanish words with their English meaning, for the encoder, which was brought up on English.

Word for word and without grammar: "me pica todo el cuerpo" is "me itches all body". That is enough
for the encoder, which is trained on the same glosses, to know what an English message taught it.
The linear part and the rules read the Spanish itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from screening.normalize import tokenize

FILE = Path(__file__).parent / "tables" / "gloss_es.tsv"
# From this share of Spanish words on, words of both languages ("no", "me", "once") are Spanish too.
SPANISH_SHARE = 0.3
_SHARED = "="
_ENOUGH = 3  # words without any Spanish one that make a text English


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], frozenset[str]]:
    """Return the gloss of each word, and the words that are English as well (marked with "=")."""
    rows = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if len(row) > 1]
    shared = frozenset(row[0] for row in rows if row[2:] == [_SHARED])
    return {row[0]: row[1] for row in rows}, shared


def _is_spanish(words: Sequence[str], known: dict[str, str], shared: frozenset[str]) -> bool:
    written = [word for word in words if word.isalpha()]
    own = sum(word in known and word not in shared for word in written)
    return bool(written) and own >= SPANISH_SHARE * len(written)


def language_of(text: str) -> str | None:
    """Return "es" or "en" for what a text is written in, None when its words are too few to say."""
    words = [token.text for token in tokenize(text) if token.text.isalpha()]
    known, shared = _table()
    if _is_spanish(words, known, shared):
        return "es"
    own = any(word in known and word not in shared for word in words)
    return None if own or len(words) < _ENOUGH else "en"


def glossed(words: Sequence[str]) -> list[str]:
    """Return the words (see normalize.tokenize) with every Spanish one put into English."""
    known, shared = _table()
    spanish = _is_spanish(words, known, shared)
    said = (known[w] if w in known and (spanish or w not in shared) else w for w in words)
    return [word for word in said if word]
