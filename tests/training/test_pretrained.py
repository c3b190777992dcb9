"""The networks that come with the library: they are what `rnnlib pretrain` makes, and they work."""

import functools
import itertools
import tomllib

import numpy as np
import pytest
from click.testing import CliRunner

from rnnlib.__main__ import main
from rnnlib.data import realdata, sentences
from rnnlib.grading.sandbox import course_copy
from rnnlib.places import ROOT
from rnnlib.training import pretrained

LETTERS, YEARS = pretrained.letters(), pretrained.years()


def test_the_first_updates_of_the_letters_repeat():
    if pretrained.text_hash() != LETTERS.trained_on:
        pytest.skip("the text of this version of Python is another one")
    _, history = pretrained.train_letters(pretrained.REPEATED)
    np.testing.assert_allclose(history.loss, LETTERS.first_losses, rtol=1e-8)


def test_the_first_updates_of_the_years_repeat():
    _, history = pretrained.train_years(pretrained.REPEATED)
    np.testing.assert_allclose(history.loss, YEARS.first_losses, rtol=1e-8)


def test_the_letters_are_better_on_held_out_paragraphs_than_counts_of_pairs():
    text, held_out = pretrained.split_text()
    loss = pretrained.letters_loss(LETTERS.params, LETTERS.readout, held_out)
    assert 0 < loss < realdata.ngram_loss(text, held_out, n=2) - 0.3 < np.log(79)


def test_the_parts_of_the_text_share_no_paragraph_and_are_all_of_it():
    whole = realdata.english_text()
    parts = [realdata.decode(part).splitlines() for part in pretrained._parts(whole)]
    assert sorted(itertools.chain(*parts)) == sorted(whole.splitlines())
    assert [set(a) & set(b) for a, b in itertools.combinations(parts, 2)] == [set()] * 3


def test_a_paragraph_is_on_the_same_side_whatever_stands_around_it():
    whole = realdata.english_text().splitlines(keepends=True)
    held_out = set(realdata.decode(pretrained.split_text()[1]).splitlines())
    fewer = pretrained.split_text("".join(whole[3::2]))
    assert 0.05 < len(fewer[1]) / (len(fewer[0]) + len(fewer[1])) < 0.2
    assert set(realdata.decode(fewer[1]).splitlines()) == held_out & {p[:-1] for p in whole[3::2]}


def test_the_years_are_found_at_all_places():
    batch = pretrained.new_sentences()
    right = pretrained.years_accuracy(YEARS.params, YEARS.readout, batch)
    for position in sentences.year_positions():
        assert right[batch.position == position].mean() > 0.97


def test_reading_a_sentence_is_the_run_of_the_library_and_guesses_until_the_year_comes():
    batch = pretrained.new_sentences(200)
    right = pretrained.years_accuracy(YEARS.params, YEARS.readout, batch)
    for b in range(0, 200, 10):
        reading = YEARS.read(batch.text(b))
        assert reading.words == batch.tokens[b]
        assert (reading.years[-1] == batch.tokens[b][batch.position[b]]) == right[b]
        assert (reading.probabilities[: batch.position[b]] < 0.2).all()
        np.testing.assert_allclose(reading.all.sum(axis=1), 1)


def test_what_is_written_is_drawn_from_the_softmax_of_the_scores():
    text = LETTERS.write("The ", 40, np.random.default_rng(3), 1e-4)
    h = scores = np.zeros(256)
    for k, letter in enumerate(text):
        assert k < 4 or letter == LETTERS.alphabet[scores.argmax()]  # at temperature 0, nearly
        h, scores = LETTERS.step(h, LETTERS.encode(letter)[0])
    assert len(text) == 44 and text.startswith("The ")
    again = [LETTERS.write("The ", 40, np.random.default_rng(3)) for _ in range(2)]
    assert again[0] == again[1] != text


def test_without_memory_a_letter_depends_on_the_one_before_alone():
    ends = {LETTERS.write(start, 1, np.random.default_rng(0), 1e-4, remember=False)[-1]
            for start in ("The q", "no. q", "xyz q")}  # fmt: skip
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("start", "letters", "temperature"), [("", 3, 1.0), ("a", 0, 1.0), ("a", 3, 0.0)]
)
def test_nothing_to_write_is_an_error_that_says_so(start, letters, temperature):
    with pytest.raises(ValueError, match="write needs"):
        LETTERS.write(start, letters, np.random.default_rng(0), temperature)


def test_words_that_it_does_not_know_are_named():
    with pytest.raises(ValueError, match="does not know moon"):
        YEARS.read("I went to the moon in 2009.")
    with pytest.raises(ValueError, match="no words"):
        YEARS.read(" ")


def test_a_file_that_is_missing_or_does_not_fit_is_named(tmp_path):
    def loaded(n_o=20):
        return pretrained._loaded("years", pretrained.Years, 50, n_o, tmp_path)

    with pytest.raises(FileNotFoundError, match=r"years\.npz.*rnnlib pretrain"):
        loaded()
    arrays = {"U": np.ones((3, 50)), "W": np.ones((3, 3)), "b": np.ones(3), "V": np.ones((20, 3))}
    np.savez(tmp_path / "years.npz", **arrays)
    with pytest.raises(ValueError, match=r"has no c, trained_on, first_losses"):
        loaded()
    more = {"c": np.ones(20), "trained_on": "", "first_losses": np.ones(20)}
    np.savez(tmp_path / "years.npz", **arrays, **more)
    assert loaded().params.U.dtype == np.float64
    with pytest.raises(ValueError, match=r"V in .* must be \(21, 3\), got \(20, 3\)"):
        loaded(21)


def test_a_saved_network_is_loaded_again(tmp_path):
    model, history = pretrained.train_years(2)
    pretrained.save(tmp_path / "years.npz", model, history)
    words = len(sentences.vocabulary())
    network = pretrained._loaded("years", pretrained.Years, words, 20, tmp_path)
    np.testing.assert_allclose(network.params.W, model.params.W, rtol=1e-6)
    assert network.first_losses.tolist() == history.loss


def test_the_weights_go_along_with_the_package_and_into_the_sandbox():
    names = {"letters.npz", "years.npz"}
    assert {path.name for path in pretrained.WEIGHTS.glob("*")} == names
    assert sum(path.stat().st_size for path in pretrained.WEIGHTS.glob("*")) < 1_000_000
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = config["tool"]["setuptools"]["package-data"]["rnnlib.training"]
    home = ROOT / "rnnlib" / "training"
    assert names <= {path.name for pattern in patterns for path in home.glob(pattern)}
    copied = course_copy.prepared(()) / pretrained.WEIGHTS.relative_to(ROOT)
    for name in names:
        with np.load(copied / name) as file:
            assert np.isfinite(file["W"]).all()


def test_the_command_writes_both_files_and_tells_the_held_out_figures(tmp_path, monkeypatch):
    for name in ("train_letters", "train_years"):
        few = functools.partial(getattr(pretrained, name), 2)
        monkeypatch.setattr(pretrained, name, few)
    done = CliRunner().invoke(main, ["pretrain", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "bits a letter on held-out paragraphs" in done.output
    assert "right on 2000 new sentences" in done.output
    for name in ("letters", "years"):
        with (
            np.load(tmp_path / f"{name}.npz") as made,
            np.load(pretrained.WEIGHTS / f"{name}.npz") as shipped,
        ):
            if name == "years" or pretrained.text_hash() == LETTERS.trained_on:
                np.testing.assert_allclose(made["first_losses"], shipped["first_losses"][:2])
                assert made["trained_on"] == shipped["trained_on"]
