"""Which of the configured languages a text is written in, by a vote of stop words."""

from collections import Counter
from collections.abc import Mapping, Sequence

from watchers.extract.tokens import Token

_READ_MAX = 400


def vote(tokens: Sequence[Token], stopwords: Mapping[str, frozenset[str]], default: str) -> str:
    """Return the language whose stop words fill most of the first 400 tokens; `default` on a tie for none.

    A word that several languages share counts for each by that part only: "la" says little, "les" much.
    """
    owners = Counter(word for words in stopwords.values() for word in words)
    read = [token.surface.casefold() for token in tokens[:_READ_MAX]]
    scores = {
        language: sum(1 / owners[word] for word in read if word in words)
        for language, words in sorted(stopwords.items())
    }
    best = max(scores.values(), default=0.0)
    leaders = [language for language, score in scores.items() if score == best]
    return default if not best or default in leaders else leaders[0]
