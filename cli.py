"""`hearthline`: the command line. Each command is a door into one room."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent
BOT_PYTHON = ROOT / ".venv-bot" / "bin" / "python"


@click.group()
def main() -> None:
    """Hearthline: the nurse line of a home-infusion pharmacy."""


@main.command()
def up() -> None:
    """Start everything, wait until it is well, print the addresses; Ctrl-C stops it."""
    from launch import launch

    sys.exit(launch())


@main.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from records.db import make_engine
    from records.migrate import migrate as upgrade
    from records.migrate import migrate_durable_work
    from settings import read_settings

    url = read_settings().database_url
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    migrate_durable_work(url)


@main.command()
def sample() -> None:
    """Load sample patients, staff and an on-call rota into an empty record."""
    from house import utc_now
    from records.sample import load_sample

    with _record().write() as session:
        loaded = load_sample(session, utc_now())
    click.echo("Sample people loaded." if loaded else "There are people already; nothing added.")


@main.command()
def screen() -> None:
    """Screen JSON lines {"id","text"} from stdin: tier, flags, decision. No database, no Rasa."""
    from screening import screen_lines

    for line in screen_lines(sys.stdin.buffer):
        click.echo(line)


@main.command()
def understand() -> None:
    """Intent, event, topic and entities of JSON lines {"id","text"} from stdin (trained model)."""
    sys.exit(subprocess.call([BOT_PYTHON, "-m", "bot.understand"], cwd=ROOT))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--floors", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def evaluate(file: Path, floors: Path | None) -> None:
    """Measure the screen and the bot's understanding against a labelled FILE (JSON lines).

    With --floors (tests/screening/floors.toml) it fails when the screen is below one of them.
    """
    from bot.measure import measure
    from screening.evaluate import as_text, below
    from screening.evaluate import evaluate as evaluate_screen

    report = evaluate_screen(file)
    click.echo(as_text(report))
    lost = below(report, tomllib.loads(floors.read_text("utf-8"))) if floors else []
    if lost:
        raise click.ClickException("; ".join(lost))
    understood = subprocess.run(
        [BOT_PYTHON, "-m", "bot.understand"],
        cwd=ROOT,
        stdin=file.open(),
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    click.echo(measure(file, understood.stdout))  # type: ignore[no-untyped-call]


@main.command("safety-case")
def safety_case() -> None:
    """Write docs/safety-case.md from the tables, the wording and the last measurement."""
    from conversation.checks import question
    from escalation.words import first_texts
    from screening.safety_case import document, write

    write(
        ROOT / "docs" / "safety-case.md",
        document(first_texts(), lambda code, language: question([code], language)),
    )


@main.command()
@click.argument(
    "kind",
    type=click.Choice(["escalations", "reports", "requests", "conversations", "audit"]),
)
@click.option("--format", "form", type=click.Choice(["json"]), default="json")
def export(kind: str, form: str) -> None:
    """Write a part of the record to stdout."""
    from records.export import export as rows

    with _record().read() as session:
        json.dump(list(rows(session, kind)), sys.stdout, indent=2, ensure_ascii=False)
    click.echo()


@main.group()
def staff() -> None:
    """Nurses, pharmacists and supervisors."""


@staff.command("list")
def staff_list() -> None:
    """Everyone who can be paged, a line each."""
    from sqlalchemy import select

    from records import Staff

    with _record().read() as session:
        for person in session.scalars(select(Staff).order_by(Staff.id)):
            state = "" if person.active else "  (inactive)"
            name = f"{person.first_name} {person.last_name}"
            click.echo(f"{person.id}  {name}  {person.role}  {person.phone}{state}")


@staff.command("add")
@click.argument("first_name")
@click.argument("last_name")
@click.argument("role", type=click.Choice(["nurse", "pharmacist", "supervisor"]))
@click.argument("phone")
def staff_add(first_name: str, last_name: str, role: str, phone: str) -> None:
    """Add somebody who can be paged; PHONE with its country code, such as +15550100399."""
    import phonenumbers

    from records import Staff

    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException as error:
        raise click.UsageError("PHONE needs its country code, such as +15550100399") from error
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    with _record().write() as session:
        person = Staff(first_name=first_name, last_name=last_name, role=role, phone=number)
        session.add(person)
        session.flush()
        click.echo(f"{person.id}  {first_name} {last_name}  {role}  {number}")


@main.group()
def oncall() -> None:
    """Who is on call."""


@oncall.command("who")
@click.option("--at", help="An ISO time with its zone; now if left out.")
def oncall_who(at: str | None) -> None:
    """Who would be paged for each duty; says so if it would be the fallback person."""
    from house import utc_now

    try:
        moment = datetime.fromisoformat(at) if at else utc_now()
    except ValueError as error:
        raise click.UsageError("--at needs a time, such as 2026-11-21T02:00-06:00") from error
    if moment.tzinfo is None:
        raise click.UsageError("--at needs a zone, such as 2026-11-21T02:00-06:00")
    for line in _duties(moment):
        click.echo(line)


@oncall.command("add")
@click.argument("staff_id", type=int)
@click.argument("duty", type=click.Choice(["nurse", "backup", "supervisor", "pharmacist"]))
@click.option("--days", default="0123456", help="Weekdays it starts on, 0 = Monday.")
@click.option("--starts", default="00:00", help="Local time, HH:MM.")
@click.option("--ends", default="00:00", help="Local time; at or before --starts is the next day.")
def oncall_add(staff_id: int, duty: str, days: str, starts: str, ends: str) -> None:
    """Add a weekly turn on call, in the pharmacy's time zone."""
    from records import OnCallShift, Staff

    for moment in (starts, ends):
        try:
            time.fromisoformat(moment)
        except ValueError as error:
            raise click.UsageError(f"{moment} is not a time such as 17:00") from error
    weekdays = sorted({int(day) for day in days if day in "0123456"})
    with _record().write() as session:
        if session.get(Staff, staff_id) is None:
            raise click.UsageError(f"there is no member of staff {staff_id}")
        row = {"duty": duty, "weekdays": weekdays, "starts": starts, "ends": ends}
        session.add(OnCallShift(staff_id=staff_id, **row))
    click.echo(f"Added: {duty} on {days} from {starts} to {ends}")


@oncall.command("list")
def oncall_list() -> None:
    """The weekly turns, a line each."""
    from sqlalchemy import select

    from records import OnCallShift

    with _record().read() as session:
        for shift in session.scalars(select(OnCallShift).order_by(OnCallShift.id)):
            days = "".join(map(str, shift.weekdays))
            name = f"{shift.staff.first_name} {shift.staff.last_name}"
            click.echo(
                f"{shift.id}  {shift.duty}  {name}  days {days}  {shift.starts}-{shift.ends}"
            )


def _duties(moment: datetime) -> Iterator[str]:
    from escalation import on_call

    with _record().read() as session:
        fallback = session.info["profile"].fallback
        for duty in ("nurse", "backup", "supervisor", "pharmacist"):
            try:
                people = on_call(session, duty, moment)
            except ValueError:
                yield f"{duty}: a shift of the rota cannot be read; the fallback person is paged"
                continue
            names = ", ".join(f"{p.first_name} {p.last_name} {p.phone}" for p in people)
            nobody = "nobody: the fallback person {first_name} {last_name} {phone} is paged"
            yield f"{duty}: {names or nobody.format(**fallback)}"


def _record() -> Any:
    from house import open_database
    from settings import read_settings

    return open_database(read_settings())


if __name__ == "__main__":
    main()
