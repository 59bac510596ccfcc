"""Trains the model when what it is made of has changed: `python -m bot.train`.

A hash over config, domain, data and our classifier is stored beside the model; while it matches,
this ends in well under a second and imports nothing of Rasa's.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
NAME = "hearthline"
_MADE_OF = ("config.yml", "domain.yml", "bot/classifier.py", "bot/linear.py", "bot/data/**/*.yml")


def train(root=ROOT, force=False):
    """Train if needed; returns the exit code (0: the model is there and fits its data)."""
    print_of_data = fingerprint(root)
    model, mark = _files(root)
    if not force and model.exists() and mark.exists() and mark.read_text() == print_of_data:
        return 0
    mark.unlink(missing_ok=True)
    print("Training the bot: half a minute.", flush=True)
    ended = subprocess.run(
        _command(root), cwd=root, env=_environment(), text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if ended.returncode:
        print(ended.stdout, file=sys.stderr)
        return ended.returncode
    mark.write_text(print_of_data)
    return 0


def fingerprint(root=ROOT):
    """The hash of all that goes into a model, Python's version included."""
    total = hashlib.sha256(f"python {sys.version_info[:2]}".encode())
    for pattern in _MADE_OF:
        for path in sorted(root.glob(pattern)):
            total.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return total.hexdigest()


def _files(root):
    folder = root / "models"
    folder.mkdir(exist_ok=True)
    return folder / f"{NAME}.tar.gz", folder / f"{NAME}.sha256"


def _command(root):
    return [
        sys.executable, "-m", "rasa", "train", "--quiet", "--fixed-model-name", NAME,
        "--config", "config.yml", "--domain", "domain.yml", "--data", "bot/data", "--out", "models",
    ]  # fmt: skip


def _environment():
    """Quiet: no telemetry, no progress bars (they fill a log), no advice about the accelerator."""
    return os.environ | {
        "RASA_TELEMETRY_ENABLED": "false",
        "TQDM_DISABLE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }


if __name__ == "__main__":
    sys.exit(train(force="--force" in sys.argv))
