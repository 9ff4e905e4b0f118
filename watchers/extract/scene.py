"""What a selector looks at: one trigger in its sentence and text."""

from dataclasses import dataclass

from watchers.extract.annotate import Annotated, Passage, Span
from watchers.extract.names import Entity
from watchers.extract.tables import Lexicon


@dataclass(frozen=True, slots=True)
class Scene:
    """What a selector looks at: the text, the sentence, the trigger and the figure (or the trigger again)."""

    annotated: Annotated
    passage: Passage
    trigger: Span
    figure: Span | None
    lexicon: Lexicon

    @property
    def anchor(self) -> Span:
        """The figure if there is one, else the trigger."""
        return self.figure or self.trigger

    def is_place(self, entity: Entity) -> bool:
        """Whether the name stands as a place here, as after "in", "to" or "at"."""
        before = self.annotated.folded(entity.first - 1)
        if before in {"the", "la", "le", "el", "l", "'"}:
            before = self.annotated.folded(entity.first - 2)
        return before in self.lexicon.place_leads
