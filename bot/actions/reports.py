"""A report being taken, as one value."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Report:
    """A report being taken. `asking` is the field asked now, or `confirm`, or None when over.

    `last` is the field answered last. `again` is True when a saved report is being corrected.
    `implied` names the fields that follow from other answers.
    """

    kind: str
    message_id: int
    fields: dict[str, Any] = field(default_factory=dict)
    from_record: list[str] = field(default_factory=list)
    asking: str | None = None
    tries: int = 0
    sent: bool = False
    last: str | None = None
    again: bool = False
    implied: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, slot: dict[str, Any] | None) -> "Report | None":
        """From the slot's value."""
        return cls(**slot) if slot else None

    def as_slot(self) -> dict[str, Any]:
        """For the slot: plain JSON."""
        return asdict(self)

    def put(self, name: str, value: Any) -> None:
        """Note what the patient said: it goes before the record and before what was implied."""
        self.fields[name] = value
        self.from_record = [other for other in self.from_record if other != name]
        self.implied = [other for other in self.implied if other != name]
