"""Which of the configured languages a text is written in, by a vote of stop words."""

from collections.abc import Mapping, Sequence

from watchers.extract.tokens import Token

_READ_MAX = 400


def vote(tokens: Sequence[Token], stopwords: Mapping[str, frozenset[str]], default: str) -> str:
    """Return the language whose stop words fill most of the first 400 tokens; `default` on a tie for none."""
    scores = {
        language: sum(token.folded in words for token in tokens[:_READ_MAX])
        for language, words in sorted(stopwords.items())
    }
    best = max(scores.values(), default=0)
    leaders = [language for language, score in scores.items() if score == best]
    return default if not best or default in leaders else leaders[0]
