"""A lesson of a few lines, with one of everything, for tests of what is made from lessons."""

from pathlib import Path
from types import SimpleNamespace

NAME = "01_tiny"

SOURCE = """\
---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
rnnlib:
  title: A tiny lesson
  minutes: 5
---

# A tiny lesson

Some words.

+++ {"tags": ["instructor"]}

Ask the room.

+++

## Guess first (3 min)

![A line that goes up](line.png)

```{code-cell} ipython3
:tags: [predict]

guess = "four"
```

```{code-cell} ipython3
:tags: [claim:C02, claim:Q09]

value = 2 + 2
assert value == 4
print("the sum is")
print(value)
```

### Exercise 01.1  Twice

```{code-cell} ipython3
:tags: [exercise:01.1]

def double(x, times=1):
    \"\"\"Twice x, a float; a float.\"\"\"
    ### BEGIN SOLUTION
    for _ in range(times):
        x = x + x
    return x
    ### END SOLUTION
```

```{code-cell} ipython3
def check(exercise, function):
    print(exercise, function.__name__)
```

```{code-cell} ipython3
check("01.1", double)
# hint("01.1", 1)
```

+++ {"tags": ["solution:01.1"]}

A sum of two equal terms is twice the term.
"""
EXERCISES = {
    "01.1": SimpleNamespace(
        id="01.1", title="Twice", function="double", signature="(x, times)", points=2
    )
}


def write(root: Path, source: str = SOURCE, name: str = NAME) -> Path:
    """Write the source of a lesson into the folder of a course; returns its path."""
    path = root / "solutions" / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return path


def line_of(text: str, source: str = SOURCE) -> int:
    """The number of the first line that holds the text, counted from 1."""
    return next(i for i, line in enumerate(source.split("\n"), 1) if text in line)
