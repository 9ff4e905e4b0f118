"""The desk itself: folded in one go or step by step, copied, and told that a source edited its words."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from ledger.errors import BlobDropped
from reports.changes import applied, board, changes
from reports.desk import Desk
from reports.itemtexts import WITHDRAWN, quote_of, reference

NOW = datetime(2024, 7, 20, tzinfo=UTC)


def test_an_edited_source_keeps_both_words_and_only_the_new_one_counts(told: Any, arrival: Any):
    """A paper that turns 200 into 400 contradicts nobody; the change is told with old and new."""
    told.observed("item")
    told.reported("old", arrival(200, "2024-06-25"), item_id="item", item_version=1)
    before = told.desk.copy()
    told.revised("item", 2)
    assert told.desk.claims["old"].edited
    told.reported("new", arrival(400, "2024-06-25"), item_id="item", item_version=2)
    fact = told.desk.fact_of("new")
    assert [claim.id for claim in fact.admitted] == ["new"]
    assert told.desk.claims["old"].superseded_by == "new"
    told_changes = changes(before, told.desk, then=NOW, now=NOW)
    edit = next(each for each in told_changes.facts if each.kind == "edited")
    assert (edit.old, edit.new) == ("200 police", "400 police")


def test_an_edit_that_drops_a_figure_leaves_it_standing_and_marked(told: Any, arrival: Any):
    """What a publisher silently removes is still what it said; readers are told that it was edited."""
    told.observed("item")
    told.reported("old", arrival(200, "2024-06-25"), item_id="item", item_version=1)
    before = told.desk.copy()
    told.revised("item", 2)
    assert told.desk.fact_of("old").lead.edited
    edits = [each for each in changes(before, told.desk, then=NOW, now=NOW).facts if each.kind == "edited"]
    assert [(edit.old, edit.new) for edit in edits] == [("200 police", None)]


def test_a_claim_told_after_its_item_was_edited_is_marked_too(told: Any, arrival: Any):
    """A restart between revision and extraction changes nothing in what readers are told."""
    told.observed("item")
    told.revised("item", 2)
    told.reported("late", arrival(200, "2024-06-25"), item_id="item", item_version=1)
    assert told.desk.claims["late"].edited


def test_a_corrected_currency_supersedes_the_wrong_one(told: Any, received: Any):
    """The same total in another currency, in a later version of the same text, is a correction and no dispute."""
    told.observed("item")
    told.reported("usd", received(80, "2024-06-25"), item_id="item", item_version=1)
    told.revised("item", 2)
    told.reported("cad", received(80, "2024-06-25", "CAD"), item_id="item", item_version=2)
    assert told.desk.claims["usd"].superseded_by == "cad"


def test_a_copy_goes_its_own_way(told: Any, arrival: Any):
    """A copied desk is not moved by what the first one hears later."""
    told.reported("one", arrival(200, "2024-06-25"))
    copy = told.desk.copy()
    printed = board(copy, now=NOW)
    told.observed("item")
    told.reported("two", arrival(400, "2024-06-25"), source="Paper")
    assert board(copy, now=NOW) == printed
    assert set(copy.claims) == {"one"}
    assert not copy.items


def test_folding_from_zero_equals_folding_on(told: Any, arrival: Any, received: Any):
    """State follows from the log alone: kept results are never older than the claims."""
    for day in range(1, 25):
        told.reported(f"a{day}", arrival(day, f"2024-06-{day:02}"))
        told.reported(f"r{day}", received(day, f"2024-06-{day:02}"))
        board(told.desk, now=NOW)
    fresh = Desk()
    for recorded in told.log:
        fresh.apply(recorded)
    assert board(fresh, now=NOW) == board(told.desk, now=NOW)


def test_differences_add_up_to_the_last_state(told: Any, arrival: Any, received: Any):
    """Applied one after the other, what each step changed turns the first state into the last."""
    start = told.desk.copy()
    steps = [start]
    for name, development in (
        ("one", arrival(400, "2024-06-25")),
        ("two", arrival(200, "2024-06-25")),
        ("fund", received(18, "2024-06-20")),
        ("more", received(21, "2024-07-03")),
        ("month", arrival(90, "2024-05")),
    ):
        told.reported(name, development, source=f"source of {name}")
        steps.append(told.desk.copy())
    printed = board(start, now=NOW)
    for before, after in pairwise(steps):
        printed = applied(printed, changes(before, after, then=NOW, now=NOW))
    assert printed == board(told.desk, now=NOW)


def test_changes_say_what_kind_they_are(told: Any, arrival: Any, received: Any):
    """New facts, figures that rise, and disputes that open are told apart, each with its reason."""
    told.reported("one", arrival(400, "2024-06-25"))
    told.reported("fund", received(18, "2024-06-20"))
    before = told.desk.copy()
    told.reported("two", arrival(200, "2024-06-25"), source="Paper")
    told.reported("more", received(21, "2024-07-03"))
    found = changes(before, told.desk, then=NOW, now=NOW)
    assert found.claims == ("two", "more")
    assert {(each.kind, each.old, each.new) for each in found.facts} == {
        ("disputed", "400 police", "200–400 police (disputed)"),
        ("new", None, "USD 21 million"),
    }
    directions = {tile.indicator: (tile.direction, tile.better) for tile in found.tiles}
    assert directions == {"received": ("up", True), "arrived": (None, None)}


def test_a_dropped_text_withdraws_the_quote_only(told: Any, arrival: Any):
    """When a text was taken down its quote is withdrawn; claim, hash and offsets stay."""
    told.observed("item", link="https://wire.example/1", published="2024-06-25")
    told.reported("one", arrival(400, "2024-06-25"), item_id="item", item_version=1)
    claim = told.desk.claims["one"]
    assert quote_of(claim, lambda _: "four hundred") == "four"
    found = reference(told.desk, claim, lambda _: "Title\nfour hundred")
    assert (found.address, found.title, found.quote) == ("https://wire.example/1", "Title", "Titl")

    def dropped(_: str) -> str:
        raise BlobDropped("dropped")

    assert quote_of(claim, dropped) == WITHDRAWN
    assert reference(told.desk, claim, dropped).title is None
