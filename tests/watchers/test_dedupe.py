"""New, revised or a repeat."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ledger.events import ItemObserved, ItemRevised
from watchers.dedupe import classify, tell_apart
from watchers.feeds import FeedMemory
from watchers.items import Item, New, RawItem, Repeat, Revised, sha256_of
from watchers.normalise import normalise

NOON = datetime(2024, 6, 25, 12, tzinfo=UTC)


def item(title: str = "One", guid: str = "g", link: str = "http://e.invalid/1", **more: str) -> Item:
    return normalise(RawItem(guid=guid, title=title, link=link, **more), "f")


def at(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


def show(memory: FeedMemory, shown: Item, moment: datetime) -> New | Revised | Repeat:
    """Classify an item and let the memory take in what would be recorded."""
    verdict = classify(shown, memory, moment)
    body = {
        "item_id": shown.item_id,
        "feed": "f",
        "text": sha256_of(shown.text),
        "title_sha256": sha256_of(shown.title),
        "body_sha256": sha256_of(shown.body),
        "raw": "r",
        "parser": "p",
        "link": shown.link,
    }
    if isinstance(verdict, New):
        memory.apply(ItemObserved(key=shown.key, **body), moment)
    elif isinstance(verdict, Revised):
        memory.apply(ItemRevised(version=verdict.n, changes=verdict.changes, **body), moment)
    return verdict


def test_a_first_sight_is_new_and_a_second_one_a_repeat() -> None:
    """The same words again are nothing."""
    memory = FeedMemory("f")
    assert isinstance(show(memory, item(), at(0)), New)
    assert isinstance(show(memory, item(), at(1)), Repeat)


def test_a_date_alone_is_no_revision() -> None:
    """More than half of real edits change only the date."""
    memory = FeedMemory("f")
    show(memory, item(published="2024-06-25T10:00:00Z"), at(0))
    assert isinstance(show(memory, item(published="2024-06-25T11:00:00Z"), at(1)), Repeat)


def test_a_revision_names_every_changed_field_with_old_and_new() -> None:
    """Title, body and link are told apart; texts are named by their hashes."""
    memory = FeedMemory("f")
    show(memory, item(body="30 dead"), at(0))
    verdict = show(memory, item("Two", body="25 dead", link="http://e.invalid/2"), at(1))
    assert isinstance(verdict, Revised)
    assert [change.field for change in verdict.changes] == ["title", "body", "link"]
    assert verdict.changes[2].old == "http://e.invalid/1"
    assert verdict.changes[0].old == sha256_of("One\n30 dead")


def test_a_text_that_comes_back_is_marked_reverted() -> None:
    """A to B to A is a revision that says it was reverted."""
    memory = FeedMemory("f")
    for hour, title in enumerate("AB"):
        show(memory, item(title), at(hour))
    verdict = show(memory, item("A"), at(2))
    assert isinstance(verdict, Revised)
    assert verdict.reverted
    assert verdict.n == 3


def test_an_observation_is_compared_with_its_own_time() -> None:
    """An archive that comes late adds only what nobody has recorded."""
    memory = FeedMemory("f")
    show(memory, item("A"), at(0))
    show(memory, item("C"), at(10))
    assert isinstance(show(memory, item("A"), at(5)), Repeat)
    assert isinstance(show(memory, item("C"), at(9)), Repeat)
    late = show(memory, item("B"), at(6))
    assert isinstance(late, Revised)
    assert late.previous.observed_at == at(0)
    assert isinstance(show(memory, item("C"), at(11)), Repeat)


def test_something_older_than_all_that_is_known_is_kept_too() -> None:
    """An older archive imported after a newer one adds its older versions."""
    memory = FeedMemory("f")
    show(memory, item("B"), at(10))
    assert isinstance(show(memory, item("B"), at(5)), Repeat)
    older = show(memory, item("A"), at(1))
    assert isinstance(older, Revised)
    assert not older.reverted
    assert isinstance(show(memory, item("A"), at(2)), Repeat)


@given(st.lists(st.sampled_from("ABC"), max_size=12))
def test_a_replay_adds_nothing(titles: list[str]) -> None:
    """Whatever an item said over time, a second pass over the same polls finds only repeats."""
    memory = FeedMemory("f")
    for hour, title in enumerate(titles):
        show(memory, item(title), at(hour))
    for hour, title in enumerate(titles):
        assert isinstance(show(memory, item(title), at(hour)), Repeat)


@given(st.lists(st.sampled_from("ABC"), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_polls_in_any_order_lose_no_text_and_settle(titles: list[str], order: Random) -> None:
    """Archives may come in any order: every text is kept, and passes over them soon add nothing more."""
    polls = list(enumerate(titles))
    order.shuffle(polls)
    memory = FeedMemory("f")
    for hour, title in polls:
        show(memory, item(title), at(hour))
    assert {version.title_sha256 for version in memory.versions("g")} == {
        sha256_of(title) for title in titles
    }
    for _ in titles:  # a text that comes and goes can take a pass more
        for hour, title in sorted(polls):
            show(memory, item(title), at(hour))
    for hour, title in sorted(polls):
        assert isinstance(show(memory, item(title), at(hour)), Repeat)


def test_a_reused_id_with_another_link_is_another_item() -> None:
    """Two entries under one id are told apart, and stay apart in whatever order they come."""
    memory = FeedMemory("f")
    one, two = item("One", link="http://e.invalid/1"), item("Two", link="http://e.invalid/2")
    keys = [each.key for each in tell_apart([one, two], memory)]
    assert keys == ["g", "g|http://e.invalid/2"]
    for each in tell_apart([one, two], memory):
        show(memory, each, at(0))
    for shown in ([two, one], [two], [one]):
        assert all(isinstance(classify(each, memory, at(1)), Repeat) for each in tell_apart(shown, memory))


def test_a_known_item_keeps_its_id_when_a_twin_appears_before_it() -> None:
    """The entry that had the id first keeps it, though the newcomer stands above it."""
    memory = FeedMemory("f")
    show(memory, item("One", link="http://e.invalid/1"), at(0))
    newcomer = item("Two", link="http://e.invalid/2")
    apart = tell_apart([newcomer, item("One", link="http://e.invalid/1")], memory)
    assert [each.key for each in apart] == ["g|http://e.invalid/2", "g"]


def test_an_entry_listed_twice_is_one_item() -> None:
    """Same id, link and title: the same item."""
    assert len(tell_apart([item(), item()], FeedMemory("f"))) == 1
