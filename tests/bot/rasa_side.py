"""Checks of bot/'s Rasa-side parts; runs inside Rasa's environment, which has no pytest.

With a PostgreSQL address as argument the checks of the store run there instead of on SQLite.
Prints JSON {name of check: null or what went wrong}; tests/bot/test_rasa_side.py runs it once and
turns each check into a test.
"""

# ruff: noqa: E402  (a script: it has to say where the house is before it can import from it)

import asyncio
import io
import json
import logging
import sys
import tempfile
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot import channel, quiet, speed, stores, strict
from bot.locks import ConversationLocks
from bot.seal import Seal

DOMAIN = Domain.load(str(ROOT / "domain.yml"))
POSTGRESQL = sys.argv[1] if len(sys.argv) > 1 else None


def new_store(folder):
    return stores.TurnStore(DOMAIN, host=POSTGRESQL or f"sqlite:///{folder}/t.db")


def empty_postgresql():
    with stores.make_engine(POSTGRESQL).begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS tracker_turns")


async def turn(store, sender, message_id, text="hello", answer="hi", **loop):
    """One turn, as Rasa's processor takes it."""
    assert await store.find(sender, message_id) is None
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    if not tracker.events:
        tracker.update_with_events([SessionStarted(), ActionExecuted("action_listen")], DOMAIN)
    intent = {"name": "ask_greeting", "confidence": 0.9}
    tracker.update(UserUttered(text, intent, message_id=message_id), DOMAIN)
    if loop:
        tracker.update(ActiveLoop(loop["form"]), DOMAIN)
    tracker.update(SlotSet("unsure", len(tracker.events)), DOMAIN)
    if answer:
        tracker.update(BotUttered(answer), DOMAIN)
    tracker.update(ActionExecuted("action_listen"), DOMAIN)
    await store.save(tracker)
    return tracker


def state(tracker):
    return tracker.current_state(), [event.as_dict() for event in tracker.events]


async def check_what_is_remembered_is_what_is_stored(folder):
    store = new_store(folder)
    for number in range(5):
        await turn(store, "a", str(number))
    remembered = await store.retrieve("a")
    read_back = await new_store(folder).retrieve("a")
    assert state(remembered) == state(read_back)
    assert len(read_back.events) == 2 + 5 * 4


async def check_a_turn_is_found_again_in_memory_and_on_disk(folder):
    store = new_store(folder)
    await turn(store, "a", "m1", answer="first")
    await turn(store, "a", "m2", answer="second")
    for where in (store, new_store(folder)):
        for message_id, text in (("m1", "first"), ("m2", "second")):
            found = channel.reply_of(await where.find("a", message_id))
            assert found["messages"] == [{"text": text}], found
        assert await where.find("b", "m1") is None


async def check_a_turn_without_a_word_did_not_happen(folder):
    store = new_store(folder)
    await turn(store, "a", "m1")
    before = state(await new_store(folder).retrieve("a"))
    await turn(store, "a", "m2", answer=None)
    assert await store.find("a", "m2") is None
    assert state(await store.retrieve("a")) == before


async def check_a_turn_that_broke_off_leaves_the_state_before_it(folder):
    store = new_store(folder)
    await turn(store, "a", "m1")
    tracker = await store.retrieve("a")
    tracker.update(SlotSet("report", {"half": "done"}), DOMAIN)  # and then an action raised
    assert (await store.retrieve("a")).get_slot("report") is None


async def check_another_process_is_noticed(folder):
    one, other = new_store(folder), new_store(folder)
    await turn(one, "a", "m1")
    await turn(other, "a", "m2")
    assert (await one.find("a", "m2")).events
    assert len((await one.retrieve("a")).events) == 2 + 2 * 4


async def check_a_long_conversation_starts_a_new_session_and_keeps_its_slots(folder):
    store = new_store(folder)
    for number in range(80):
        await turn(store, "a", str(number))
    tracker = await store.retrieve("a")
    assert len(tracker.events) <= stores.LONGEST_SESSION + 4
    assert tracker.get_slot("unsure")
    assert state(tracker)[1] == state(await new_store(folder).retrieve("a"))[1]
    assert (await store.find("a", "0")).events  # an old message is still known


async def check_no_new_session_inside_a_form(folder):
    store = new_store(folder)
    for number in range(80):
        await turn(store, "a", str(number), form="wasted_dose_form")
    assert (await store.retrieve("a")).active_loop_name == "wasted_dose_form"


async def check_a_failing_database_is_loud_and_names_no_values(folder):
    store = new_store(folder)
    await turn(store, "a", "m1")
    store._engine.dispose()
    store._engine = Broken()
    for attempt in (store.find("a", "m2"), store.retrieve("a")):
        try:
            await attempt
        except stores.StoreDown as down:
            assert str(down) == "RuntimeError"
        else:
            raise AssertionError("silent")


class Broken:
    def begin(self):
        raise RuntimeError("the patient said: ouch")


async def check_conversations_out_of_memory_come_back(folder):
    store = new_store(folder)
    stores.REMEMBERED, kept = 2, stores.REMEMBERED
    for sender in "abcd":
        await turn(store, sender, "1")
    stores.REMEMBERED = kept
    assert len(store._memories) == 2
    assert len((await store.retrieve("a")).events) == 6


async def check_a_sealed_row_has_no_words(folder):
    store = new_store(folder)
    store._seal = Seal("secret")
    await turn(store, "a", "m1", text="my chest hurts")
    assert (await store.retrieve("a")).latest_message.text == "my chest hurts"
    raw = b"".join(path.read_bytes() for path in Path(folder).glob("t.db*"))
    assert b"chest" not in raw
    assert Seal("secret").open(Seal("secret").close("x")) == "x"
    assert Seal("secret").open("plain") == "plain"


async def check_waiting_turns_are_served_in_order_and_at_once(_folder):
    locks, order = ConversationLocks(), []

    async def work(number):
        async with locks.lock("a"):
            order.append(number)
            await asyncio.sleep(0.001)

    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(work(number) for number in range(20)))
    assert order == list(range(20))
    assert asyncio.get_running_loop().time() - started < 0.5
    assert not locks._locks


async def check_a_slash_never_reaches_rasa(_folder):
    for text in ("/restart", " / restart", "//x", "\n/x", "/"):
        assert not channel.harmless(text).startswith("/"), text
    assert channel.harmless("1/2 bag") == "1/2 bag"
    assert len(channel.harmless("x" * 9999)) == channel.LONGEST_TEXT


async def check_a_failed_action_ends_the_turn(_folder):
    strict.install()
    strict.install()
    action = RemoteAction("action_answer", None)
    try:
        await action.run(None, None, DialogueStateTracker("a", []), DOMAIN)
    except strict.ActionLost as lost:
        assert str(lost) == "action_answer"
    else:
        raise AssertionError("silent")


async def check_the_quick_schema_check_agrees_with_rasas(_folder):
    from jsonschema import ValidationError, validate

    speed.install()
    spec = RemoteAction.action_response_format_spec()
    action = RemoteAction("x", None)
    for result in ({"events": [], "responses": []}, {"events": 3}, {"events": [{"event": "x"}]}):
        try:
            validate(result, spec)
            right = True
        except ValidationError:
            right = False
        try:
            assert action._validate_action_result(result)
            ours = True
        except Exception:
            ours = False
        assert ours == right, result


async def check_logs_keep_no_words(_folder):
    stream = io.StringIO()
    logger = logging.getLogger("rasa.test")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    quiet.install()
    try:
        raise RuntimeError("my chest hurts")
    except RuntimeError:
        logger.exception("failed because of %s", "my chest hurts")
    logger.debug("my chest hurts")
    said = stream.getvalue()
    assert "chest" not in said
    assert "RuntimeError at rasa_side.py" in said


def main():
    found = {}
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            if POSTGRESQL:
                empty_postgresql()
            with tempfile.TemporaryDirectory() as folder:
                try:
                    asyncio.run(check(folder))
                    found[name] = None
                except BaseException:
                    found[name] = traceback.format_exc()
    print("RESULT " + json.dumps(found))


if __name__ == "__main__":
    main()
