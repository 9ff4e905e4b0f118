"""Who did it to whom: the selectors by which rules name the actor and the target of a development.

A selector looks at the sentence first, then where it says so at the whole text:
`contributor` a state other than the host, by its figure or trigger · `donor` likewise for money · `agent` who stands
before the trigger, or after "by" · `object` who stands after it · `holder` the state, body or person whose act it is ·
`mission` `fund` `court` `council` `host` `party` `person` `gang` `force` `site` names of that kind ·
`=WORDS` these words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from watchers.extract.cast import Cast
from watchers.extract.match import distance
from watchers.extract.names import Entity
from watchers.extract.scene import Scene

_NEXT = 8
_ALPHA_3 = 3
_STATES = frozenset({"state", "demonym", "seat"})
_BY = frozenset({"by", "par", "por", "na", "pa"})


@dataclass(frozen=True, slots=True)
class Selectors:
    """Answers the selectors of rules for one configuration."""

    cast: Cast
    states: Mapping[str, str]

    def choose(self, scene: Scene, selectors: Iterable[str]) -> str | None:
        """Return the first answer of the selectors, in their order."""
        for selector in selectors:
            if (chosen := self._one(scene, selector)) is not None:
                return chosen
        return None

    def _one(self, scene: Scene, selector: str) -> str | None:  # noqa: C901, PLR0912 - a table of selectors reads best in one place
        match selector:
            case "contributor" | "donor":
                return self._contributor(scene)
            case "figure_state":
                return self._figure_state(scene)
            case "first_state" | "second_state":
                return self._state(scene, 0 if selector == "first_state" else 1)
            case "court_target":
                return self._court_target(scene)
            case "agent":
                return self._agent(scene)
            case "object":
                return self._object(scene)
            case "holder":
                return self._holder(scene)
            case "appointee" | "dismissed":
                return self._office_holder(scene)
            case "appointer":
                return self._appointer(scene)
            case "sanctioned":
                return self._sanctioned(scene)
            case "mission":
                return self.mission(scene)
            case "mission_named":
                return self._nearest(scene, frozenset({"mission"}), text=False)
            case "fund":
                return self._fund(scene)
            case "council" | "host":
                return self.cast.council if selector == "council" else self.cast.host
            case "emergency_by":
                return self._holder(scene) or self.cast.host
            case "party_here" | "person_here":
                return self._nearest(scene, frozenset({selector[:-5]}), text=False)
            case "person" | "party" | "court" | "group":
                return self._nearest(scene, frozenset({selector}))
            case "gang":
                named = self._nearest(scene, frozenset({"group"}), text=False)
                return named or ("gangs" if scene.passage.spans("gang") else None)
            case "force":
                return self._force(scene)
            case "site":
                return self._site(scene)
            case "body" | "body_before" | "site_actor":
                return self._body(scene)
            case _ if selector.startswith("="):
                return selector[1:]
            case _:
                return None

    def _figure_state(self, scene: Scene) -> str | None:
        """Return the contributor only where the figure is plainly that one's part, not the whole mission's."""
        figure = scene.anchor
        states = [e for e in scene.passage.entities if self._contributes(e)]
        part = [
            e
            for e in states
            if figure[0] <= e.first <= figure[1] + 4 and not _crosses(scene, figure[1], e.first)
        ]
        if part:
            return part[0].country
        whole = scene.passage.spans("@mission") or scene.passage.spans("mission")
        before = [e for e in states if e.last < figure[0]]
        if before and not any(before[-1].last < span[0] < figure[0] for span in whole):
            return before[-1].country
        return None

    def _state(self, scene: Scene, at: int) -> str | None:
        """Return the first or second state that the sentence names, then the text (a person names their state)."""
        entities = [*scene.passage.entities, *scene.annotated.names]
        seats = frozenset({"seat"})
        stated = [e.country for e in entities if e.kind in _STATES | {"person"} - seats and e.country]
        acting = [e.country for e in entities if e.kind == "seat" and not scene.is_place(e)]
        states = list(
            dict.fromkeys(country for country in (*stated, *acting) if country and len(country) == _ALPHA_3)
        )
        return states[at] if len(states) > at else None

    def _court_target(self, scene: Scene) -> str | None:
        courts = [e.country for e in scene.annotated.names if e.kind in {"court", "party"} and e.country]
        states = [e.country for e in scene.passage.entities if self._contributes(e)]
        return next(iter((*courts, *states)), None)

    def _office_holder(self, scene: Scene) -> str | None:
        """Return the person next to the trigger, after it first; else the body; else the office in its own words."""
        people = [e for e in scene.passage.entities if e.kind == "person"]
        after = [e for e in people if 0 < e.first - scene.trigger[1] <= _NEXT]
        before = [e for e in people if e.last < scene.trigger[0]]
        if after or before:
            return (after or before[::-1])[0].canonical
        bodies = [e for e in scene.passage.entities if e.kind == "body" and e.last < scene.trigger[0]]
        if bodies:
            return bodies[-1].canonical
        posts = scene.passage.spans("leader_post")
        if not posts:
            return None
        first, last = min(posts, key=lambda span: (distance(span, scene.trigger), span[0] - span[1]))
        return " ".join(scene.annotated.folded(place) for place in range(first, last + 1))

    def _appointer(self, scene: Scene) -> str | None:
        bodies = [e for e in scene.passage.entities if e.kind == "body"]
        by = [e for e in bodies if e.first > scene.trigger[1] and self._after_by(scene, e)]
        before = [e for e in bodies if e.last < scene.trigger[0]]
        person_between = any(e.kind == "person" and e.last < scene.trigger[0] for e in scene.passage.entities)
        chosen = by or ([] if person_between and not by and not before else before)
        return chosen[0].canonical if chosen else None

    def _sanctioned(self, scene: Scene) -> str | None:
        people = [e for e in scene.passage.entities if e.kind == "person" and e.first > scene.trigger[0]]
        if people:
            return people[0].canonical
        return self._one(scene, "gang")

    def _force(self, scene: Scene) -> str | None:
        named = self._nearest(scene, frozenset({"force"}), text=False)
        if named is not None:
            return named
        police = scene.passage.spans("host_police")
        return self.cast.force if police and not scene.passage.spans("@foreign") else None

    def _body(self, scene: Scene) -> str | None:
        bodies = [e for e in scene.passage.entities if e.kind == "body" and not scene.is_place(e)]
        return bodies[0].canonical if bodies else None

    def mission(self, scene: Scene) -> str:
        """Return the mission meant: the one named nearest in the sentence, else in the text, else the first."""
        return self._nearest(scene, frozenset({"mission"})) or self.cast.mission

    def place(self, scene: Scene) -> str | None:
        """Return the place of the sentence nearest to the trigger, or a state named as a place."""
        entities = [e for e in scene.passage.entities if e.kind == "place"]
        sites = [e for e in entities if not scene.is_place(e) and scene.annotated.folded(e.first - 1) != ","]
        entities = [e for e in entities if e not in sites] or entities
        if entities:
            return min(
                entities, key=lambda e: (distance((e.first, e.last), scene.trigger), e.first)
            ).canonical
        states = [e for e in scene.passage.entities if e.kind in {"state", "seat"} and scene.is_place(e)]
        if not states:
            return None
        nearest = min(states, key=lambda e: (e.kind == "state", distance((e.first, e.last), scene.trigger)))
        if nearest.kind == "state":
            return self.states.get(nearest.canonical, nearest.canonical)
        tokens = scene.annotated.tokens
        return scene.annotated.text[tokens[nearest.first].start : tokens[nearest.last].end]

    def _contributor(self, scene: Scene) -> str | None:
        """Prefer a state within or next to the figure, then before it, then by it, then the text's only one."""
        entities = [e for e in scene.passage.entities if self._contributes(e)]
        figure = scene.figure
        if figure is not None:
            inside = [e for e in entities if figure[0] <= e.first <= figure[1] + 3]
            close = [e for e in inside if e.last <= figure[1] or not _crosses(scene, figure[1], e.first)]
            if close:
                return close[0].country
        anchor = scene.anchor
        free = [e for e in entities if not scene.is_place(e) or e.kind == "demonym"]
        before = [e for e in free if e.last < anchor[0]]
        if figure is not None and figure[1] < scene.trigger[0]:
            before = before or [e for e in free if e.last < scene.trigger[0]]
        if before:
            return before[-1].country
        after = [e for e in free if e.first > anchor[1]]
        if after:
            return after[0].country
        if entities:
            return entities[0].country
        everywhere = {e.country for e in scene.annotated.names if self._contributes(e)}
        return everywhere.pop() if len(everywhere) == 1 else None

    def _contributes(self, entity: Entity) -> bool:
        country = entity.country
        stateful = entity.kind in _STATES or entity.kind in {"person", "place", "court"}
        return (
            stateful
            and country is not None
            and country != self.cast.host_country
            and len(country) == _ALPHA_3
        )

    def _agent(self, scene: Scene) -> str | None:
        entities = [e for e in scene.passage.entities if e.kind != "place"]
        by = [e for e in entities if e.first > scene.trigger[1] and self._after_by(scene, e)]
        if by:
            return self._who(by[0])
        before = [e for e in entities if e.last < scene.trigger[0] and not scene.is_place(e)]
        return self._who(before[-1] if before else None)

    def _after_by(self, scene: Scene, entity: Entity) -> bool:
        words = {scene.annotated.folded(entity.first - back) for back in (1, 2, 3)}
        return bool(words & _BY)

    def _holder(self, scene: Scene) -> str | None:
        """Return the state (or body) whose act it is; a person acts for the country they are configured with."""
        entities = [e for e in scene.passage.entities if e.kind not in {"place", "mission", "fund", "group"}]
        free = [e for e in entities if not scene.is_place(e)]
        before = [e for e in free if e.last < scene.trigger[0]]
        if before:
            return self._for(before[-1] if before[-1].kind == "person" else before[0])
        after = [e for e in free if e.first > scene.trigger[1]]
        return self._for(after[0]) if after else None

    def _for(self, entity: Entity) -> str:
        return (
            (entity.country or entity.canonical)
            if entity.kind == "person"
            else self._who(entity) or entity.canonical
        )

    def _who(self, entity: Entity | None) -> str | None:
        if entity is None:
            return None
        return entity.country if entity.kind in _STATES else entity.canonical

    def _object(self, scene: Scene) -> str | None:
        after = [e for e in scene.passage.entities if e.first > scene.trigger[1]]
        return self._who(after[0]) if after else None

    def _fund(self, scene: Scene) -> str | None:
        near = self._nearest(scene, frozenset({"fund"}))
        if near is not None:
            return near
        if not scene.passage.spans("fund"):
            return None
        mission = self.mission(scene)
        return next((fund for fund in self.cast.funds if fund.startswith(mission)), None)

    def _site(self, scene: Scene) -> str | None:
        places = [e for e in scene.passage.entities if e.kind == "place" and not scene.is_place(e)]
        return places[0].canonical if places else None

    def _nearest(self, scene: Scene, kinds: frozenset[str], *, text: bool = True) -> str | None:
        here = [e for e in scene.passage.entities if e.kind in kinds]
        if here:
            return min(here, key=lambda e: (distance((e.first, e.last), scene.trigger), e.first)).canonical
        if not text:
            return None
        everywhere = [e for e in scene.annotated.names if e.kind in kinds]
        return everywhere[0].canonical if everywhere else None


def _crosses(scene: Scene, first: int, last: int) -> bool:
    return any(
        scene.annotated.folded(place) in {",", ";", "and", "et", "y"} for place in range(first + 1, last)
    )
