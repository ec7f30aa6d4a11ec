"""The hint beside a passphrase: length counts, repetition and counting do not."""

import pytest

from channeldesk.model.notice import Problem
from channeldesk.rules.passphrases import LEAST, Strength, guesses, strength
from channeldesk.trust import passphrase


def test_the_least_length_is_the_one_that_is_taken() -> None:
    passphrase.check("x" * LEAST)
    with pytest.raises(Problem):
        passphrase.check("x" * (LEAST - 1))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Strength.SHORT),
        ("Ab3$xyz", Strength.SHORT),
        ("12345678901234", Strength.WEAK),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", Strength.WEAK),
        ("abcdefghijklmnop", Strength.WEAK),
        ("password", Strength.WEAK),
        ("Tomato-92 jug", Strength.FAIR),
        ("a blue boat sails to Ningbo on friday", Strength.STRONG),
        ("江南好风景旧曾谙日出", Strength.STRONG),
    ],
)
def test_a_strength_says_what_a_guesser_would(text: str, found: Strength) -> None:
    assert strength(text) is found, guesses(text)
