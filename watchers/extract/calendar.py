"""Dates and durations as a text gives them, unresolved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from watchers.extract.days import DateMention
from watchers.extract.phrases import Hit, Phrases
from watchers.extract.tables import Lexicon, Relative
from watchers.extract.tokens import Token, fold

_SPAN = range(1900, 2101)
_CONTEXT = 3
_ISO = (4, 1, 2, 1, 2)


@dataclass(frozen=True, slots=True)
class CalendarReader:
    """Reads dates in one language."""

    lexicon: Lexicon
    months: dict[str, int]
    weekdays: dict[str, int]
    month_leads: frozenset[str]
    year_leads: frozenset[str]
    relatives: Phrases[Relative]
    roles: Phrases[str]
    numbers: dict[str, int]
    units: dict[str, str]

    def read(self, tokens: Sequence[Token]) -> list[DateMention]:
        """Return every date mention in order; none overlap."""
        relatives: dict[int, Hit[Relative]] = {}
        for hit in self.relatives.find(tokens):
            if hit.first not in relatives or hit.last > relatives[hit.first].last:
                relatives[hit.first] = hit
        roles = {hit.last: hit for hit in self.roles.find(tokens)}
        found: list[DateMention] = []
        place = 0
        while place < len(tokens):
            mention = self._at(tokens, place, relatives)
            if mention is None:
                place += 1
                continue
            found.append(self._in_role(tokens, mention, roles))
            place = mention.last + 1
        return self._periods(tokens, found)

    def _at(
        self, tokens: Sequence[Token], place: int, relatives: dict[int, Hit[Relative]]
    ) -> DateMention | None:
        token = tokens[place]
        if (hit := relatives.get(place)) is not None:
            offset = hit.payload.offset
            return DateMention(first=place, last=hit.last, unit=hit.payload.unit, offset=offset)
        if token.surface.isdecimal():
            return self._iso(tokens, place) or self._day_first(tokens, place) or self._year(tokens, place)
        if token.folded in self.weekdays and self._weekday_like(tokens, place):
            return self._weekday(tokens, place)
        if token.folded in self.months:
            return self._month_first(tokens, place)
        return self._count_of(tokens, place)

    def _weekday_like(self, tokens: Sequence[Token], place: int) -> bool:
        return self.lexicon.language != "en" or tokens[place].capital

    def _iso(self, tokens: Sequence[Token], place: int) -> DateMention | None:
        window = tokens[place : place + len(_ISO)]
        if [len(token.surface) for token in window] != list(_ISO) or {
            window[1].surface,
            window[3].surface,
        } != {"-"}:
            return None
        parts = [window[at].surface for at in (0, 2, 4)]
        glued = window[-1].end - window[0].start == sum(_ISO)
        if not glued or not all(part.isdecimal() for part in parts):
            return None
        return _dated(place, place + 4, *(int(part) for part in parts))

    def _day_first(self, tokens: Sequence[Token], place: int) -> DateMention | None:
        """25 June 2024, le 25 juin, 25 de junio de 2024, 1er mars, 2nd of October."""
        if (duration := self._count_of(tokens, place)) is not None:
            return duration
        at = place + 1
        while (
            at < len(tokens)
            and at < place + _CONTEXT
            and tokens[at].folded in {"de", "of", "er", "st", "nd", "rd", "th", "ye"}
        ):
            at += 1
        if at >= len(tokens) or tokens[at].folded not in self.months or len(tokens[place].surface) > 2:  # noqa: PLR2004
            return None
        last, year = self._following_year(tokens, at)
        return _dated(place, last, year, self.months[tokens[at].folded], int(tokens[place].surface))

    def _following_year(self, tokens: Sequence[Token], at: int) -> tuple[int, int | None]:
        skip = at + 1
        while skip < len(tokens) and skip <= at + 2 and tokens[skip].folded in {",", "de", "of", "del"}:
            skip += 1
        if skip < len(tokens) and _is_year(tokens[skip]):
            return skip, int(tokens[skip].surface)
        return at, None

    def _month_first(self, tokens: Sequence[Token], place: int) -> DateMention | None:
        """June 25(, 2024), June 2024, in June; Swahili and English alike."""
        month = self.months[tokens[place].folded]
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if (
            after is not None
            and after.folded == "."
            and after.start == tokens[place].end
            and place + 2 < len(tokens)
        ):
            abbreviated = tokens[place + 2]
            if abbreviated.surface.isdecimal():
                after, place_day = abbreviated, place + 2
            else:
                place_day = place + 1
        else:
            place_day = place + 1
        if after is not None and after.surface.isdecimal() and len(after.surface) <= 2:  # noqa: PLR2004
            last, year = self._following_year(tokens, place_day)
            if (
                last == place_day
                and last + 1 < len(tokens)
                and tokens[last + 1].folded in {"st", "nd", "rd", "th"}
            ):
                last, year = self._following_year(tokens, last + 1)
            return _dated(place, last, year, month, int(after.surface))
        last, year = self._following_year(tokens, place)
        leads = tokens[place - 1].folded if place else ""
        if year is None and not (
            leads in self.month_leads and (tokens[place].capital or self.lexicon.language != "en")
        ):
            unmistakable = (
                self.lexicon.language == "en"
                and tokens[place].capital
                and tokens[place].folded not in {"may", "march"}
            )
            if not unmistakable:
                return None
        return DateMention(first=place, last=last, year=year, month=month)

    def _year(self, tokens: Sequence[Token], place: int) -> DateMention | None:
        """In 2026."""
        lead = tokens[place - 1].folded if place else ""
        if not _is_year(tokens[place]) or lead not in self.year_leads:
            return None
        return DateMention(first=place, last=place, year=int(tokens[place].surface))

    def _weekday(self, tokens: Sequence[Token], place: int) -> DateMention:
        weekday = self.weekdays[tokens[place].folded]
        at = place + 1
        while (
            at < len(tokens) and at <= place + 2 and tokens[at].folded in {",", "le", "el", "the", "de", "la"}
        ):
            at += 1
        if at < len(tokens):
            exact = None
            if tokens[at].surface.isdecimal():
                exact = self._day_first(tokens, at)
            elif tokens[at].folded in self.months:
                exact = self._month_first(tokens, at)
            if exact is not None and exact.day is not None:
                return replace(exact, first=place, weekday=weekday)
        before = tokens[place - 1].folded if place else ""
        shift = {
            "next": 1,
            "last": -1,
            "dernier": -1,
            "pasado": -1,
            "prochain": 1,
            "proximo": 1,
            "pwochen": 1,
        }
        after = tokens[place + 1].folded if place + 1 < len(tokens) else ""
        offset = shift.get(before, 0) or shift.get(after, 0)
        return DateMention(first=place, last=place, weekday=weekday, offset=offset)

    def _count_of(self, tokens: Sequence[Token], place: int) -> DateMention | None:
        """A duration (12 months, one-year, douze mois) or a distance (two weeks ago, in 45 days)."""
        token = tokens[place]
        value = (
            int(token.surface)
            if token.surface.isdecimal() and len(token.surface) <= _CONTEXT
            else self.numbers.get(token.folded)
        )
        if value is None or not value:
            return None
        at = place + 1
        while (
            at < len(tokens)
            and at <= place + 2
            and tokens[at].folded in {"-", "more", "further", "prochains", "proximos", "autres"}
        ):
            at += 1
        if at >= len(tokens) or tokens[at].folded not in self.units:
            return None
        unit = self.units[tokens[at].folded]
        after = tokens[at + 1].folded if at + 1 < len(tokens) else ""
        before = tokens[place - 1].folded if place else ""
        if (
            after in {"ago", "earlier"}
            or before == "hace"
            or (before == "a" and place > 1 and tokens[place - 2].folded in {"y", "il"})
        ):
            return DateMention(first=place, last=at + (after in {"ago", "earlier"}), unit=unit, offset=-value)
        role = "after" if before in {"in", "within", "dans", "en"} else "duration"
        return DateMention(first=place, last=at, unit=unit, offset=value, role=role)

    def _in_role(
        self, tokens: Sequence[Token], mention: DateMention, roles: dict[int, Hit[str]]
    ) -> DateMention:
        if mention.role:
            return mention
        for back in (1, 2, 3):
            at = mention.first - back
            if at in roles:
                return replace(mention, role=roles[at].payload)
            if at < 0 or tokens[at].folded not in {
                "the",
                "le",
                "el",
                "au",
                "la",
                "late",
                "early",
                "mid",
                "-",
                "end",
                "of",
                "next",
                "fin",
                "lot",
            }:
                break
        return mention

    def _periods(self, tokens: Sequence[Token], mentions: list[DateMention]) -> list[DateMention]:
        """Join "between January and March" and "from 1 to 5 May" into their end, which is what a total is dated by."""
        joined: list[DateMention] = []
        for mention in mentions:
            before = joined[-1] if joined else None
            if (
                before is not None
                and before.last + 2 == mention.first
                and mention.month is not None
                and before.month is not None
            ):
                link = tokens[before.last + 1].folded
                lead = tokens[before.first - 1].folded if before.first else ""
                if link in self.lexicon.ranges or (
                    lead in {"between", "entre", "kati"} and link in {"and", "et", "y", "ak", "na"}
                ):
                    joined[-1] = replace(mention, first=before.first, role="period")
                    continue
            joined.append(mention)
        return joined


def _is_year(token: Token) -> bool:
    return token.surface.isdecimal() and len(token.surface) == 4 and int(token.surface) in _SPAN  # noqa: PLR2004


def _dated(first: int, last: int, year: int | None, month: int, day: int) -> DateMention | None:
    try:
        date(year or 2000, month, day)
    except ValueError:
        return None
    return DateMention(first=first, last=last, year=year, month=month, day=day)


def calendar_reader(lexicon: Lexicon) -> CalendarReader:
    """Build the reader of one language from its lexicon."""
    relatives, roles = Phrases[Relative](), Phrases[str]()
    for relative in lexicon.relatives:
        relatives.add_all(relative.phrases, relative)
    for role, phrases in lexicon.roles.items():
        roles.add_all(phrases, role)
    units = {
        fold(noun): unit
        for unit in ("days", "weeks", "months", "years")
        for phrase in lexicon.units.get(unit, ())
        for noun in phrase.split("|")
    }
    return CalendarReader(
        lexicon,
        {fold(name): number for name, number in lexicon.months.items()},
        {fold(name): number for name, number in lexicon.weekdays.items()},
        frozenset(map(fold, lexicon.month_leads)),
        frozenset(map(fold, lexicon.year_leads)),
        relatives,
        roles,
        {fold(word): value for word, value in lexicon.numbers.items()},
        units,
    )
