"""Screens one message: rules, learned model and the patient's record together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from screening.features import concept_matcher
from screening.findings import Finding, Reading, read
from screening.model import EMERGENCY, Floats, Model, model
from screening.normalize import Token, tokenize, windows
from screening.profile import mentioned, raised, therapies
from screening.result import RANK, Decision, Flag, PatientProfile, Screening, Tier, highest
from screening.stretches import stretches
from screening.tables import TABLES_VERSION, tables, tier_of

# The operating point: a stretch pages when its chance of a red flag reaches this. Chosen on
# leave-one-author-out so that about one hard negative in five is paged: a miss is worse than that.
PAGE_AT = 0.35
# A part of a long message lacks the rest as context, so it must be surer than the whole.
PART_PAGES_AT = 0.6
# "Y", "10", "left arm": the model alone must be sure, for it has little to go by.
SHORT_WORDS, SHORT_PAGES_AT = 3, 0.8
_LEARNED = "learned model"
_FLAG_AT, _EMERGENCY_AT = 0.0, 0.0  # logits


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one stretch of text came to."""

    reading: Reading
    logits: Floats
    chance: float


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


def _weigh(learned: Model, reading: Reading) -> Verdict:
    logits = learned.logits(reading.words)
    return Verdict(reading, logits, learned.page(logits, reading))


def _says_little(reading: Reading) -> bool:
    """Whether a message is a word or three without any known sign, such as an answer to a form."""
    return len(reading.words) <= SHORT_WORDS and not reading.findings


def _verdicts(learned: Model, words: list[str]) -> Iterator[tuple[Verdict, float]]:
    """Yield the verdict on the whole and on each part, with the chance from which it pages."""
    whole = read(words, tables())
    yield _weigh(learned, whole), SHORT_PAGES_AT if _says_little(whole) else PAGE_AT
    for start, end in stretches(words):
        yield _weigh(learned, _part(whole, start, end)), PART_PAGES_AT


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


def _window(learned: Model, text: str, offset: int, piece: str) -> tuple[float, list[Flag]]:
    """Return the chance and the flags of one window of a message; no flags when none pages."""
    tokens = tokenize(piece, offset)
    verdicts = list(_verdicts(learned, [token.text for token in tokens]))
    paging = [v for v, at in verdicts if v.chance >= at or v.reading.pages]
    chance = max(v.chance for v, _ in verdicts)
    flags = [_rule_flag(f, tokens, text) for f in verdicts[0][0].reading.stated] if paging else []
    for verdict in paging:
        flags += _learned_flags(learned, verdict.logits)
    if paging and not flags:
        code = _likeliest(learned, paging[0].logits)
        flags.append(Flag(code, tier_of(code), "", _LEARNED))
    flags += raised(tuple(flags), mentioned([token.text for token in tokens]))
    return chance, flags


def screen_with(learned: Model, text: str, patient: PatientProfile | None = None) -> Screening:
    """Screen with a given model; see `screen`."""
    if not isinstance(text, str):
        raise TypeError(f"a message must be text, not {type(text).__name__}")
    seen = [_window(learned, text, offset, piece) for offset, piece in windows(text)]
    flags = one_per_code(flag for _, found in seen for flag in found)
    if patient is not None:
        flags = one_per_code([*flags, *raised(flags, patient)])
    tier = highest([flag.tier for flag in flags])
    decision: Decision = "page" if flags else "none"
    return Screening(tier, flags, decision, max(c for c, _ in seen), TABLES_VERSION)


def screen(text: str, patient: PatientProfile | None = None) -> Screening:
    """Return the red flags of one message (DOMAIN.md section 2; flag names of LABELS.md).

    `text` may be anything a telephone can send. `patient` may raise the tier, never lower it.
    Raises TypeError when text is not a str; never raises otherwise.
    """
    return screen_with(model(), text, patient)
