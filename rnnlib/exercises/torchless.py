"""Show what cells that need PyTorch printed when the lesson was built, if PyTorch is missing."""

from rnnlib import lessons
from rnnlib.exercises import displaying


def without_torch(lesson: str) -> None:
    """Say that PyTorch is missing; from now on, show what a cell that needs it printed elsewhere.

    lesson: its number, such as "13". Call it after `import torch` has failed. There is no such
    output for a cell that was changed, or if the course came without solutions.
    """
    stored = lessons.torch_outputs(lesson)
    print("PyTorch is not installed (pip install torch).", end=" ")
    shell = displaying.shell()
    if shell is None or not stored:
        print("The cells that need it print nothing; the rest of the lesson works.")
        return
    print("Cells that need it show what they printed when the lesson was built.")

    def show(result) -> None:
        if text := stored.get((result.info.raw_cell or "").strip()):
            print(text, end="")

    shell.events.register("post_run_cell", show)
