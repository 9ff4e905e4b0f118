"""The shipped rules and their own cases."""

import tomllib

import pytest

from ledger.codebook import shipped_codebook
from ledger.configuration import Configuration, DataFile
from ledger.errors import ConfigurationError
from watchers.extract.cases import failures
from watchers.extract.pipeline import Extractor, rule_set_of
from watchers.extract.rules import Rule, rules_from
from watchers.extract.shipped import shipped_extraction

RULES = {rule.name: rule for rule in rules_from(shipped_extraction(), shipped_codebook())}


@pytest.mark.parametrize("name", sorted(RULES))
def test_rule_holds_its_own_cases(extractor: Extractor, name: str) -> None:
    """Every shipped rule codes the texts it carries and leaves alone those it must not code."""
    assert failures(extractor, [RULES[name]]) == ()


def test_every_concept_of_a_rule_is_in_the_english_lexicon() -> None:
    """A rule never waits for a concept that no text can show."""
    files = {file.name: file.text for file in shipped_extraction()}
    known = set(tomllib.loads(files["lexicon.en.toml"])["concepts"])
    unknown = {
        (rule.name, member)
        for rule in RULES.values()
        for member in concepts_of(rule)
        if not member.startswith(("@", "#")) and member not in known
    }
    assert unknown == set()


def concepts_of(rule: Rule) -> set[str]:
    groups = (*rule.all, *rule.before, *rule.after, *rule.context)
    flat = {member for group in groups for member in group}
    return {*rule.trigger, *rule.none, *rule.singular, *rule.measures, *rule.instruments, *flat}


def test_every_silenced_rule_or_kind_exists() -> None:
    """A rule silences only rules and kinds that exist."""
    kinds = {kind.name for kind in shipped_codebook().kinds}
    beaten = {loser for rule in RULES.values() for loser in rule.beats}
    assert {loser for loser in beaten if loser not in RULES and loser not in kinds} == set()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('name = "x"\nkind = "nothing"\ntrigger = ["say"]\ncases = []\nnot = []', "unknown kind"),
        (
            'name = "x"\nkind = "movement"\noutcome = "flew"\ntrigger = ["say"]\ncases = []\nnot = []',
            "no outcome",
        ),
        ('name = "x"\nkind = "movement"\ntrigger = ["say"]\ncases = []\nnot = ["a"]', "`cases`"),
        ('name = "x"\nkind = "movement"\ntriggers = ["say"]', "triggers"),
    ],
)
def test_malformed_rule_is_refused_in_plain_words(table: str, said: str) -> None:
    """A rule without cases, or of an unknown kind or outcome, never reaches the extraction."""
    with pytest.raises(ConfigurationError, match=said):
        rules_from([DataFile(name="rules.own.toml", text=f"[[rule]]\n{table}")], shipped_codebook())


def test_two_rules_of_one_name_are_refused() -> None:
    """A rule's name is its identity."""
    rule = '[[rule]]\nname = "x"\nkind = "delay"\ntrigger = ["say"]\nnot = ["a"]\ncases = [{ text = "b", expect = {} }]\n'
    with pytest.raises(ConfigurationError, match="two rules"):
        rules_from([DataFile(name="rules.own.toml", text=rule * 2)], shipped_codebook())


def test_rule_set_changes_with_what_decides(configuration: Configuration, extractor: Extractor) -> None:
    """The fingerprint of the rule set changes when a data file does, and not otherwise."""
    assert extractor.rule_set == rule_set_of(configuration)
    assert len(extractor.rule_set) == 64
    fewer = Configuration(
        mission=configuration.mission,
        fetching=configuration.fetching,
        codebook=configuration.codebook,
        extraction=configuration.extraction[1:],
    )
    assert rule_set_of(fewer) != extractor.rule_set


def test_broken_toml_is_named() -> None:
    """A data file that is not TOML is named in the error."""
    with pytest.raises(ConfigurationError, match=r"rules\.own\.toml"):
        rules_from([DataFile(name="rules.own.toml", text="[[rule")], shipped_codebook())
