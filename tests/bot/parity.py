"""Trains on half of a small data set and understands the other half, with this Python's Rasa.

`python tests/bot/parity.py FOLDER` prints JSON {text id: [intent, confidence]}; run under 3.10 it
made tests/bot/data/parity_3_10.json. The confidences are rounded to six places.
"""

import asyncio
import json
import logging
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
DATA = ROOT / "tests/bot/data/parity_nlu.yml"


def halves():
    """(intent, text) of every second example, and of the others with an id each."""
    intent, taught, asked = None, [], {}
    for number, line in enumerate(DATA.read_text(encoding="utf-8").splitlines(), 1):
        named = re.match(r"- intent: (\S+)", line)
        intent = named.group(1) if named else intent
        if line.startswith("    - ") and number % 2:
            taught.append((intent, line))
        elif line.startswith("    - "):
            asked[f"line {number}"] = line[6:]
    return taught, asked


def write_data(folder, taught):
    lines = ['version: "3.1"', "nlu:"]
    for wanted in dict.fromkeys(intent for intent, _ in taught):
        lines += [f"- intent: {wanted}", "  examples: |"]
        lines += [line for intent, line in taught if intent == wanted]
    (folder / "nlu.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def train(folder):
    command = [
        sys.executable, "-m", "rasa", "train", "nlu", "--nlu", str(folder / "nlu.yml"),
        "--config", str(ROOT / "config.yml"), "--out", str(folder), "--fixed-model-name", "small",
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


async def understand(folder, asked):
    from rasa.core.agent import Agent

    agent = Agent.load(str(folder / "small.tar.gz"))
    found = {}
    for name, text in asked.items():
        intent = (await agent.parse_message(text))["intent"]
        found[name] = [intent["name"], round(float(intent["confidence"]), 6)]
    return found


def main(folder):
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    taught, asked = halves()
    write_data(folder, taught)
    train(folder)
    print(json.dumps(asyncio.run(understand(folder, asked)), indent=0, sort_keys=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
