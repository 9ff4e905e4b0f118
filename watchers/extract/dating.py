"""When it happened and until when: which date of the sentence belongs to the trigger."""

from dataclasses import dataclass
from datetime import date

from ledger.developments import Status, When
from watchers.extract.annotate import Annotated, Passage, Span
from watchers.extract.days import DateMention, extended, resolve
from watchers.extract.match import Triggered, distance

_PLAIN = frozenset({"", "from", "period"})
_BREAK = 8
_WINDOW = 5
_NOW = frozenset({"is", "are"})
_ADJECTIVES = frozenset(
    {"armed", "united", "suspected", "based", "backed", "organised", "organized", "alleged"}
)
_PAST = frozenset(
    [
        "was",
        "were",
        "had",
        "has",
        "have",
        "did",
        "said",
        "told",
        "came",
        "went",
        "sent",
        "gave",
        "took",
        "met",
        "put",
        "cut",
        "left",
        "led",
        "saw",
        "held",
        "began",
        "fell",
        "threw",
        "became",
        "brought",
        "paid",
        "swore",
        "flew",
        "fled",
        "shot",
        "hit",
        "set",
        "lost",
        "broke",
        "found",
        "made",
        "got",
        "would",
        "will",
        "could",
    ]
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A development's valid time, its end, and the date mention that gave the former."""

    occurred: When | None
    until: When | None
    mention: DateMention | None
    contradicts: bool = False


def dates_of(
    annotated: Annotated, passage: Passage, fired: Triggered, status: Status, published: date | None
) -> Dated:
    """Date the development: the nearest plain date of the sentence, else its "now", else a narrative present."""
    ahead = status in {Status.PLANNED, Status.HYPOTHETICAL}
    mention = _nearest(annotated, passage, fired.trigger, ahead=ahead)
    occurred, contradicts = None, False
    if mention is not None and not fired.rule.undated:
        occurred = resolve(mention, published, ahead=ahead)
        contradicts = occurred is None and mention.weekday is not None and mention.day is not None
        if (
            ahead
            and fired.rule.status is None
            and occurred
            and published
            and occurred.last < published
            and mention.role == ""
        ):
            occurred = None
    elif (
        published is not None
        and not ahead
        and not fired.rule.undated
        and _present(annotated, passage, fired.trigger)
    ):
        occurred = When(text=published.isoformat())
    until = _until(passage, fired, occurred, published)
    return Dated(occurred, until, mention if occurred else None, contradicts)


def _nearest(annotated: Annotated, passage: Passage, trigger: Span, *, ahead: bool) -> DateMention | None:
    plain = [d for d in passage.dates if d.role in _PLAIN or (ahead and d.role in {"after", "by"})]

    def cost(mention: DateMention) -> tuple[int, int]:
        low, high = min(mention.last, trigger[1]), max(mention.first, trigger[0])
        breaks = sum(
            annotated.folded(place) in {",", ";", "and", "but", "et", "y"} for place in range(low + 1, high)
        )
        return distance((mention.first, mention.last), trigger) + _BREAK * breaks, mention.first

    return min(plain, key=cost) if plain else None


def _present(annotated: Annotated, passage: Passage, trigger: Span) -> bool:
    """Whether the sentence speaks of now: by a word ("now", "so far"), or as a narrative present below the title."""
    if passage.spans("now"):
        return True
    if (
        passage.sentence.title
        or annotated.language != "en"
        or ("\n" not in annotated.text and not _credited(annotated))
    ):
        return False
    return _narrated(annotated, passage, trigger)


def _narrated(annotated: Annotated, passage: Passage, trigger: Span) -> bool:
    """Whether the trigger's English verb is in the present: "arrive", "are killed", or "killing" after such a verb."""
    first = passage.sentence.first
    before = [annotated.folded(place) for place in range(max(first, trigger[0] - _WINDOW), trigger[0])]
    if set(before[-3:]) & _NOW:
        return True
    if set(before) & _PAST or annotated.folded(trigger[0]).endswith("ed"):
        return False
    return not any(word.endswith("ed") and word not in _ADJECTIVES for word in before)


def _credited(annotated: Annotated) -> bool:
    """Whether the text ends like a digest entry: a sentence and the outlet in brackets."""
    return annotated.text.rstrip().endswith(")")


def _until(passage: Passage, fired: Triggered, occurred: When | None, published: date | None) -> When | None:
    ends = [mention for mention in passage.dates if mention.role == "until"]
    if ends:
        nearest = min(ends, key=lambda d: distance((d.first, d.last), fired.trigger))
        return resolve(nearest, published, ahead=True)
    lengths = [mention for mention in passage.dates if mention.role == "duration"]
    if fired.rule.until and lengths and occurred is not None:
        nearest = min(lengths, key=lambda d: distance((d.first, d.last), fired.trigger))
        return extended(occurred, nearest)
    return None
