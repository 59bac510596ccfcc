"""Approved words from a data file: each sentence in every language, with its source beside it."""

import tomllib
from pathlib import Path
from typing import Any


class Wording:
    """The sentences of one file. Each row has `en`, `es` and `source`."""

    def __init__(self, path: Path) -> None:
        """Read the file once. Raises FileNotFoundError or tomllib.TOMLDecodeError."""
        self.rows: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))

    def text(self, key: str, language: str, **facts: object) -> str:
        """One sentence with its facts filled in; English where a language is missing.

        Raises KeyError for an unknown key or a missing fact: a sentence with a hole in it must
        never reach a patient.
        """
        row = self.rows[key]
        template: str = row.get(language) or row["en"]
        return template.format(**facts)


def beside(module_file: str, name: str) -> Wording:
    """The wording file that lies beside a module: `beside(__file__, "wording.toml")`."""
    return Wording(Path(module_file).parent / name)
