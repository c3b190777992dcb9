import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.cells.gated import GRU
from rnnlib.cells.tape import run
from rnnlib.data.sentences import (
    PADDING,
    YEARS,
    frames,
    two_trips,
    vocabulary,
    year_positions,
    year_sentences,
    year_sentences_baseline,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_the_two_sentences_of_the_book_are_in_the_grammar():
    forms = {" ".join(frame) for frame in frames()}
    assert {"SUBJECT VERB to PLACE in YEAR .", "in YEAR , SUBJECT VERB to PLACE ."} <= forms
    assert len(forms) == len(frames())


@given(batch=st.integers(1, 6), seed=st.integers(0, 30))
def test_the_arrays_are_the_sentences(batch, seed):
    made = year_sentences(np.random.default_rng(seed), batch=batch)
    words, T = vocabulary(), len(made.x)
    assert made.x.shape == (T, batch, len(words))
    for b, sentence in enumerate(made.tokens):
        read = [words[k] for k in made.x[:, b].argmax(-1)]
        assert read == [*sentence, *[PADDING] * (T - len(sentence))]
        assert made.mask[:, b].sum() == len(sentence)
        assert np.flatnonzero(made.weight[:, b]).tolist() == [len(sentence) - 1]
        assert [k for k, word in enumerate(sentence) if word in YEARS] == [made.position[b]]
        assert YEARS[made.y[0, b]] == sentence[made.position[b]]


def test_a_sentence_reads_like_one(rng):
    made = year_sentences(rng, batch=300)
    texts = [made.text(b) for b in range(300)]
    for text in texts:
        assert text[0].isupper() and text.endswith(".") and " ," not in text and " ." not in text
    assert any(text.startswith("In 20") for text in texts)


def test_the_year_stands_only_where_it_is_allowed(rng):
    positions = year_positions()
    early, late = positions[:3], positions[3:]
    assert set(year_sentences(rng, batch=200, positions=early).position) == set(early)
    assert set(year_sentences(rng, batch=200).position) == set(positions)
    assert late
    with pytest.raises(ValueError, match=r"positions must include one of \(1, .*got \[0\]"):
        year_sentences(rng, batch=1, positions=[0])


def test_the_same_generator_gives_the_same_sentences():
    first, second = (year_sentences(np.random.default_rng(3), batch=9) for _ in range(2))
    assert first.tokens == second.tokens
    np.testing.assert_array_equal(first.x, second.x)


def test_knowing_nothing_costs_the_logarithm_of_the_number_of_years(rng):
    made = year_sentences(rng, batch=4)
    o = np.zeros((*made.x.shape[:2], len(YEARS)))
    assert made.loss()(o, 0).value == pytest.approx(year_sentences_baseline())


def test_the_padding_does_not_reach_the_answer(rng):
    made = year_sentences(rng, batch=5)
    cell = GRU(made.x.shape[2], 4)
    tape = run(cell, cell.init(rng), made.x, mask=made.mask)
    for b, sentence in enumerate(made.tokens):
        np.testing.assert_array_equal(tape.h[len(sentence), b], tape.h[-1, b])


@given(batch=st.integers(1, 6), seed=st.integers(0, 30))
def test_a_text_of_two_trips_has_two_years_and_each_word_that_of_its_own_sentence(batch, seed):
    made = two_trips(np.random.default_rng(seed), batch=batch)
    words = vocabulary()
    for b, text in enumerate(made.tokens):
        n = len(text)
        assert [words[k] for k in made.x[:n, b].argmax(-1)] == list(text)
        assert made.mask[:, b].sum() == made.lengths[b] == n
        assert [k for k, word in enumerate(text) if word in YEARS] == made.positions[b].tolist()
        end = text.index(".") + 1
        first, second = (text[k] for k in made.positions[b])
        assert [YEARS[k] for k in made.y[:n, b]] == [first] * end + [second] * (n - end)
        assert not made.y[n:, b].any()


def test_both_years_of_two_trips_stand_where_it_is_allowed(rng):
    for allowed in (range(0, 22, 2), range(1, 22, 2)):
        made = two_trips(rng, batch=200, positions=allowed)
        assert set(made.positions.ravel()) <= set(allowed)
        assert ". " in made.text(0) and made.text(0)[0].isupper()
    with pytest.raises(ValueError, match="positions leave no text with two trips"):
        two_trips(rng, batch=1, positions=[0, 2])


def test_the_places_of_the_years_stand_behind_them_and_the_lines_are_short():
    texts = two_trips(np.random.default_rng(7), batch=20)
    for b, (text, places) in enumerate(zip(texts.tokens, texts.positions, strict=True)):
        told = texts.numbered(b)
        assert max(map(len, told.split("\n"))) <= 76
        words = told.split()
        assert len(words) == len(text)
        for k, word in enumerate(words):
            assert word == (f"{text[k]}({k + 1})" if k in places else text[k])
