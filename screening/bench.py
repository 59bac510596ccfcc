"""How long one message takes: `python -m screening.bench [DATA.jsonl]` prints p50, p99 and more."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from screening.labels import read_messages
from screening.screener import load, screen

_SAMPLES = (
    "cant catch my breath and my lips feel fat",
    "no fever, no chills, the nurse looked at it and said it is fine",
    "se me salió el catéter cuando me bañaba",
    "when is my next delivery? I have enough tubing until friday but I need more gloves. " * 4,
    "the box came today. " * 75,  # 1,500 characters: a long text message
)


def measure(texts: Sequence[str], rounds: int = 1) -> list[float]:
    """Return the milliseconds each screening took, sorted; the tables are loaded before."""
    load()
    taken = []
    for text in [text for _ in range(rounds) for text in texts]:
        begun = time.perf_counter()
        screen(text)
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which that share of the ordered values lies."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def main(arguments: Sequence[str]) -> None:
    """Measure the messages of a labelled file, or the built-in samples."""
    begun = time.perf_counter()
    load()
    print(f"load {1000 * (time.perf_counter() - begun):.0f} ms")
    texts = [m["text"] for m in read_messages(arguments[0])] if arguments else list(_SAMPLES)
    taken = measure(texts, rounds=1 if arguments else 200)
    shares = ", ".join(f"p{100 * s:g} {percentile(taken, s):.2f} ms" for s in (0.5, 0.9, 0.99))
    print(f"{len(taken)} messages: {shares}, longest {taken[-1]:.2f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
