"""The command line's format: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from screening.screener import screen


def _answer(line: str | bytes) -> dict[str, object]:
    message = json.loads(line.decode("utf-8") if isinstance(line, bytes) else line)
    result = screen(message["text"])
    flags = [flag.code for flag in result.flags]
    return {
        "id": message.get("id"),
        "tier": result.tier,
        "flags": flags,
        "decision": result.decision,
    }


def screen_lines(lines: Iterable[str | bytes]) -> Iterator[str]:
    """Screen lines of {"id", "text"}; yield lines of {"id", "tier", "flags", "decision"}.

    Bytes must be UTF-8. A line that is no such object yields {"line", "error"} and the rest goes
    on. Blank lines are passed over.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield json.dumps(_answer(line), ensure_ascii=False)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield json.dumps({"line": number, "error": f"{type(error).__name__}: {error}"})
