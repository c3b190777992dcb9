"""How long a learner waits for a check: each exercise's right answer and its slowest wrong one.

`python -m tests.benchmarks.checks` prints milliseconds, the slowest exercise last.
"""

import time

from rnnlib.exercises.registry import exercises
from tests.exercises.answers.report import RIGHT, WRONG, judged

LAPS = 5


def milliseconds(id: str, answer) -> float:
    """The median of a few checks."""
    laps = []
    for _ in range(LAPS):
        start = time.perf_counter()
        judged(id, answer)
        laps.append(1000 * (time.perf_counter() - start))
    return sorted(laps)[LAPS // 2]


def main() -> None:
    """Print the table."""
    rows = []
    for id in exercises():
        right = milliseconds(id, RIGHT[id][0])
        wrong = max(milliseconds(id, answer.answer) for answer in WRONG[id])
        rows.append((wrong, right, id))
    print("exercise   right   slowest wrong   (milliseconds)")
    for wrong, right, id in sorted(rows):
        print(f"{id:<8} {right:7.1f} {wrong:15.1f}")


if __name__ == "__main__":
    main()
