"""Screens one message: rules, learned model and the patient's record together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from screening.clauses import bounds
from screening.exchange import Before, carried, completed
from screening.features import concept_matcher
from screening.findings import Finding, Reading, read
from screening.labels import EMERGENCY, PAGE
from screening.linear import Floats
from screening.model import Model, Verdict, model
from screening.normalize import Token, tokenize, windows
from screening.profile import mentioned, raised, therapies
from screening.result import RANK, Decision, Flag, PatientProfile, Screening, Tier, highest
from screening.stretches import stretches
from screening.tables import TABLES_VERSION, tables, tier_of


@dataclass(frozen=True, slots=True, order=True)
class Limits:
    """The chances of a red flag from which a stretch of text is asked about, and paged for."""

    ask: float
    page: float


# The operating point, chosen on authors left out (docs/decisions/0010).
WHOLE = Limits(ask=0.15, page=0.65)
# A part of a long message lacks the rest as context, so it must be surer than the whole.
PART = Limits(ask=0.7, page=0.9)
# What is left without filler; a sentence is filler when its linear logit of a page is so low. Texts
# of more sentences are cut into stretches anyway.
CORE, FILLER, MOST_CORE = Limits(ask=0.8, page=0.95), -1.5, 25
HINTED_FILLER = -4.0  # "gloves and tape": a word that may hint at a sign, in a plain order
# The sentence in which a rule finds a sign is judged by itself as well.
SENTENCE, MOST_SENTENCES = Limits(ask=0.4, page=0.7), 3
# "Y", "10", "left arm": the model alone must be sure, for it has little to go by.
SHORT_WORDS, SHORT = 3, Limits(ask=0.6, page=0.8)
# Where a rule finds a sign stated, less is needed; least for a firm one (suicide). In a longer
# message a rule alone does not page: where the learned part sees no harm, nine in ten are harmless.
RULED, FIRM = Limits(ask=0.1, page=0.3), Limits(ask=0.0, page=0.1)
# "Had hives last year, long gone": the learned part must be surer than the rules.
TAKEN_AWAY = Limits(ask=0.15, page=0.9)
_URGENCY = {"none": 0, "ask": 1, "page": 2}
_LEARNED = "learned model"
_FLAG_AT, _EMERGENCY_AT = 0.0, 0.0  # logits


def load() -> None:
    """Read all tables and the model now, so that the first message is not slower."""
    tables()
    concept_matcher()
    therapies()
    model()


def _part(whole: Reading, start: int, end: int) -> Reading:
    """Return what was found in one stretch of a message."""
    return Reading(
        whole.words[start:end],
        [f for f in whole.findings if start <= f.start and f.end <= end],
        [c for c in whole.cues if start <= c.start and c.end <= end],
    )


def _says_little(reading: Reading) -> bool:
    """Whether a message is a word or three without any known sign, such as an answer to a form."""
    return len(reading.words) <= SHORT_WORDS and not reading.findings


def _verdicts(learned: Model, words: list[str]) -> Iterator[tuple[Verdict, Decision]]:
    """Yield the verdict on the whole, then on each part that is judged by itself."""
    whole = learned.weigh(words, read(words, tables()))
    yield whole, _of_whole(whole)
    parts = {(at, PART) for at in stretches(words)}
    parts |= {(at, SENTENCE) for at in _sentences(whole.reading)}
    parts |= {(at, CORE) for at in _core(learned, whole.reading)}
    for (start, end), limits in sorted(parts, key=lambda part: part[0]):
        part = learned.weigh(words[start:end], _part(whole.reading, start, end))
        yield part, _by_chance(part, limits)


def _sentences(reading: Reading) -> list[tuple[int, int]]:
    """Return the sentences in which a rule finds a sign: "The box came. I can't breathe. Good
    morning!" must not drown it. The first few are enough."""
    found = bounds(reading.words)
    own = sorted({found[finding.start] for finding in reading.paging})
    return [at for at in own if at != (0, len(reading.words))][:MOST_SENTENCES]


def _core(learned: Model, reading: Reading) -> list[tuple[int, int]]:
    """Return the message without the greetings and the like around it, if that leaves less: the
    sentences at both ends that hold no sign and no cue, and look harmless by themselves."""
    own = sorted(set(bounds(reading.words)))
    if not 1 < len(own) <= MOST_CORE:
        return []
    kept = [at for at in own if not _is_filler(learned, _part(reading, *at))]
    core = (kept[0][0], kept[-1][1]) if kept else (0, len(reading.words))
    return [] if core == (0, len(reading.words)) else [core]


def _is_filler(learned: Model, part: Reading) -> bool:
    if part.stated or part.cues:
        return False
    logit = float(learned.linear.logits(part.words)[learned.heads.index(PAGE)])
    return logit <= (HINTED_FILLER if part.findings else FILLER)


def _of_whole(verdict: Verdict) -> Decision:
    """Decide on a whole message: the rules move the chances from which something is done."""
    reading, limits = verdict.reading, WHOLE
    if reading.plain:
        return "page"
    if reading.pages:
        firm = any(finding.sign.firm for finding in reading.paging)
        limits = FIRM if firm else RULED
    elif reading.taken_away:
        limits = TAKEN_AWAY
    elif _says_little(reading):
        limits = SHORT
    return _by_chance(verdict, limits)


def _by_chance(verdict: Verdict, limits: Limits) -> Decision:
    if verdict.chance >= limits.page:
        return "page"
    return "ask" if verdict.chance >= limits.ask else "none"


def _rule_flag(finding: Finding, tokens: list[Token], text: str) -> Flag:
    words = text[tokens[finding.start].start : tokens[finding.end - 1].end]
    return Flag(finding.sign.code, finding.sign.tier, words, finding.sign.source)


def _learned_flags(learned: Model, logits: Floats) -> Iterator[Flag]:
    """Yield the flags the model sees; the likeliest one when it is sure only that something is."""
    codes, values = learned.heads[2:], logits[2:]
    emergency = float(logits[learned.heads.index(EMERGENCY)]) > _EMERGENCY_AT
    seen = {codes[at] for at in range(len(codes)) if values[at] > _FLAG_AT}
    if emergency and not any(tier_of(code) == "emergency_911" for code in seen):
        seen.add(_likeliest(learned, logits, "emergency_911"))
    for code in sorted(seen):
        yield Flag(code, tier_of(code), "", _LEARNED)


def _likeliest(learned: Model, logits: Floats, tier: Tier | None = None) -> str:
    ranked = sorted(zip(logits[2:].tolist(), learned.heads[2:], strict=True), reverse=True)
    return next(code for _, code in ranked if tier is None or tier_of(code) == tier)


def _likeliest_flag(learned: Model, logits: Floats) -> Flag:
    code = _likeliest(learned, logits)
    return Flag(code, tier_of(code), "", _LEARNED)


def one_per_code(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    """Keep one flag per code, the highest tier first found; highest tiers first."""
    best: dict[str, Flag] = {}
    for flag in flags:
        known = best.get(flag.code)
        if known is None:
            best[flag.code] = flag
        elif RANK[flag.tier] > RANK[known.tier]:
            best[flag.code] = replace(flag, words=flag.words or known.words)
    return tuple(sorted(best.values(), key=lambda f: (-RANK[f.tier], f.code)))


@dataclass(frozen=True, slots=True)
class Window:
    """What one window of a message came to."""

    chance: float
    decision: Decision
    flags: list[Flag]


def _window(learned: Model, text: str, offset: int, piece: str) -> Window:
    """Judge one window of a message; no flags when nothing is to be done."""
    tokens = tokenize(piece, offset)
    words = [token.text for token in tokens]
    verdicts = list(_verdicts(learned, words))
    decision = max((d for _, d in verdicts), key=_URGENCY.__getitem__)
    acting = [v for v, d in verdicts if d != "none"]
    flags = [_rule_flag(f, tokens, text) for f in verdicts[0][0].reading.stated] if acting else []
    for verdict in acting:
        flags += _learned_flags(learned, verdict.logits)
    if acting and not flags:
        flags.append(_likeliest_flag(learned, acting[0].logits))
    flags += raised(tuple(flags), mentioned(words))
    return Window(max(v.chance for v, _ in verdicts), decision, flags)


def screen_with(
    learned: Model,
    text: str,
    patient: PatientProfile | None = None,
    before: Before | None = None,
) -> Screening:
    """Screen with a given model; see `screen`."""
    if not isinstance(text, str):
        raise TypeError(f"a message must be text, not {type(text).__name__}")
    said = completed(text, before or Before())
    seen = [_window(learned, said, offset, piece) for offset, piece in windows(said)]
    decision = max((w.decision for w in seen), key=_URGENCY.__getitem__)
    kept = list(carried(text, before)) if before else []
    flags = one_per_code([*(flag for w in seen for flag in w.flags), *kept])
    if patient is not None:
        flags = one_per_code([*flags, *raised(flags, patient)])
    tier = highest([flag.tier for flag in flags])
    chance = max(w.chance for w in seen)
    return Screening(tier, flags, "page" if kept else decision, chance, TABLES_VERSION)


def screen(
    text: str, patient: PatientProfile | None = None, before: Before | None = None
) -> Screening:
    """Return the red flags of one message (DOMAIN.md section 2; flag names of LABELS.md).

    `text` may be anything a telephone can send. `patient` may raise the tier, never lower it;
    `before` is the last exchange, which may add flags, never take any away. With decision "ask"
    the flags are what is suspected. Raises TypeError when text is not a str; never otherwise.
    """
    return screen_with(model(), text, patient, before)
