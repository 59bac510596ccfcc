"""Writes bot/data/nlu/ from the labelled messages: `python -m bot.build_data path/to/train`.

Run again whenever the labelled messages change; the files it writes are committed, because the
labelled messages are not part of this repository. Development messages are never read here.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).parent / "data" / "nlu"
_FILES = {"red_flag": "red_flag.yml", "status": "status.yml"}


def intent_of(row):
    """The intent a labelled message teaches: flag before event before question."""
    if row["tier"] != "none":
        return "red_flag"
    if row["event"]:
        return f"report_{row['event']}"
    return f"ask_{row['topic']}" if row["topic"] else "status"


def build(folder, out=OUT):
    """Read every .jsonl of the folder and write one NLU file per kind of intent."""
    examples, taught = defaultdict(list), by_hand(out)
    for intent, text in sorted(_labelled(folder), key=lambda pair: (_rank(pair[0]), *pair)):
        if text.lower() not in taught:
            taught.add(text.lower())
            examples[intent].append(text)
    files = defaultdict(list)
    for intent in sorted(examples):
        files[_file_of(intent)].append((intent, examples[intent]))
    for name, blocks in files.items():
        (out / name).write_text(_as_yaml(blocks), encoding="utf-8")


def by_hand(folder):
    """The texts of by_hand.yml: a text may teach one intent only, and what we wrote wins."""
    lines = (folder / "by_hand.yml").read_text(encoding="utf-8").splitlines()
    return {line.strip()[2:].lower() for line in lines if line.startswith("    - ")}


def _labelled(folder):
    for path in sorted(Path(folder).glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield intent_of(row), plain(row["text"])


def _rank(intent):
    """Of two labels for one text the graver teaches."""
    return 0 if intent == "red_flag" else 1 if intent.startswith("report_") else 2


def plain(text):
    """One line, and no brackets: Rasa reads [a](b) as a marked entity."""
    return " ".join(text.replace("[", "(").replace("]", ")").replace("{", "(").split())


def _file_of(intent):
    return _FILES.get(intent, "reports.yml" if intent.startswith("report_") else "topics.yml")


def _as_yaml(blocks):
    lines = [
        'version: "3.1"',
        "# Written by bot/build_data.py; own messages go to by_hand.yml.",
        "nlu:",
    ]
    for intent, texts in blocks:
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    build(sys.argv[1])
