"""Why, as the text itself says: the words after "because", "faute de", "por falta de" up to the end of the clause."""

from watchers.extract.annotate import Annotated, Passage, Span

_ENDS = frozenset({",", ".", ";", ":", ")", "(", "!", "?"})
_WORDS_MAX = 25


def reason_of(annotated: Annotated, passage: Passage, trigger: Span) -> Span | None:
    """Return the tokens of the reason given after the trigger (or before it, at the head of the sentence), or None."""
    cues = passage.spans("because")
    after = [span for span in cues if span[0] > trigger[1]]
    ahead = [span for span in cues if span[0] <= passage.sentence.first + 1]
    for _, last in (*after, *ahead):
        end = last
        while (
            end < passage.sentence.last and end - last < _WORDS_MAX and annotated.folded(end + 1) not in _ENDS
        ):
            end += 1
        if end > last:
            return last + 1, end
    return None
