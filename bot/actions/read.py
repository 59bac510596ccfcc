"""Reads plain answers out of a text: yes, no, numbers, things. No classifier, no guess.

Each reader returns None when the text does not say it, so a question is asked again rather than
filled with something the patient did not mean (RASA.md section 1).
"""

import re
import unicodedata
from functools import cache

from bot.actions.days import CLOCK
from bot.actions.wording import table

UNKNOWN = "unknown"


def bare(text: str) -> str:
    """Lower case, no accents, no apostrophes, no punctuation, single spaces."""
    text = unicodedata.normalize("NFD", text.lower()).replace("’", "").replace("'", "")
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w\s👍👌?:/.]", " ", text).replace(". ", " ").strip(" .").split())


@cache
def words(name: str) -> frozenset[str]:
    """One list of words.yml as a set."""
    return frozenset(str(word) for word in table("words")[name])


def _is(text: str, name: str) -> bool:
    said = bare(text).rstrip("?") or bare(text)
    return said in words(name)


def is_yes(text: str) -> bool:
    """Whether the whole text is one of the known ways to say yes."""
    return _is(text, "yes")


def is_no(text: str) -> bool:
    """Whether the whole text is one of the known ways to say no."""
    return _is(text, "no")


def is_unknown(text: str) -> bool:
    """Whether the text says "I don't know" or "skip", alone or at the start of a short answer."""
    first = (word for word in words("unknown") if bare(text).startswith(word + " "))
    return _is(text, "unknown") or (len(text.split()) <= 6 and any(first))


def is_cancel(text: str) -> bool:
    """Whether the text calls a report off in the patient's own words."""
    return _is(text, "cancel") or _is_all(text, "cancel_sentences")


def is_asking_back(text: str) -> bool:
    """Whether the whole text asks what is meant or why it is asked."""
    return _is_all(text, "asking_back")


def announces_a_question(text: str) -> bool:
    """Whether the text has a word for asking: "i have a question", "tengo dudas"."""
    return bool(re.search(rf"\b(?:{_any_of('question_words')})", bare(text)))


def is_new(text: str) -> bool:
    """Whether it is about one more thing: "another bag", "tambien"."""
    return bool(re.search(rf"\b(?:{_any_of('something_new')})\b", bare(text)))


def names_a_symptom(text: str) -> bool:
    """Whether a word for a symptom occurs, however the sentence is meant: in doubt page."""
    return bool(re.search(rf"\b(?:{_any_of('symptom_words')})", bare(text)))


def is_no_symptom(text: str) -> bool:
    """Whether the whole text says that there is no new symptom."""
    return is_no(text) or _is_all(text, "no_symptoms")


def _is_all(text: str, name: str) -> bool:
    """Whether the text is, from end to end, one of the sentence patterns of words.yml."""
    return bool(re.fullmatch(_any_of(name), bare(text).rstrip("? ")))


@cache
def _any_of(name: str) -> str:
    return "|".join(str(pattern) for pattern in table("words")[name])


def is_correction(text: str) -> bool:
    """Whether the text begins the way corrections do: "no wait", "it was", "perdon"."""
    said = bare(text)
    return any(said == w or said.startswith(w + " ") for w in words("correction"))


def yes_or_no(text: str) -> str | None:
    """yes or no: an exact answer, or a sentence that begins with the word itself."""
    if is_yes(text):
        return "yes"
    if is_no(text):
        return "no"
    first = bare(text).split(" ")[0]
    if first in {"yes", "yeah", "yep", "si", "yup"}:
        return "yes"
    return (
        "no" if first in {"no", "nope", "none", "ninguna", "ninguno", "nada", "nothing"} else None
    )


@cache
def _number_words() -> dict[str, int]:
    return {word: int(n) for n, words in table("words")["numbers"].items() for word in words}


@cache
def number_pattern(*, from_two: bool = False) -> str:
    """A regular expression for any number we know, in digits or in words.

    `from_two`: without the words for none and one, which are often no numbers ("an hour").
    """
    known = [word for word, n in _number_words().items() if n > 1 or not from_two]
    return r"\d{1,3}|" + "|".join(map(re.escape, sorted(known, key=len, reverse=True)))


def number_of(word: str) -> int:
    """The number in digits or in words; KeyError for any other word."""
    return int(word) if word.isdigit() else _number_words()[word]


def count(text: str) -> int | None:
    """The one number in a short answer: "2", "two bags", "about 5 left", "ninguna"."""
    said = bare(text)
    if ":" in said or re.search(r"\d\s*(am|pm)\b", said):
        return None  # a time of day is not a count
    found = re.findall(rf"\b({number_pattern()})\b", said)
    digits = [n for n in found if n.isdigit()]
    numbers = (
        digits or [n for n in found if n not in {"a", "an", "un", "una", "one", "uno"}] or found
    )
    if not numbers or (len(digits) > 1 and not is_correction(text)):
        return None
    return number_of(numbers[-1])


def only_number(text: str) -> int | None:
    """The number when the text says nothing else: "just one", "it was 3", "solo dos"."""
    lead = rf"(?:(?:{_any_of('before_a_number')}) )*"
    found = re.fullmatch(rf"{lead}({number_pattern()})(?: of them| de ellas)?", bare(text))
    return number_of(found.group(1)) if found else None


def count_of(text: str, units: list[str]) -> int | None:
    """A number right before one of the units: "2 bags", "dos bolsas", "three of my doses"."""
    unit = "|".join(map(re.escape, units))
    gap = r"(?:\s+(?:of|my|the|more|full|de|mis|las|los|tpn|iv|iv's))*"
    found = re.search(rf"\b({number_pattern()}){gap}\s+(?:{unit})\b", bare(text))
    if found:
        return number_of(found.group(1))
    one = "|".join(re.escape(u) for u in units if not u.endswith("s") or u == "dosis")
    which = rf"(?:(?:{CLOCK}s?|morning|evening|night|whole|full|entire|tpn|iv)\s+)?"
    alone = rf"\b(?:the|my|his|her|this|that|la|el|mi|su|esta)\s+{which}(?:{one})\b"
    return 1 if re.search(alone, bare(text)) else None


def in_table(text: str, choices: dict[str, list[str]]) -> str | None:
    """The name of the first choice one of whose word patterns occurs in the text."""
    said = bare(text)
    for name, patterns in choices.items():
        if any(re.search(rf"\b{pattern}", said) for pattern in patterns):
            return str(name)
    return None
