"""The screening stays quick enough to run before every message is stored."""

from screening.bench import measure, percentile


def test_a_message_takes_milliseconds() -> None:
    # The budget is 15 ms at p99; a busy test machine gets twice that.
    taken = measure(
        ["cant catch my breath and my lips feel fat", "when is my delivery?"], rounds=50
    )
    assert percentile(taken, 0.9) < 30
