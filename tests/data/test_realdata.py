import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.data import realdata
from rnnlib.data.realdata import (
    ALPHABET,
    EEG_RATE,
    character_windows,
    decode,
    eeg,
    encode,
    english_text,
    forecast_baseline,
    forecast_windows,
    ngram_loss,
    smoothed_ngram_loss,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# --- characters ---------------------------------------------------------------------------


def test_the_text_is_english_prose_in_one_alphabet():
    text = english_text()
    assert len(text) > 150_000 and set(text) == set(ALPHABET)
    paragraphs = text.splitlines()
    assert len(paragraphs) == len(set(paragraphs)) > 700
    assert all(len(paragraph.split()) >= 8 for paragraph in paragraphs)
    assert not any("  " in p or "::=" in p or ">>>" in p for p in paragraphs)
    letters = sum(character.isalpha() or character == " " for character in text)
    assert letters > 0.9 * len(text)


@given(st.text(ALPHABET))
def test_decoding_undoes_encoding(text):
    numbers = encode(text)
    assert decode(numbers) == text and numbers.shape == (len(text),)


def test_an_unknown_character_is_named():
    with pytest.raises(ValueError, match="got \\['ß', '€'\\]"):
        encode("a€ßa")


@given(N=st.integers(2, 60), T=st.integers(1, 5), batch=st.integers(1, 4))
def test_windows_go_on_where_the_last_ended(N, T, batch):
    numbers = np.arange(N) % len(ALPHABET)
    track = (N - 1) // batch
    if track < T:
        with pytest.raises(ValueError, match="must fill"):
            list(character_windows(numbers, T=T, batch=batch))
        return
    windows = list(character_windows(numbers, T=T, batch=batch))
    assert len(windows) == track // T
    x = np.concatenate([window.x.argmax(-1) for window in windows])
    y = np.concatenate([window.y for window in windows])
    for b in range(batch):
        first = b * track
        np.testing.assert_array_equal(x[:, b], numbers[first : first + len(x)])
        np.testing.assert_array_equal(y[:, b], numbers[first + 1 : first + len(x) + 1])


def test_n_gram_losses_are_the_cross_entropies_of_the_counts(rng):
    text, held_out = encode("abababac"), encode("abc")
    K = len(ALPHABET)
    pairs = {"ab": 3, "ba": 3, "ac": 1}
    p_b_after_a = (pairs["ab"] + 1) / (pairs["ab"] + pairs["ac"] + K)
    p_c_after_b = 1 / (pairs["ba"] + K)
    expected = -(np.log(p_b_after_a) + np.log(p_c_after_b)) / 2
    assert ngram_loss(text, held_out, n=2) == pytest.approx(expected)
    single = -(np.log(4 / (8 + K)) + np.log(2 / (8 + K))) / 2  # b came 3 times, c once
    assert ngram_loss(text, held_out, n=1) == pytest.approx(single)
    with pytest.raises(ValueError, match="n must be 1 or 2"):
        ngram_loss(text, held_out, n=3)


def test_in_english_a_character_says_much_about_the_next():
    numbers = encode(english_text())
    train, held_out = np.split(numbers, [int(0.9 * len(numbers))])
    unigram, bigram = (ngram_loss(train, held_out, n=n) / np.log(2) for n in (1, 2))
    assert bigram < unigram - 0.5 < np.log2(len(ALPHABET)) - 1


# --- the time series ----------------------------------------------------------------------


def test_the_recording_is_ten_seconds_of_four_standardised_channels():
    pytest.importorskip("matplotlib")
    series = eeg()
    assert series.shape == (10 * EEG_RATE, 4)
    np.testing.assert_allclose(series.var(0), 1, atol=0.01)
    series[:] = 0  # a copy: the next caller gets the recording
    assert eeg().any()


@given(N=st.integers(2, 40), T=st.integers(1, 10), n=st.integers(1, 3))
def test_a_forecast_is_of_the_next_value(N, T, n):
    series = np.arange(N * n, dtype=float).reshape(N, n)
    if N <= T:
        with pytest.raises(ValueError, match="series must be"):
            forecast_windows(series, T=T)
        return
    batch = forecast_windows(series, T=T)
    assert batch.x.shape == (T, (N - 1) // T, n)
    np.testing.assert_array_equal(batch.y - batch.x, n)
    np.testing.assert_array_equal(batch.x[:, 0], series[:T])


def test_the_baseline_is_exact_for_a_series_that_needs_no_memory(rng):
    series = np.empty((50, 2))
    series[0] = 1, 2
    A = np.array([[0.5, -0.8], [0.8, 0.5]])
    for t in range(1, 50):
        series[t] = A @ series[t - 1] + [0.3, 0.1]
    assert forecast_baseline(series[:30], series[30:]) < 1e-20
    noise = rng.normal(size=(20_000, 3))
    assert forecast_baseline(noise[:10_000], noise[10_000:]) == pytest.approx(1, rel=0.05)


def test_the_recording_has_a_memory_beyond_its_present_value():
    """A linear map of the last three samples predicts better than one of the last sample."""
    pytest.importorskip("matplotlib")
    series = eeg()
    lagged = np.column_stack([series[2:], series[1:-1], series[:-2]])
    halves = lagged[:400], lagged[400:]

    def error(columns):
        train, test = (np.column_stack([h[:, columns], np.ones(len(h))]) for h in halves)
        A = np.linalg.lstsq(train[:-1], halves[0][1:, :4])[0]
        return ((test[:-1] @ A - halves[1][1:, :4]) ** 2).mean()

    one = error([0, 1, 2, 3])
    assert one == pytest.approx(forecast_baseline(halves[0][:, :4], halves[1][:, :4]))
    assert error(range(12)) < 0.95 * one


def smoothed_by_hand(text, held_out, n):
    """The recursion of Witten and Bell, one character at a time."""
    K, total = len(ALPHABET), 0.0
    for i in range(n - 1, len(held_out)):
        p = 1 / K
        for k in range(n):
            context = held_out[i - k : i]
            after = [
                text[j] for j in range(k, len(text)) if (text[j - k : j] == context).all()
            ]  # what came after it
            kinds = len(set(after))
            if after:
                p = (after.count(held_out[i]) + kinds * p) / (len(after) + kinds)
        total -= np.log(p)
    return total / (len(held_out) - n + 1)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_smoothed_counts_are_the_recursion_of_witten_and_bell(n):
    text, held_out = encode("the cat sat on the mat, the rat ate the oat"), encode("that hat, zat")
    loss = smoothed_ngram_loss(text, held_out, n=n)
    assert loss == pytest.approx(smoothed_by_hand(text, held_out, n), rel=1e-12)


def test_smoothed_counts_of_nine_letters_do_not_overflow_and_ten_are_refused():
    text = encode("z" * 30)
    assert 0 < smoothed_ngram_loss(text, text, n=9) < 0.1
    with pytest.raises(ValueError, match="n must be from 1 to 9"):
        smoothed_ngram_loss(text, text, n=10)


# --- topics -------------------------------------------------------------------------------


def test_the_topics_one_after_the_other_are_the_text():
    topics = realdata.topics()
    assert "".join(topics.values()) == realdata.english_text() and len(topics) > 40
    lines = [line for topic in topics.values() for line in topic.splitlines()]
    assert len(set(lines)) == len(lines)


def test_parts_are_of_whole_pieces_and_share_none():
    pieces = [letter * 10 for letter in "abcdefgh"]
    parts = realdata.parted(pieces, np.random.default_rng(0), letters=15)
    assert [len(part) for part in parts] == [40, 20, 20]
    assert sorted("".join(parts)) == sorted("".join(pieces))
    assert not set(parts.training) & set(parts.test) and not set(parts.validation) & set(parts.test)
    with pytest.raises(ValueError, match="leave none"):
        realdata.parted(pieces, np.random.default_rng(0), letters=40)
