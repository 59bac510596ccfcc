"""Encrypts what the tracker database keeps of a patient's words (AES-256-GCM, key from DATA_KEY).

A purpose is mixed into the key, so that what else DATA_KEY may come to encrypt never shares it.
Without DATA_KEY (tests, a first look) rows are plain JSON.
"""

import base64
import hashlib
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MARK = "v1:"
_PURPOSE = b"hearthline tracker turns|"


class Seal:
    """Closes and opens one row's text; with no secret both give the text back unchanged."""

    def __init__(self, secret=""):
        self._cipher = None
        if secret:
            self._cipher = AESGCM(hashlib.sha256(_PURPOSE + secret.encode()).digest())

    @classmethod
    def from_environment(cls):
        """The seal of this process, by DATA_KEY."""
        return cls(os.environ.get("DATA_KEY", ""))

    def close(self, text):
        """Encrypt a row's text."""
        if not self._cipher:
            return text
        nonce = os.urandom(12)
        return (
            _MARK
            + base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), None)).decode()
        )

    def open(self, text):
        """Decrypt a row's text; rows written before there was a key are plain."""
        if not text.startswith(_MARK):
            return text
        if not self._cipher:
            raise ValueError("a sealed row, and DATA_KEY is not set")
        raw = base64.b64decode(text[len(_MARK) :])
        return self._cipher.decrypt(raw[:12], raw[12:], None).decode()
