"""How well the model understands a labelled file: accuracy of event and topic, and the misses."""

import json
from pathlib import Path


def measure(file, understood):
    """A report as text. `file`: labelled JSON lines; `understood`: output of bot.understand."""
    truth = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    answers = {a["id"]: a for a in map(json.loads, understood.splitlines())}
    labelled = [row for row in truth if "event" in row and "topic" in row]
    pairs = [(row, answers[row["id"]]) for row in labelled if row["id"] in answers]
    if not pairs:
        return "bot's understanding: no message of this file has an event or topic label"
    lines = [f"bot's understanding of {len(pairs)} messages"]
    for language in ("all", *sorted({row["lang"] for row, _ in pairs})):
        some = [p for p in pairs if language in ("all", p[0]["lang"])]
        lines.append(f"  {language:6} {_accuracy(some)}")
    return "\n".join([*lines, "  misses:", *_misses(pairs)])


def _accuracy(pairs):
    return ", ".join(f"{name} {_right(pairs, name)}" for name in ("event", "topic"))


def _right(pairs, name):
    """Right of all, and right of those that have one."""
    right = sum(row[name] == answer[name] for row, answer in pairs)
    having = [(row, answer) for row, answer in pairs if row[name]]
    found = sum(row[name] == answer[name] for row, answer in having)
    return f"{right}/{len(pairs)} ({right / max(1, len(pairs)):.1%}; named {found}/{len(having)})"


def _misses(pairs):
    for row, answer in pairs:
        for name in ("event", "topic"):
            if row[name] != answer[name]:
                yield f"    {row['id']} {name}: {row[name]} understood as {answer[name]}"
