"""Lessons of the second manner: readable cells, proofs that leave no trace, a length that holds."""

import re

import pytest

from rnnlib.authoring.builder import build
from rnnlib.authoring.manner import measured, required
from rnnlib.authoring.notebooks import solved, student
from rnnlib.lessons import AuthoringError, read_lesson
from tests.authoring.tiny_lesson import EXERCISES

LESSON = '''\
---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
rnnlib:
  title: A tiny lesson
  minutes: 0
  manner: 2
---

# A tiny lesson

About 0 minutes.

```{code-cell} ipython3
import numpy as np

SEED = 0
```

```{code-cell} ipython3
:tags: [claim:C02]
value = 2 + 2
print(f"the sum is {value}")
```

```{code-cell} ipython3
:tags: [proof, subject:value]
expected = 4
assert value == expected
```

## Twice

### Exercise 01.1  Twice

```{code-cell} ipython3
:tags: [exercise:01.1]
def double(x, times=1):
    """Twice x, a float; a float."""
    ### BEGIN SOLUTION
    for _ in range(times):
        x = x + x
    return x
    ### END SOLUTION
```

```{code-cell} ipython3
:tags: [nbval-ignore-output]
def check(exercise, function):
    print(exercise)
```

```{code-cell} ipython3
check("01.1", double)
```
'''
VISIBLE = "value = 2 + 2\n"


def lesson(tmp_path, text=LESSON):
    path = tmp_path / "solutions" / "01_tiny.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_lesson(path)


def timed(tmp_path, text=LESSON):
    """The text with the minutes that it takes."""
    minutes = measured(lesson(tmp_path, text)).minutes
    text = text.replace("minutes: 0", f"minutes: {minutes}")
    return text.replace("About 0 minutes", f"About {minutes} minutes")


def built(tmp_path, text=LESSON):
    lesson(tmp_path, timed(tmp_path, text))
    return build(root=tmp_path, exercises=EXERCISES)


def test_a_lesson_that_keeps_to_the_manner_is_built_and_its_proof_is_not_the_learners(tmp_path):
    built(tmp_path)
    found = lesson(tmp_path)
    theirs = [cell.source for cell in student(found, EXERCISES).cells]
    assert not any("assert" in source for source in theirs)
    (proof,) = (c for c in solved(found).cells if "proof" in c.metadata.get("tags", ()))
    assert proof.metadata["jupyter"]["source_hidden"] is True


BREACHES = {
    "assert value == 4": "an assert belongs in a cell tagged 'proof'",
    "a, b = 1, 2": "one statement per line",
    "f = lambda x: x": "a lambda",
    "rows = [[j for j in range(i)] for i in range(3)]": "a nested comprehension",
    "rows = [i + j for i in range(2) for j in range(2)]": "a nested comprehension",
    "print({'a': 1})": "a printed literal or container",
    "print(dict(a=1))": "a printed literal or container",
    "print(f'{[i for i in range(3)]}')": "a printed literal or container",
    "rng = np.random.default_rng(3)": r"default_rng\(\[SEED, k\]\)",
    "np.random.seed(0)": "draw from a generator made of SEED",
    "value = " + "1 + " * 24 + "1": "columns of code; 88 at most",
    "value = 1\n" * 10: "lines in a cell; 10 at most",
}


@pytest.mark.parametrize(("code", "says"), BREACHES.items())
def test_what_cannot_be_read_at_a_glance_is_refused_at_its_line(tmp_path, code, says):
    text = LESSON.replace(VISIBLE, VISIBLE + code + "\n")
    line = text[: text.index(code)].count("\n") + 1
    with pytest.raises(AuthoringError, match=says) as caught:
        built(tmp_path, text)
    told = int(re.search(r":(\d+):", str(caught.value))[1])
    assert told == line or (says.startswith("lines in") and told < line)


def test_what_the_manner_allows_is_not_refused(tmp_path):
    good = "rng = np.random.default_rng([SEED, 3])\nlow, high = np.sort(rng.normal(size=2))\n"
    built(tmp_path, LESSON.replace(VISIBLE, VISIBLE + good))


PROOF = "assert value == expected\n"
TRACES = {
    "value = 5": "'value' was bound by the proof",
    "value += 1": "must not change an object or a name",
    "np.random.x = 3": "must not change an object",
    "plots.orbits(value)": "must not draw or print",
    "print(value)": "must not draw or print",
    "model = train(value)": "must not train",
}


@pytest.mark.parametrize(("code", "says"), TRACES.items())
def test_a_proof_leaves_no_trace(tmp_path, code, says):
    later = '```{code-cell} ipython3\ncheck("01.1", double)\nprint(value)\n```'
    text = LESSON.replace('```{code-cell} ipython3\ncheck("01.1", double)\n```', later)
    with pytest.raises(AuthoringError, match=says):
        built(tmp_path, text.replace(PROOF, PROOF + code + "\n"))


def test_a_proof_that_proves_nothing_and_a_claim_without_a_proof_are_refused(tmp_path):
    with pytest.raises(AuthoringError, match="a proof must assert something"):
        built(tmp_path, LESSON.replace(PROOF, ""))
    start, end = LESSON.index("```{code-cell} ipython3\n:tags: [proof"), LESSON.index("## Twice")
    with pytest.raises(AuthoringError, match="no proof follows the cell that settles a claim"):
        built(tmp_path, LESSON[:start] + LESSON[end:])


def test_an_output_that_depends_on_a_proof_is_found_by_running_without_it(tmp_path):
    # Names show what the eye of the build misses: here the proof moves a generator on.
    text = LESSON.replace(VISIBLE, VISIBLE + "rng = np.random.default_rng([SEED, 1])\n")
    text = text.replace(PROOF, "assert rng.random() < 1\n" + PROOF)
    later = '```{code-cell} ipython3\ncheck("01.1", double)\nprint(rng.random())\n```'
    text = text.replace('```{code-cell} ipython3\ncheck("01.1", double)\n```', later)
    with pytest.raises(AuthoringError, match="without the proofs this cell's output is different"):
        built(tmp_path, text)


def test_the_minutes_are_computed_and_must_be_said(tmp_path):
    size = measured(lesson(tmp_path))
    assert size.minutes == round(size.words / 200 + size.lines / 3 + 2 + 1.5 * 3)
    with pytest.raises(AuthoringError, match=f"the head says 99 minutes; it is {size.minutes}"):
        built(tmp_path, LESSON.replace("minutes: 0", "minutes: 99"))
    with pytest.raises(AuthoringError, match=r"the lesson must say 'About \d+ minutes'"):
        built(tmp_path, LESSON.replace("About 0 minutes.", "Soon done."))


def test_a_lesson_may_not_be_too_long(tmp_path):
    with pytest.raises(AuthoringError, match="words; 1800 at most"):
        built(tmp_path, LESSON.replace("About 0 minutes.", "word " * 1801))


def test_a_section_that_is_extra_does_not_count(tmp_path):
    extra = (
        '+++ {"tags": ["extra"]}\n\n## More\n\n' + "word " * 2000 + "\n\n+++\n\n## Back\n\nword\n\n"
    )
    longer = lesson(tmp_path, LESSON.replace("## Twice", extra + "## Twice"))
    size, plain = measured(longer), measured(lesson(tmp_path))
    assert size.words - plain.words < 5
    assert not any("word word" in cell.source for cell in required(longer.cells))


def test_the_first_manner_keeps_its_own_rules(tmp_path):
    old = LESSON.replace("  manner: 2\n", "").replace("[proof, subject:value]", "[]")
    with pytest.raises(AuthoringError, match="asserts nothing"):
        built(tmp_path, old)
