"""How often proofs hold on other seeds, and whether they would hold for anything else."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from rnnlib import lessons, places
from rnnlib.__main__ import main
from rnnlib.authoring import AuthoringError, build, check, replicate, uncounted
from rnnlib.authoring.altering import Alteration, fingerprint
from rnnlib.authoring.counts import FILE, Count, code_hash, kept_counts
from rnnlib.authoring.replicate import FIRST, SEEDS, find_lesson, is_equality
from rnnlib.authoring.rules import examine
from tests.authoring.test_manner import EXERCISES, LESSON, timed
from tests.authoring.tiny_lesson import line_of

HEAD = LESSON[: LESSON.index("```{code-cell}")] + "```{code-cell} ipython3\n"
SEEDED = "import numpy as np\n\nSEED = 0\nrng = np.random.default_rng([SEED, 1])\n```\n"


def cell(code, tags=""):
    return "\n```{code-cell} ipython3\n" + (f":tags: [{tags}]\n" if tags else "") + code + "\n```\n"


def proof(code, *tags):
    return cell(code, ", ".join(["proof", *tags]))


def lesson(folder, *parts):
    path = folder / "solutions" / "01_tiny.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + SEEDED + "".join(parts), encoding="utf-8")
    return find_lesson("01", folder)


ALL = {
    "fixed": proof("assert list(fixed) == [0, 1, 4, 9]", "subject:fixed"),
    "parity": proof("assert parity == 1", "subject:parity"),
    "strong": proof("assert errors.min() >= 0", "subject:errors", "rival:worst"),
    "weak": proof("assert (errors > -9).all()", "subject:errors", "rival:worst"),
    "function": proof("assert double(3) == 6", "subject:double"),
    "nothing": proof("assert double(0) == 0", "subject:double"),
    "reads a function": proof("assert drawn() != 2"),
    "not read": proof("assert list(fixed) == [0, 1, 4, 9]", "subject:double"),
    "no rival": proof("assert list(fixed) == [0, 1, 4, 9]", "subject:fixed", "rival:nobody"),
    "itself wrong": proof("assert fixed.no_such_thing", "subject:fixed"),
    "study": proof("assert max(runs) == 3", "subject:runs"),
}
VISIBLE = (
    cell("fixed = np.arange(4) ** 2\nparity = SEED % 2\nruns = [1, 2, 3]"),
    cell("errors = np.sort(rng.uniform(size=5))[::-1]\nworst = errors[::-1] - 1"),
    cell("def double(x):\n    return 2 * x\n\n\ndef drawn():\n    return errors[0]"),
)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Every proof of ALL after four seeds, by name; and the replication."""
    *others, study = ALL.values()
    text = (*VISIBLE, *others, "\n## Stored  (3 min)\n", cell("more = 1", "study:runs"), study)
    told = replicate.replicate(lesson(tmp_path_factory.mktemp("course"), *text), 4, processes=2)
    return dict(zip(ALL, told.proofs, strict=True)), told


def test_a_proof_is_counted_and_told_by_its_kind(found):
    kinds = {name: (p.count.kind, str(p.count)) for name, p in found[0].items()}
    assert kinds == {
        "fixed": ("deterministic", "4 of 4"),
        "parity": ("seeded", "2 of 4"),
        "strong": ("seeded", "4 of 4"),
        "weak": ("seeded", "4 of 4"),
        "function": ("deterministic", "4 of 4"),
        "nothing": ("deterministic", "4 of 4"),
        "reads a function": ("seeded", "4 of 4"),
        "not read": ("deterministic", "4 of 4"),
        "no rival": ("deterministic", "4 of 4"),
        "itself wrong": ("deterministic", "0 of 4"),
        "study": ("study", "4 of 4"),
    }
    assert found[0]["study"].count.runs == 3
    assert found[0]["study"].count.heading == "Stored"


def test_a_weak_proof_is_listed_with_what_it_holds_for_and_a_strong_one_is_not(found):
    proofs, _ = found
    weak = {name: p.weak for name, p in proofs.items() if p.weak}
    assert weak == {"weak": ("rival worst", "sign flipped", "shuffled"), "study": ("shuffled",)}
    assert proofs["weak"].holds_for_its_rival and not proofs["strong"].holds_for_its_rival
    assert proofs["strong"].also == ("scaled by 1.5", "scaled by 0.5", "shuffled")
    assert proofs["function"].note == ""
    assert proofs["nothing"].note == "nothing could replace its subject"
    assert proofs["reads a function"].note == "names no subject"
    assert proofs["not read"].note == "does not read double"
    assert proofs["no rival"].note == "nobody could not replace its subject"


def test_an_error_of_a_proof_is_told_from_a_proof_that_does_not_hold(found):
    proofs, told = found
    line = proofs["itself wrong"].line
    (error,) = proofs["itself wrong"].errors
    assert error.startswith(f"line {line}: AttributeError")
    assert proofs["parity"].errors == ()
    assert f"the proof in line {line} is wrong itself: {error}" in str(told)


def test_the_table_has_a_row_for_each_proof_and_strict_names_what_is_wrong(found):
    proofs, told = found
    rows = str(told).splitlines()
    (row,) = (row for row in rows if row.startswith(f"{proofs['weak'].line} "))
    assert row.split()[:6] == [str(proofs["weak"].line), "seeded", "4", "of", "4", "A"]
    assert row.endswith("rival worst, sign flipped, shuffled, (scaled by 1.5, scaled by 0.5)")
    assert told.faults == [
        f"line {proofs['parity'].line} holds in 2 of 4",
        f"line {proofs['itself wrong'].line} holds in 0 of 4",
        f"line {proofs['weak'].line} holds with its rival",
    ]


def test_a_visible_cell_that_raises_ends_its_seed_alone_and_is_reported(tmp_path):
    raises = cell("assured = 1 / (SEED - 102)")
    source = lesson(tmp_path, *VISIBLE, ALL["fixed"], raises, ALL["function"])
    told = replicate.replicate(source, 3)
    assert [str(p.count) for p in told.proofs] == ["3 of 3", "2 of 3"]
    (ended,) = told.ended
    line = line_of("assured", source.path.read_text())
    assert ended == f"seed 102 ends at line {line}: ZeroDivisionError: division by zero"


def test_more_processes_give_the_same_table(tmp_path):
    source = lesson(tmp_path, *VISIBLE, ALL["parity"], ALL["strong"])
    one, two = (replicate.replicate(source, 2, processes=n) for n in (1, 2))
    assert one.proofs == two.proofs and one.first == FIRST
    assert str(one.proofs[0].count) == "1 of 2" and one.proofs[1].also


def test_what_a_proof_draws_and_changes_is_not_noticed_by_the_cells_behind_it(tmp_path):
    drawing = proof("assert rng.random() + fixed[0] < 1", "subject:fixed")
    later = cell("drawn = rng.random()\nstill = fixed.tolist()")
    same = proof(
        "assert drawn == np.random.default_rng([SEED, 1]).random()\nassert still == [0, 1, 2, 3]"
    )
    visible = cell("fixed = np.arange(4)")
    told = replicate.replicate(lesson(tmp_path, visible, drawing, later, same), 2)
    assert [str(p.count) for p in told.proofs] == ["2 of 2", "2 of 2"]


def test_a_working_copy_is_not_found_and_its_ledger_stays_as_it_is(tmp_path, monkeypatch):
    writes = (
        "from rnnlib import places\n\nwork = places.find()\n"
        "if work is not None:\n    places.write(places.progress_file(work), b'touched')"
    )
    ledger = places.progress_file(tmp_path / "work")
    places.write(ledger, b"mine")
    monkeypatch.setenv("RNNLIB_WORK", str(tmp_path / "work"))
    monkeypatch.chdir(tmp_path / "work")
    source = lesson(tmp_path, *VISIBLE, cell(writes), ALL["fixed"])
    told = replicate.replicate(source, 2)
    assert str(told.proofs[0].count) == "2 of 2" and not told.ended
    assert ledger.read_bytes() == b"mine"
    exec(writes, {})  # where it is found, it is written
    assert ledger.read_bytes() == b"touched"


def test_a_lesson_without_a_seed_or_without_proofs_is_refused(tmp_path):
    with pytest.raises(AuthoringError, match="that has proofs"):
        replicate.replicate(lesson(tmp_path, *VISIBLE))
    source = lesson(tmp_path, *VISIBLE, ALL["fixed"])
    text = source.path.read_text().replace("SEED = 0", "SEED = 3")
    source.path.write_text(text)
    with pytest.raises(AuthoringError, match="SEED = 0"):
        replicate.replicate(find_lesson("01_tiny", tmp_path))
    with pytest.raises(AuthoringError, match="no source for lesson '07'"):
        find_lesson("07", tmp_path)


# --- what is kept, and when it is old ---


def test_the_hash_changes_with_code_and_proofs_and_not_with_prose(tmp_path):
    parts = (*VISIBLE, "\nWords.\n", ALL["fixed"])
    before = code_hash(lesson(tmp_path, *parts))
    assert code_hash(lesson(tmp_path, "\nMore words.\n", *parts)) == before
    assert code_hash(lesson(tmp_path, *parts, cell("x = 1"))) != before
    assert code_hash(lesson(tmp_path, *VISIBLE, ALL["fixed"].replace("4", "4 "))) != before


def counted(source, seeds=SEEDS, first=FIRST):
    """A replication that needs no run."""
    kept = (Count("A", "deterministic", 20, 20), Count("A", "seeded", 17, 20))
    made = tuple(replicate.Proof(1, c, (), (), (), "") for c in (*kept, replace(kept[1], holds=19)))
    return replicate.Replication(source, first, seeds, made, (), 1.0)


@pytest.mark.slow
def test_counts_are_kept_put_on_the_map_and_called_old_when_the_code_changes(tmp_path):
    path = tmp_path / "solutions" / "01_tiny.md"
    path.parent.mkdir()
    path.write_text(timed(tmp_path), encoding="utf-8")
    build(root=tmp_path, exercises=EXERCISES)
    map_ = tmp_path / "course" / "README.md"
    again = "run rnnlib replicate 01"
    assert "| missing: run `rnnlib replicate 01` |" in map_.read_text()
    assert uncounted(tmp_path) == [f"lesson 01: its replication counts are missing; {again}"]

    kept = counted(find_lesson("01", tmp_path)).keep(tmp_path)
    assert kept == tmp_path / "solutions" / FILE and uncounted(tmp_path) == []
    assert kept_counts(tmp_path)["01"].proofs[1] == Count("A", "seeded", 17, 20)
    build(root=tmp_path, exercises=EXERCISES)
    row = "| [01](01_tiny.ipynb) | 1 | 2 | 17 of 20 | 0 | {} |"
    assert row.format("seeds 101 to 120") in map_.read_text()

    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value = 2 + 2", "value = 1 + 3"), encoding="utf-8")
    assert uncounted(tmp_path) == [f"lesson 01: its replication counts are old; {again}"]
    build(root=tmp_path, exercises=EXERCISES)
    assert row.format("old: run `rnnlib replicate 01`") in map_.read_text()
    assert check(tmp_path, exercises=EXERCISES) == []


def test_a_trial_with_other_seeds_is_not_kept_and_other_lessons_counts_stay(tmp_path):
    source = lesson(tmp_path, *VISIBLE, ALL["fixed"])
    assert counted(source, first=1).keep(tmp_path) is None
    assert counted(source, seeds=5).keep(tmp_path) is None
    assert not (tmp_path / "solutions" / FILE).exists()
    counted(source).keep(tmp_path)
    file = tmp_path / "solutions" / FILE
    moved = {"02": json.loads(file.read_text())["01"]}
    file.write_text(json.dumps(moved))
    counted(source).keep(tmp_path)
    assert list(kept_counts(tmp_path)) == ["01", "02"]


@pytest.mark.parametrize("text", ["{", "[]", '{"01": {"proofs": []}}'])
def test_a_file_of_counts_that_is_broken_is_an_error_with_its_name(tmp_path, text):
    source = lesson(tmp_path, *VISIBLE, ALL["fixed"])
    (source.path.parent / FILE).write_text(text)
    with pytest.raises(AuthoringError, match=rf"^solutions/{FILE}"):
        uncounted(tmp_path)


def test_the_tags_of_a_study_belong_to_proofs_and_name_what_is_stored(tmp_path):
    def examined(*replaced):
        text = timed(tmp_path, LESSON.replace(*replaced))
        (tmp_path / "solutions" / "01_tiny.md").write_text(text, encoding="utf-8")
        examine([find_lesson("01", tmp_path)], EXERCISES)

    examined("[proof, subject:value]", "[proof, study, subject:value]")
    examined("[claim:C02]", "[claim:C02, study:value]")
    for tag in ("study", "'study:'", "subject:value"):
        with pytest.raises(AuthoringError, match="unknown tag"):
            examined("[claim:C02]", f"[claim:C02, {tag}]")


# --- the command ---


def test_the_command_prints_the_table_and_strict_ends_with_one(tmp_path, monkeypatch):
    source = lesson(tmp_path, *VISIBLE, ALL["parity"])
    monkeypatch.setattr(replicate, "find_lesson", {"01": source}.get)
    arguments = ["replicate", "01", "--first", "1", "--seeds", "2", "--processes", "2"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "seeded  1 of 2" in done.output and "Not saved" in done.output
    done = CliRunner().invoke(main, [*arguments, "--strict"])
    assert done.exit_code == 1 and "holds in 1 of 2" in done.stderr


# --- values altered ---


class Box:
    """An object that holds numbers."""

    def __init__(self, weight):
        self.weight = weight


VALUES = {
    "a float": 0.5,
    "a whole number": 3,
    "one": 1,
    "an array": np.arange(1.0, 5.0),
    "whole numbers": np.arange(4),
    "truth values": np.array([True, False, False]),
    "a dictionary": {"GRU": 0.2, "LSTM": 0.4},
    "a list": [1.0, 2.0],
    "a tuple of arrays": (np.ones(2), np.arange(3.0)),
    "an object": Box(np.arange(3.0)),
    "a text": "abcd",
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_an_alteration_makes_another_value_and_leaves_the_old_one(value):
    before = fingerprint(value)
    touched = {}
    for name in ("scaled by 1.5", "scaled by 0.5", "sign flipped", "shuffled"):
        alteration = Alteration(name, [1, 2])
        made = alteration(value)
        touched[name] = alteration.touched
        assert (fingerprint(made) != before) == alteration.touched
        assert type(made) is type(value)
        assert fingerprint(value) == before
    assert any(touched.values())
    numbers = isinstance(value, (float, int))
    assert touched["shuffled"] == (not numbers)
    assert touched["sign flipped"] == (value != "abcd" if isinstance(value, str) else True)


def test_fingerprints_tell_values_apart_but_for_the_last_digits():
    values = [1, 1.0, True, "1", [1], (1,), {1: 1}, {1}, np.array(1), np.ones(1), np.ones(2), None]
    values += [Box(1), Box(2), np.random.default_rng(1), np.random.default_rng(2), len, np.exp]
    prints = [fingerprint(value) for value in values]
    assert len(set(prints)) == len(prints)
    assert fingerprint(np.array(0.1 + 0.2)) == fingerprint(np.array(0.3))
    assert fingerprint(np.array(0.3)) != fingerprint(np.array(0.3 + 1e-7))


def test_equalities_are_told_from_inequalities():
    equal = [
        "a == b",
        "np.allclose(a, b)",
        "abs(a - b) < 1e-9",
        "(a == b).all()",
        "abs(a - b).max() < 0.1",
    ]
    assert all(is_equality(f"assert {text}") for text in equal)
    unequal = ["a < b", "a > 1e-9", "abs(a) < 0.5", "a != b"]
    assert not any(is_equality(f"assert {text}") for text in unequal)


def test_a_lesson_of_the_first_manner_is_not_counted(tmp_path):
    source = lesson(tmp_path, *VISIBLE, ALL["fixed"])
    source.path.write_text(source.path.read_text().replace("manner: 2", "manner: 1"))
    assert lessons.read_lesson(source.path).manner == 1 and uncounted(tmp_path) == []
