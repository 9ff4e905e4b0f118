"""Whose word it is: who stands by "said", and which agency the text credits."""

from watchers.extract.annotate import Annotated, Passage
from watchers.extract.match import distance
from watchers.extract.names import Entity
from watchers.extract.phrases import Phrases
from watchers.extract.scene import Scene

_KINDS = frozenset({"person", "body", "state", "seat", "demonym", "mission", "force", "party", "court"})
_REACH = 9
_OWNER_REACH = 3


def speaker_of(scene: Scene, heads: Phrases[str]) -> str | None:
    """Return who is said to say so: a person or body by its name, an official by their state, else their title."""
    says = scene.passage.spans("say")
    if not says:
        return None
    said = min(says, key=lambda span: (distance(span, scene.trigger), span))
    candidates: list[tuple[int, str]] = []
    for entity in scene.passage.entities:
        if entity.kind in _KINDS and not scene.is_place(entity):
            span = (entity.first, entity.last)
            apart = (
                distance(span, said) + 3 * _breaks(scene, span, said) + (2 if entity.kind == "demonym" else 0)
            )
            if apart <= _REACH:
                candidates.append((apart * 2, _voice(entity)))
    candidates.extend(_titled(scene, said, heads))
    return min(candidates)[1] if candidates else None


def _voice(entity: Entity) -> str:
    return (
        entity.country or entity.canonical
        if entity.kind in {"state", "seat", "demonym"}
        else entity.canonical
    )


def _titled(scene: Scene, said: tuple[int, int], heads: Phrases[str]) -> list[tuple[int, str]]:
    """Return officials without a name: "the interior minister of a state" speaks for the state, "diplomats" for themselves."""
    sentence = scene.passage.sentence
    window = scene.annotated.tokens[sentence.first : sentence.last + 1]
    found = []
    for hit in heads.find(window):
        first, last = hit.first + sentence.first, hit.last + sentence.first
        apart = distance((first, last), said)
        if apart > _REACH:
            continue
        owner = next(
            (
                e
                for e in scene.passage.entities
                if e.country and distance((e.first, e.last), (first, last)) <= _OWNER_REACH
            ),
            None,
        )
        body = next(
            (e for e in scene.passage.entities if e.last == first - 1 and e.kind in {"body", "mission"}), None
        )
        words = " ".join(t.surface for t in scene.annotated.tokens[first : last + 1])
        if body is not None:
            found.append((apart * 2 - 1, f"{body.canonical} {words}"))
        elif owner is not None and owner.kind in {"state", "demonym", "seat"}:
            found.append((apart * 2 - 1, owner.country or words))
        elif owner is None:
            found.append((apart * 2 + 1, words))
    return found


def _breaks(scene: Scene, one: tuple[int, int], other: tuple[int, int]) -> int:
    low, high = min(one[1], other[1]), max(one[0], other[0])
    return sum(scene.annotated.folded(place) in {",", ";"} for place in range(low + 1, high))


def agency_of(annotated: Annotated, agencies: Phrases[str]) -> str | None:
    """Return the agency credited: in brackets, or before a dash at the beginning of the body."""
    for hit in agencies.find(annotated.tokens):
        before, after = annotated.folded(hit.first - 1), annotated.folded(hit.last + 1)
        exact = annotated.tokens[hit.first].capital
        bracketed = before == "(" and after in {")", "via", ","}
        dated = after in {"-", "—", "–"} and hit.last < 40  # noqa: PLR2004 - a dateline stands at the top
        if exact and (bracketed or dated):
            return hit.payload
    return None


def spoken(passage: Passage) -> bool:
    """Whether the sentence attributes anything."""
    return bool(passage.spans("say"))
