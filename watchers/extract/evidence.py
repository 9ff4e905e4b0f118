"""The smallest contiguous span of the text that shows the kind and each figure."""

from collections.abc import Iterable

from watchers.extract.annotate import Annotated, Span


def span_of(annotated: Annotated, shown: Iterable[Span]) -> tuple[int, int]:
    """Return the code-point offsets (end exclusive) from the first to the last token that must be shown."""
    spans = tuple(shown)
    first = min(span[0] for span in spans)
    last = max(span[1] for span in spans)
    return annotated.tokens[first].start, annotated.tokens[last].end
