"""What the trained model makes of texts: JSON lines {"id","text"} in, one JSON line out for each.

`python -m bot.understand` in Rasa's environment, without a server and without importing Rasa: the
intent model is read out of the newest model archive. Event and topic are the names of the label
conventions, or null; `intent` is what the bot would act on (nlu_fallback when it is unsure);
`entities` are what the readers of bot/actions find, as {"name", "value"} rows.
"""

import json
import sys
import tarfile
import tempfile
from pathlib import Path

import yaml

from bot.actions.mentions import entities_of
from bot.linear import DEFAULTS, Model

ROOT = Path(__file__).resolve().parent.parent
EVENT, TOPIC, FLAG = "report_", "ask_", "red_flag"
# The label conventions file the wish to know who answers under the wish for a person.
_TOPICS = {"who_are_you": "speak_to_human"}
# Beside a red flag an event is named when it has this share of what the flag leaves over.
SECOND_SHARE = 0.8


def main(lines=sys.stdin, out=sys.stdout):
    """Read, understand, write; ends with the input."""
    understand = Understanding.load()
    for line in lines:
        if line.strip():
            row = json.loads(line)
            print(json.dumps({"id": row["id"], **understand(row["text"])}), file=out, flush=True)


class Understanding:
    """The intent model with the thresholds of config.yml."""

    def __init__(self, model, threshold, gap):
        self._model, self._threshold, self._gap = model, threshold, gap

    @classmethod
    def load(cls, root=ROOT):
        """From the newest archive in models/. Raises FileNotFoundError before any training."""
        archives = sorted(root.glob("models/*.tar.gz"), key=lambda path: path.stat().st_mtime)
        if not archives:
            raise FileNotFoundError("no trained model in models/: run make train")
        pipeline = yaml.safe_load((root / "config.yml").read_text())["pipeline"]
        linear, fallback = (_named(pipeline, name) for name in ("LinearIntents", "Fallback"))
        model = read_archive(archives[-1], {**DEFAULTS, **linear})
        return cls(model, fallback["threshold"], fallback["ambiguity_threshold"])

    def __call__(self, text):
        """intent, confidence, event, topic and entities of one text."""
        ranking = self._model.rank(text)
        best, second = ranking[0], ranking[1]
        unsure = best["confidence"] < self._threshold
        unsure = unsure or best["confidence"] - second["confidence"] < self._gap
        return {
            "intent": "nlu_fallback" if unsure else best["name"],
            "confidence": round(best["confidence"], 4),
            "event": event_of(ranking),
            "topic": _TOPICS.get(best["name"]) or _after(best["name"], TOPIC),
            "entities": entities_of(text),
        }


def event_of(ranking):
    """The event: the best intent's own, or the likeliest one beside a red flag."""
    best = ranking[0]
    if best["name"] != FLAG:
        return _after(best["name"], EVENT)
    rest = 1.0 - best["confidence"]
    second = ranking[1]
    likely = second["confidence"] > SECOND_SHARE * rest
    return _after(second["name"], EVENT) if likely else None


def read_archive(path, config):
    """The intent model inside one of Rasa's model archives."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(path) as archive:
        wanted = [m for m in archive.getmembers() if "LinearIntents" in m.name and m.isfile()]
        for member in wanted:
            target = Path(folder) / Path(member.name).name
            target.write_bytes(archive.extractfile(member).read())
        return Model.read(config, Path(folder))


def _named(pipeline, part):
    return next(row for row in pipeline if part in row["name"])


def _after(name, prefix):
    return name[len(prefix) :] if name.startswith(prefix) else None


if __name__ == "__main__":
    main()
