"""Every question has an approved answer, with its facts, short enough, and nothing forbidden."""

import re

import pytest

from bot.actions.wording import LANGUAGES, table
from tests.bot.sms import segments
from tests.bot.world import ROOT, profile

ANSWERS = table("answers")
# DOMAIN.md section 5. A carrier keyword may not be asked for; these are all of them.
KEYWORDS = "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT HELP INFO START YES UNSTOP"
ASKS = re.compile(
    rf"(?i:reply|text|send|respond|responda|escriba|mande)\s+(?:{'|'.join(KEYWORDS.split())})\b"
)
PROMISES = [
    r"\b(?:nurse|someone|person|pharmacist) will\b", r"\byou are (?:fine|ok|okay)\b",
    r"\b(?:is|are) normal\b", r"wait until (?:morning|tomorrow)", r"\bwe guarantee\b",
    r"enfermera (?:le )?(?:llamar|responder|contestar)[aá]\b", r"\bes normal\b",
    r"usted est[aá] bien",
    r"espere hasta ma.ana", r"\bgarantiza", r"\d\s?°|\bdegrees\b|\bgrados\b", r"\bmg\b|\bml\b",
]  # fmt: skip


def filled(text, language):
    p = profile()
    facts = {
        "pharmacy": p.name, "phone": p.phone, "address": p.address,
        "hours": p.hours_text(language), "opens": "Wednesday 8:00 AM",
        "delivery": "Wednesday 11/25, 10:00-12:00",
    }  # fmt: skip
    return " ".join(text.split()).format(**facts)


def parts(row):
    """Each text of a row by its name."""
    found = {name: row[name] for name in ("known", "not_known", "more") if name in row}
    return found | ({"text": row} if "en" in row else {})


PARTS = [(topic, name) for topic, row in ANSWERS.items() for name in parts(row)]


def test_all_25_questions_of_the_domain_have_an_answer():
    rows = {row["row"] for row in ANSWERS.values()}
    assert rows - {"none"} == set(range(1, 26)) - {2}
    assert "consists" in ANSWERS["what_is_infusion"]["en"]  # row 2 is its second part


@pytest.mark.parametrize(("topic", "part"), PARTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_fits_three_segments(topic, part, language):
    text = filled(parts(ANSWERS[topic])[part][language], language)
    assert segments(text) <= 3, len(text)


@pytest.mark.parametrize("topic", ANSWERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_has_all_its_facts(topic, language):
    row = ANSWERS[topic]
    wordings = [row["known"], row["not_known"]] if "record" in row else [row]
    for words in wordings:
        text = " ".join((words[language] + " " + row.get("more", {}).get(language, "")).split())
        for fact in map(str, row["facts"][language]):
            pattern = re.escape(fact) if fact.startswith("{") else fact
            assert re.search(pattern, text), fact


def all_sentences():
    """Everything the bot can say, by the file it is in."""
    for name in ("answers", "phrases", "reports"):
        yield from ((name, text) for text in _texts(table(name)))


def _texts(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key in LANGUAGES and isinstance(inner, str) else _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner) if not isinstance(inner, str) else []


@pytest.mark.parametrize(("name", "text"), list(all_sentences()))
def test_no_sentence_asks_for_a_carrier_keyword_or_promises(name, text):
    assert not ASKS.search(text)
    for promise in PROMISES:
        assert not re.search(promise, text, re.IGNORECASE), promise


def test_the_test_itself_finds_what_is_forbidden():
    assert ASKS.search("Reply YES to send it")
    assert any(re.search(p, "A nurse will call you", re.IGNORECASE) for p in PROMISES)


@pytest.mark.parametrize("name", ["phrases", "reports"])
def test_short_sentences_stay_short(name):
    for text in _texts(table(name)):
        assert segments(text.format(summary="", id=1, due="Mon")) <= 3, text


def test_both_languages_say_everything():
    for name in ("answers", "phrases", "reports"):
        for words in _wordings(table(name)):
            assert set(LANGUAGES) <= set(words), words


def _wordings(value):
    if isinstance(value, dict):
        if "en" in value or "es" in value:
            yield value
        for inner in value.values():
            yield from _wordings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _wordings(inner)


def test_no_medical_advice_is_given_but_a_person_is_offered():
    assert ANSWERS["medical_advice"]["offers"] == "human"


def test_every_wording_names_its_source():
    assert all("source" in row for row in table("phrases").values())
    for form in table("reports")["forms"].values():
        assert form["source"]
        assert all("source" in q or "use" in q or q.get("silent") for q in form["questions"])
    assert all(row["source"] for row in table("reports")["shared"].values())


def test_answers_file_is_the_only_place_with_answers():
    domain = (ROOT / "domain.yml").read_text()
    assert "responses:" not in domain
