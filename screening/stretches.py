"""Cuts a long message into overlapping stretches, so that a buried sign is not drowned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

SHORT = 90  # words; the encoder reads about so many at once (encoder.PIECES)
_WORDS, _STEP = 60, 40


def stretches(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the [start, end) of each stretch beyond the whole; none for a short message."""
    if len(words) <= SHORT:
        return
    for start in range(0, len(words) - (_WORDS - _STEP), _STEP):
        yield start, min(start + _WORDS, len(words))
