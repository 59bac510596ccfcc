"""The house as built against the house as drawn: who may import whom, and how big things are."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# DESIGN.md section 2. Doors know everyone; nobody knows a door.
MAY_IMPORT: dict[str, set[str]] = {
    "screening": set(),
    "records": set(),
    "escalation": {"records", "screening"},
    "conversation": {"escalation", "records", "screening"},
    "telephony": {"conversation", "escalation", "records"},
    "web": {"conversation", "escalation", "records"},
    "bot/actions": {"bot", "conversation", "escalation", "records", "screening"},
    "bot": set(),
    # A world of its own: it stands for Twilio, so it knows nothing of us.
    "telephony/simulator": set(),
}
DOORS = {path.stem for path in ROOT.glob("*.py")}
ROOMS = {name.split("/")[0] for name in MAY_IMPORT}
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 50


def python_files(room: str) -> list[Path]:
    inner = [ROOT / name for name in MAY_IMPORT if name.startswith(room + "/")]
    return [
        path
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations/versions" not in path.as_posix()
        and not any(path.is_relative_to(other) for other in inner)
    ]


def imports(path: Path) -> set[str]:
    """The first words of everything a file imports, at the top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_only_declared_arrows(room: str) -> None:
    allowed = MAY_IMPORT[room] | {room.split("/")[0]}
    for path in python_files(room):
        strangers = imports(path) & (ROOMS | DOORS) - allowed
        assert not strangers, f"{path.relative_to(ROOT)} imports {strangers}"


def test_the_house_has_no_circle() -> None:
    def reaches(room: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        for other in MAY_IMPORT.get(room, set()) - seen - {room}:
            seen = reaches(other, seen | {other})
        return seen

    for room in MAY_IMPORT:
        assert room not in reaches(room)


def all_files() -> list[Path]:
    rooms = [path for room in MAY_IMPORT for path in python_files(room)]
    return rooms + sorted(ROOT.glob("*.py"))


def test_files_are_small() -> None:
    for path in all_files():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= MOST_LINES_OF_A_FILE, f"{path.relative_to(ROOT)}: {lines} lines"


def test_functions_are_small() -> None:
    for path in all_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
                lines = node.end_lineno - node.lineno + 1
                assert lines <= MOST_LINES_OF_A_FUNCTION, f"{path.name}:{node.name}: {lines}"


def test_no_clock_inside_a_room() -> None:
    """Time is passed in: only the doors ask a clock (DESIGN.md section 8)."""
    allowed = {"conversation/actions_api.py"}  # the actions process' own door to the clock
    for room in ("screening", "records", "escalation", "conversation", "telephony", "web"):
        for path in python_files(room):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(ROOT).as_posix()
            assert name in allowed or ".now(UTC)" not in text, f"{name} asks a clock"
