"""Makes training messages harder: slips of the finger, lost stops, two messages in one.

Used by train_encoder.py only. A joined message has the flags of both, so that a sign buried in a
delivery question is learned from the start.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

from screening.result import RANK

Message = dict[str, Any]
JOINED, SLIPS, NO_MARKS, NO_STOPS = 0.12, 0.30, 0.12, 0.10  # shares; chosen on unseen authors
_MOST_JOINED = 330  # characters
_JOINTS = (" ", ". ", "\n", ", ", "... ")
# A thumb that slips hits the letter beside the right one.
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR = {c: row[max(0, i - 1) : i + 2] for row in _KEYBOARD for i, c in enumerate(row)}


def slip(word: str, chance: random.Random) -> str:
    """Return the word with one letter lost, swapped, wrong or doubled; short words stay."""
    if len(word) < 4 or not word.isalpha():
        return word
    at = chance.randrange(len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 2:
        near = _NEAR.get(word[at].lower(), word[at])
        return word[:at] + chance.choice(near) + word[at + 1 :]
    return word[: at + 1] + word[at:]


def noisy(text: str, chance: random.Random) -> str:
    """Return the text as a hurried thumb would have sent it."""
    if chance.random() < SLIPS:
        words = text.split(" ")
        for _ in range(1 + len(words) // 15):
            at = chance.randrange(len(words))
            words[at] = slip(words[at], chance)
        text = " ".join(words)
    if chance.random() < NO_MARKS:
        text = re.sub(r"[,;:!'’\"()]", "", text)
    return text.replace(".", " ") if chance.random() < NO_STOPS else text


def _joined(one: Message, other: Message, chance: random.Random) -> Message:
    first, second = (one, other) if chance.random() < 0.5 else (other, one)
    return {
        **one,
        "text": first["text"] + chance.choice(_JOINTS) + second["text"],
        "flags": sorted({*one["flags"], *other["flags"]}),
        "tier": max(one["tier"], other["tier"], key=RANK.__getitem__),
    }


def augmented(messages: Sequence[Message], chance: random.Random) -> list[Message]:
    """Return as many messages, each perhaps joined to another one and made noisy."""
    made = []
    for message in messages:
        other = chance.choice(messages)
        short = len(message["text"]) + len(other["text"]) < _MOST_JOINED
        join = short and chance.random() < JOINED
        chosen = _joined(message, other, chance) if join else message
        made.append({**chosen, "text": noisy(chosen["text"], chance)})
    return made
