"""The encoder: a small transformer (all-MiniLM-L6-v2, Apache-2.0) fine-tuned to our flags.

Made by train_encoder.py, rounded to 8 bits, run by onnxruntime on one core. It reads the same words
as the rules and the linear part, so that disguised letters look alike to all three; Spanish words
come to it in English.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from screening.gloss import glossed

FOLDER = Path(__file__).parent / "encoder"
PIECES = 128  # word pieces that are read at once, as in training
Floats = NDArray[np.float32]


def english(words: Sequence[str]) -> str:
    """Return the text that the encoder reads, in training and at run time; broken characters,
    which UTF-8 does not know, become "?"."""
    return " ".join(glossed(words)).encode("utf-8", "replace").decode("utf-8")


class Encoder:
    """A loaded model file. `heads` names its outputs: page, emergency, then flag codes; `digest`
    tells this file from every other."""

    def __init__(self, path: Path = FOLDER / "model.onnx") -> None:
        """Load the model and the word pieces beside it. Raises if a file is missing or damaged."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"]
        )
        self._pieces = Tokenizer.from_file(str(path.parent / "tokenizer.json"))
        self._pieces.no_padding()
        self._pieces.enable_truncation(PIECES)
        self.digest = sha256(path.read_bytes()).hexdigest()
        named = self._session.get_modelmeta().custom_metadata_map["heads"]
        self.heads: tuple[str, ...] = tuple(named.split())

    def logits(self, words: Sequence[str]) -> Floats:
        """Return the logit of every head; only the first PIECES word pieces are read."""
        ids = self._pieces.encode(english(words)).ids
        fed = {"ids": np.array([ids], np.int64)}
        found: Floats = self._session.run(None, fed)[0][0]
        return found
