"""A guess before a result; after it, what was guessed, and why it was tempting.

Nothing is scored. `reveal` stores the choice in its output under `MIME`, so a submission with
outputs shows what its author guessed.
"""

from collections import Counter
from dataclasses import dataclass

from rnnlib.exercises import ledger
from rnnlib.exercises.displaying import widget_bundle
from rnnlib.exercises.outcome import Note, Status
from rnnlib.exercises.quiz import Quiz, lettered
from rnnlib.exercises.registry import find, predictions, questions
from rnnlib.exercises.spec import Option, Question

# Further reading: `recall` skips these lessons until one of their questions is answered.
FURTHER = ("10", "11")
FIRST = "01"  # `recall` starts here: lesson 00 asks about prior knowledge
MIME = "application/vnd.rnnlib.prediction+json"
ASKED_AGAIN = 2  # questions from earlier lessons at the start of a lesson


class Prediction(Quiz):
    """A prediction to make: buttons in a notebook, text everywhere else. No verdict yet."""

    kind, call = "Predict", "predict"

    @property
    def heading(self) -> str:
        return "Predict"

    def _verdict(self, letter: str, option: Option) -> Note:
        return noted(letter, option)


def noted(letter: str, option: Option) -> Note:
    """The reply to a guess, without a verdict."""
    return Note("Noted.", f"You say: {letter}) {_sentence(option.text)} Run on and see.")


def predict(id: str, answer: str | None = None) -> Prediction | Note:
    """Ask for a guess, or record one ("a", "b", …)."""
    question = find(predictions(), id, "prediction")
    ledger.enter(id)
    if answer is None:
        return Prediction(question)
    letter, option = Prediction(question).chosen(answer)
    ledger.choose(id, letter, option.right)
    return noted(letter, option)


@dataclass(frozen=True, repr=False)
class Revealed(Note):
    """The guess, in words and, under `MIME`, as data."""

    id: str = ""
    choice: str | None = None
    right: bool | None = None

    def __repr__(self) -> str:
        return f"{self.heading}\n{self.body}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {
            "text/plain": repr(self),
            "text/html": self._repr_html_(),
            MIME: {"id": self.id, "choice": self.choice, "right": self.right},
        }


def reveal(id: str) -> Revealed:
    """What you guessed, why it is right or was tempting, and what came out."""
    question = find(predictions(), id, "prediction")
    options = dict(lettered(question))
    made = ledger.choices().get(id)
    (answer, right) = next((k, o) for k, o in options.items() if o.right)
    if made is None or made.letter not in options:
        text = f"You made no guess. It is {answer}) {_sentence(right.text)} {right.why}"
        return Revealed("What came out", text, "note", id)
    chosen = options[made.letter]
    said = f"You said {made.letter}) {_sentence(chosen.text)}"
    if chosen.right:
        return Revealed("As you said", f"{said} {chosen.why}", Status.PASS, id, made.letter, True)
    text = f"{said} {chosen.why}\nIt is {answer}) {_sentence(right.text)} {right.why}"
    return Revealed("Not as you said", text, "note", id, made.letter, False)


def _sentence(option: str) -> str:
    return option if option[-1:] in ".?!" else f"{option}."


class Recall:
    """Several questions, one below the other."""

    def __init__(self, quizzes: list[Quiz]):
        self.quizzes = quizzes

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.quizzes))

    def _repr_mimebundle_(self, include=None, exclude=None):
        try:
            import ipywidgets
        except ImportError:
            return {"text/plain": repr(self)}
        box = ipywidgets.VBox([quiz.widget() for quiz in self.quizzes])
        return {**widget_bundle(box), "text/plain": repr(self)}


def recall(lesson: str) -> Recall:
    """Two questions from the lessons before this one ("04"), not scored.

    First come those whose last answer was wrong, then those not answered yet (from the latest
    lessons first, one from each), then those answered longest ago. ValueError if no earlier lesson
    has questions.
    """
    ledger.enter(f"{lesson}.")
    made = ledger.choices()
    left_out = {further for further in FURTHER if not any(id[:2] == further for id in made)}
    every = [q for q in questions().values() if q.id.split(".")[0] not in left_out]
    earlier = [q for q in every if FIRST <= q.id.split(".")[0] < lesson]
    if not earlier:
        raise ValueError(f"no lesson before {lesson!r} has questions")
    unseen: Counter[str] = Counter()

    def due(question: Question) -> tuple[int, float]:
        choice = made.get(question.id)
        if choice is not None:
            return (2, choice.when) if choice.right else (0, choice.when)
        unseen[question.id[:2]] += 1  # one from each lesson before a second one from any
        return 1, unseen[question.id[:2]]

    latest_first = sorted(earlier, key=lambda question: question.id[:2], reverse=True)
    chosen = sorted(latest_first, key=due)[:ASKED_AGAIN]
    return Recall([Quiz(question) for question in chosen])
