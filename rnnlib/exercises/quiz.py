"""Concept questions: buttons in a notebook, plain text everywhere else."""

from functools import partial

from rnnlib.exercises import ledger
from rnnlib.exercises.displaying import widget_bundle
from rnnlib.exercises.outcome import Note, Status, card
from rnnlib.exercises.registry import find, questions
from rnnlib.exercises.spec import Option, Question


class Quiz:
    """A question on the screen, answered with buttons or, as text, with quiz(id, "b")."""

    call = "quiz"

    def __init__(self, question: Question):
        self.question = question

    @property
    def heading(self) -> str:
        return f"Question {self.question.id}"

    def __repr__(self) -> str:
        lines = [f"{self.heading}: {self.question.text}"]
        lines += [f"  {letter}) {o.text}" for letter, o in lettered(self.question)]
        return "\n".join([*lines, f"Answer with {self.call}({self.question.id!r}, 'a')."])

    def _repr_mimebundle_(self, include=None, exclude=None):
        try:
            return {**widget_bundle(self.widget()), "text/plain": repr(self)}
        except ImportError:  # no ipywidgets: the text says how to answer
            return {"text/plain": repr(self)}

    def widget(self):
        """A column of buttons; pressing one shows its verdict below."""
        import ipywidgets

        verdict = ipywidgets.HTML()
        asked = ipywidgets.HTML(card(self.heading, self.question.text, "question"))
        buttons = []
        for letter, option in lettered(self.question):
            button = ipywidgets.Button(
                description=f"{letter})  {option.text}",
                tooltip=option.text,
                layout=ipywidgets.Layout(width="46em", max_width="100%"),
            )
            button.style.text_align = "left"
            button.on_click(partial(self._press, verdict, letter, option))
            buttons.append(button)
        return ipywidgets.VBox([asked, *buttons, verdict])

    def _press(self, verdict, letter: str, option: Option, _button) -> None:
        ledger.choose(self.question.id, letter, option.right)
        verdict.value = self._verdict(letter, option)._repr_html_()

    def _verdict(self, letter: str, option: Option) -> Note:
        return reply(option)

    def chosen(self, answer: str) -> tuple[str, Option]:
        """The letter and the option of an answer; ValueError if there is no such option."""
        options = dict(lettered(self.question))
        letter = str(answer).strip().lower()
        if letter not in options:
            raise ValueError(f"answer one of {', '.join(options)}, got {answer!r}")
        return letter, options[letter]


def reply(option: Option) -> Note:
    """The verdict on one option, with the reason."""
    if option.right:
        return Note("Right.", option.why, Status.PASS)
    return Note("Not quite.", option.why, Status.FAIL)


def lettered(question: Question) -> list[tuple[str, Option]]:
    """The options with their letters, starting with a."""
    return list(zip("abcdefgh", question.options, strict=False))


def quiz(id: str, answer: str | None = None) -> Quiz | Note:
    """Ask question `id`, or give the verdict on an answer ("a", "b", …)."""
    question = find(questions(), id, "question")
    ledger.enter(id)
    if answer is None:
        return Quiz(question)
    letter, option = Quiz(question).chosen(answer)
    ledger.choose(id, letter, option.right)
    return reply(option)
