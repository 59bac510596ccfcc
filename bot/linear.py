"""The intent model: weighted character and word n-grams, one linear score per intent.

Chosen by measurement over Rasa's LogisticRegressionClassifier and DIET (docs/decisions/0004).
A trained model is arrays and a word list, never a pickle, so loading one runs no code of its own.
"""

import json
import re
import unicodedata
from collections import Counter

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

# balance: 0 counts every message alike, 1 every intent alike. sharpness turns margins into
# confidences; it was fitted on authors left out of the training (docs/decisions/0004).
DEFAULTS = {
    "C": 1.0, "balance": 0.7, "sharpness": 6.0, "characters": [2, 5], "words": [1, 2], "rare": 2,
}  # fmt: skip
_WORD = r"(?u)\w+|[?!]"
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})


def normal(text):
    """Lower case, no accents, every digit a zero: SMS drops accents and numbers differ anyway."""
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES).lower()
    letters = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return re.sub(r"\d", "0", "".join(letters))


class Model:
    """Two vocabularies, their weights, and one column of scores per intent."""

    def __init__(self, vectorizers, intents, weights, bias):
        self.vectorizers, self.bias = vectorizers, bias
        self.intents = [str(intent) for intent in intents]
        cuts = np.cumsum([len(v.vocabulary_) for v in vectorizers])[:-1]
        self.weights = np.split(weights, cuts)

    @classmethod
    def fit(cls, config, texts, intents):
        """Train on parallel lists of texts and intents."""
        vectorizers = _vectorizers(config)
        pieces = hstack([v.fit_transform(texts) for v in vectorizers], format="csr")
        head = LinearSVC(C=config["C"], class_weight=_balance(intents, config["balance"]))
        head.set_params(random_state=0).fit(pieces, intents)
        weights, bias = (head.coef_.T, head.intercept_)
        sharp = np.float32(config["sharpness"])
        weights = np.ascontiguousarray(weights.astype(np.float32) * sharp)
        return cls(vectorizers, head.classes_, weights, bias.astype(np.float32) * sharp)

    def rank(self, text):
        """Every intent with its confidence, best first."""
        rows = [v.transform([text]) for v in self.vectorizers]
        if not any(row.nnz for row in rows):
            return [{"name": name, "confidence": 0.0} for name in self.intents]
        scores = self.bias.astype(np.float64).copy()
        for row, weights in zip(rows, self.weights, strict=True):
            scores += row.data @ weights[row.indices]
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        best = np.argsort(-shares, kind="stable")
        return [{"name": self.intents[i], "confidence": float(shares[i])} for i in best]

    def write(self, folder):
        """Store as arrays and JSON."""
        words = [v.vocabulary_ for v in self.vectorizers]
        plain = [{word: int(place) for word, place in some.items()} for some in words]
        text = json.dumps({"intents": self.intents, "words": plain}, ensure_ascii=False)
        (folder / "words.json").write_text(text, encoding="utf-8")
        rarity = {f"rarity_{i}": v.idf_ for i, v in enumerate(self.vectorizers)}
        weights = np.concatenate(self.weights).astype(np.float16)
        np.savez(folder / "weights.npz", weights=weights, bias=self.bias, **rarity)

    @classmethod
    def read(cls, config, folder):
        """Load what `write` stored."""
        known = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            vectorizers = _vectorizers(config, known["words"])
            for place, vectorizer in enumerate(vectorizers):
                vectorizer.idf_ = arrays[f"rarity_{place}"]
            weights = arrays["weights"].astype(np.float32)
            return cls(vectorizers, known["intents"], weights, arrays["bias"])


def _vectorizers(config, words=(None, None)):
    common = {"sublinear_tf": True, "preprocessor": normal, "dtype": np.float32}
    common["min_df"] = config["rare"] if words[0] is None else 1
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=tuple(config["characters"]), vocabulary=words[0], **common
    )
    by_word = TfidfVectorizer(
        ngram_range=tuple(config["words"]), token_pattern=_WORD, vocabulary=words[1], **common
    )
    return [characters, by_word]


def _balance(intents, power):
    counts = Counter(intents)
    even = len(intents) / len(counts)
    return {intent: (even / number) ** power for intent, number in counts.items()}
