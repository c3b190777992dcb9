"""A verdict as a card for notebooks and as plain text."""

from tests.exercises.toy import judged, right, stub


def test_a_card_escapes_what_the_learner_wrote():
    def nasty(x, W):
        raise ValueError("<script>alert(1)</script>")

    card = judged(nasty)._repr_html_()
    assert "<script>" not in card
    assert 'data-status="fail"' in card


def test_the_terminal_gets_plain_text():
    assert repr(judged(stub)).startswith("NOT ATTEMPTED  99.1 Toy\n")
    assert repr(judged(right)) == "PASS  99.1 Toy  (1/1 points)"
