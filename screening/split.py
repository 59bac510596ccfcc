"""Which messages are never trained on: the project's own frozen test part."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_PAIR = re.compile(r"\bpair (p\d+)")
FROZEN_PART = 10  # one message in ten


def read_messages(path: str | Path) -> list[dict[str, Any]]:
    """Return the labelled messages of a JSON lines file (fields of LABELS.md).

    Raises ValueError naming the line when one cannot be read.
    """
    messages = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        try:
            messages.append(json.loads(line))
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from error
    return messages


def group(message: Mapping[str, Any]) -> str:
    """Return what must stay on one side of a split: the pair of evil twins, else the message."""
    pair = _PAIR.search(message.get("notes", ""))
    return pair.group(1) if pair else str(message["id"])


def is_frozen(message: Mapping[str, Any]) -> bool:
    """Say whether the message belongs to the frozen test part; decided by its name alone."""
    digest = hashlib.sha256(group(message).encode()).digest()
    return digest[0] % FROZEN_PART == 0


def main(paths: Sequence[str]) -> None:
    """Print the frozen messages of the files: `python -m screening.split DATA.jsonl ...`."""
    for path in paths:
        for message in filter(is_frozen, read_messages(path)):
            print(json.dumps(message, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
