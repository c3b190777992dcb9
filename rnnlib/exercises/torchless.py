"""What cells that need PyTorch printed when the lesson was built, for those who go without it."""

from rnnlib import lessons
from rnnlib.exercises import displaying


def without_torch(lesson: str) -> None:
    """Say that PyTorch is missing; from now on, show what a cell that needs it printed elsewhere.

    lesson: its number, such as "13". Call it where `import torch` has failed. A cell that one has
    changed has no such output, and where the course came without solutions none has.
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
