"""Every rule of texts by the sentences of its page; every form of sentences by its examples."""

from __future__ import annotations

import pytest

from support.texts import checked, pipeline
from xlcheck.narrative.cells import Cells
from xlcheck.narrative.forms import compiled_frames
from xlcheck.narrative.prose import TextLine, prose_of
from xlcheck.narrative.subjects import Subjects
from xlcheck.narrative.tokens import Lexicon, sentences

LIBRARY = pipeline().library
PROFILE = LIBRARY.profile("shanxi-2023")
RULES = [rule for rule in PROFILE.rules if not rule.note]


def remarks(rule, sentence):
    """What the rule says to a sentence in its section."""
    heading = f"一、{PROFILE.sections[rule.section].headings[0]}"
    found = checked(f"{heading}\n{sentence}\n", "shanxi-2023", "tunliu_2023", whole=True)
    return [r for r in found.remarks if r.rule == rule.id]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_right_and_rounded_sentences_pass(rule):
    for sentence in (*rule.passing, *rule.rounding):
        assert remarks(rule, sentence) == [], sentence


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_wrong_sentences_are_found(rule):
    for sentence in rule.failing:
        assert remarks(rule, sentence), sentence


def test_every_rule_that_is_said_has_a_page():
    pages = {rule.id for rule in PROFILE.rules}
    assert {f"T01-{n:02}" for n in range(1, 14)} | {f"T02-{n:02}" for n in range(1, 8)} == pages


@pytest.mark.parametrize("frame", PROFILE.frames, ids=lambda frame: frame.name)
def test_every_example_of_a_form_is_read_by_it(frame):
    form = LIBRARY.load("shanxi-2023")
    lexicon = Lexicon(PROFILE, Subjects(PROFILE, Cells(None, form, LIBRARY.vocabulary)).names())
    frames = compiled_frames(PROFILE.frames, tuple(PROFILE.classes.values()))
    for example in frame.examples:
        (sentence,) = sentences(prose_of([TextLine(0, example)], 0), lexicon, 2023)
        names = set()
        for at, sign in enumerate(sentence.classes):
            names |= {f.name for f, pattern in frames[sign] if pattern.match(sentence.classes, at)}
        assert frame.name in names, example
