"""Cuts a long message into overlapping stretches, so that a buried sign is not drowned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

SHORT = 45  # words; a message up to this length is read as a whole only
_SENTENCES, _WORDS, _STEP, _LEAST = 2, 60, 25, 12
_ENDS = frozenset(".?")


def _starts(words: Sequence[str]) -> list[int]:
    """Return where sentences begin; a sentence without end gets a start every few words."""
    starts = [0]
    for at in range(1, len(words)):
        since = at - starts[-1]
        if since >= _STEP or (since >= _LEAST and words[at - 1] in _ENDS):
            starts.append(at)
    return starts


def stretches(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the [start, end) of each stretch beyond the whole; none for a short message."""
    if len(words) <= SHORT:
        return
    starts = [*_starts(words), len(words)]
    for index in range(max(1, len(starts) - _SENTENCES)):
        end = starts[min(index + _SENTENCES, len(starts) - 1)]
        yield starts[index], min(end, starts[index] + _WORDS)
