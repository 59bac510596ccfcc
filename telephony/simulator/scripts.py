"""What a phone does by itself: answers texts and calls without a hand touching it."""

import re
from dataclasses import dataclass

CALL_BEHAVIOURS = (
    "manual",
    "ignore",
    "answer",
    "voicemail",
    "decline",
    "busy",
    "no-answer",
    "failed",
)


@dataclass
class ReplyRule:
    """Texts that match `pattern` are answered with `template`, `after` seconds later."""

    pattern: re.Pattern[str]
    template: str
    after: float
    left: int | None

    def words_for(self, body: str) -> str | None:
        """The answer to `body`, or None when the rule does not fit or is used up."""
        found = self.pattern.search(body)
        if not found or self.left == 0:
            return None
        if self.left is not None:
            self.left -= 1
        return self.template.format_map(_Groups(found))


class _Groups(dict[str, str]):
    """Named groups by name; any other name is the first group, or else the whole match."""

    def __init__(self, found: re.Match[str]):
        super().__init__({k: v or "" for k, v in found.groupdict().items()})
        self._first = (found.group(1) if found.re.groups else found.group()) or ""

    def __missing__(self, key: str) -> str:
        return self._first


@dataclass(frozen=True)
class CallRule:
    """How incoming calls are met; `press`: keys for the first menu that listens."""

    behaviour: str = "manual"
    press: str = ""
    after: float = 0.0


class Script:
    """A phone's own behaviour; every method returns the script, so calls can be chained."""

    def __init__(self) -> None:
        self._replies: list[ReplyRule] = []
        self.calls = CallRule()

    def reply(
        self, template: str, to: str = "", after: float = 0.0, times: int | None = None
    ) -> "Script":
        """Answer texts that match the regular expression `to` (default: all of them).

        `template` may use the groups of the match: `reply("{code}A", to=r"(\\d+)")`. `after`:
        seconds of the clock; `times`: how often, default always.
        """
        self._replies.append(ReplyRule(re.compile(to, re.IGNORECASE), template, after, times))
        return self

    def answer(self, press: str = "", after: float = 0.0) -> "Script":
        """Pick calls up after `after` seconds and press `press` when a menu listens."""
        return self.on_call("answer", press, after)

    def voicemail(self, after: float = 0.0) -> "Script":
        """Let a machine pick calls up; it hears everything and presses nothing."""
        return self.on_call("voicemail", after=after)

    def decline(self) -> "Script":
        """Refuse calls at once: the caller sees `busy`."""
        return self.on_call("decline")

    def ignore(self) -> "Script":
        """Let calls ring out, and answer no text."""
        self._replies.clear()
        return self.on_call("ignore")

    def on_call(self, behaviour: str, press: str = "", after: float = 0.0) -> "Script":
        """Meet calls with one of CALL_BEHAVIOURS; raises ValueError for any other word.

        manual and ignore let it ring (until the test, the page or the timeout acts); busy,
        no-answer and failed end it with that status at once.
        """
        if behaviour not in CALL_BEHAVIOURS:
            raise ValueError(f"behaviour must be one of {', '.join(CALL_BEHAVIOURS)}")
        self.calls = CallRule(behaviour, press, after)
        return self

    def clear(self) -> "Script":
        """Do nothing by itself any more."""
        self._replies.clear()
        self.calls = CallRule()
        return self

    def answers_to(self, body: str) -> list[tuple[float, str]]:
        """What to text back to `body`: (seconds to wait, words), at most one."""
        for rule in self._replies:
            if (words := rule.words_for(body)) is not None:
                return [(rule.after, words)]
        return []
