"""What a text settles on: of "two bags, no wait just one" the one, of "5 left not 3" the 5.

Works on bare text (read.py). The words that turn a sentence round or deny are in words.yml.
"""

import re
from functools import cache

from bot.actions import read
from bot.actions.days import DAY
from bot.actions.wording import table


def readings(text: str) -> list[str]:
    """The parts of a text to look for a value in, the most settled first, the whole text last."""
    whole, tail = read.bare(text), _after_the_turn(text)
    settled = _without_denied(tail or _turns_marked(text))
    found = dict.fromkeys(part for part in (settled, tail, _without_denied(whole)) if part)
    return [part for part in found if part != whole] + [text]


def denied(text: str) -> list[str]:
    """What the text says it was not: of "5 left not 3" the 3."""
    return [m.group("what") for m in _denial(text).finditer(_turns_marked(text))]


def split(text: str) -> tuple[str, str]:
    """Before and after the last turn ("no wait"); the second is empty when there is none."""
    said = _turns_marked(text)
    turn = _last_turn(said)
    return (said[: turn.start()].strip(), said[turn.end() :].strip()) if turn else (said, "")


def _after_the_turn(text: str) -> str:
    return split(text)[1]


def _last_turn(said: str) -> re.Match[str] | None:
    return next(reversed(list(_turn().finditer(said))), None)


def _turns_marked(text: str) -> str:
    """Bare text in which a "no" that is no denial is a turn: "2, no, 3", "no 5 not 3", "2 no 3"."""
    mark = " " + str(table("words")["turns"][0]) + " "
    said = read.bare(re.sub(r"(?i)(?:^|[,.;])\s*no\s*[,.;]", mark, text))
    if re.search(r"^no\b.*\b(?:no|not)\b", said):
        said = mark + said[2:]
    if not _is_spanish(said):
        said = re.sub(rf"(?<=\w) no (?={read.number_pattern()}\b|{DAY}\b)", mark, said)
    return " ".join(said.split())


def _is_spanish(said: str) -> bool:
    return any(word in read.words("spanish") for word in said.split())


@cache
def _turn() -> re.Pattern[str]:
    longest_first = sorted(map(str, table("words")["turns"]), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b")


def _denial(text: str) -> re.Pattern[str]:
    """ "not 3", "instead of monday", "not at 8 am"; "no 3" in Spanish only."""
    names = ["denials", "denials_es"] if _is_spanish(read.bare(text)) else ["denials"]
    says = "|".join(str(word) for name in names for word in table("words")[name])
    small = r"(?:(?:the|on|at|a|an|just|only|el|la|los|las|a las?) )*"
    return re.compile(rf"\b(?:{says}) {small}(?P<what>[\w:/]+(?: ?[ap]m\b)?)")


def _without_denied(said: str) -> str:
    """Without what is denied, and without the old day of "from monday to tuesday"."""
    moved = rf"(?:\b(?:from|del?) )?\b{DAY} (?:to|al?) (?=(?:the |el )?{DAY}\b)"
    kept = re.sub(moved, " ", _denial(said).sub(" ", said))
    return " ".join(kept.split())
