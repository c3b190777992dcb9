"""The live figures of a notebook that is open in JupyterLab: their pictures and controls."""

from tests.browser.driver import Lesson

VIEW = "application/vnd.jupyter.widget-view+json"
CHANGED = """([picture, before]) =>
    picture.src !== before && picture.complete && picture.naturalWidth > 0"""
# Milliseconds from a key to the picture that it brings about, one entry a key.
CLOCK = """(picture) => {
    let pressed;
    window.keyToPicture = [];
    document.addEventListener('keydown', () => { pressed = performance.now(); }, true);
    picture.addEventListener('load', () => {
        if (pressed) window.keyToPicture.push(performance.now() - pressed);
        pressed = undefined;
    });
}"""


class LiveFigure:
    """One live figure, brought into view."""

    def __init__(self, lesson: Lesson, cell_id: str):
        self.page = lesson.page
        self.cell = lesson.cell(cell_id)
        self.picture = self.cell.wait_for_selector("img.widget-image", state="visible")

    @classmethod
    def ids(cls, lesson: Lesson) -> list[str]:
        """The cells that show one."""
        return [
            cell["id"]
            for cell in lesson.code_cells()
            if any(VIEW in output.get("data", {}) for output in cell["outputs"])
        ]

    @property
    def sliders(self) -> list:
        return self.cell.query_selector_all(".noUi-handle")

    @property
    def players(self) -> list:
        return self.cell.query_selector_all("button.widget-toggle-button")

    def press(self, control, key: str) -> None:
        """A key on a control, and the picture that comes of it."""
        before = self.picture.get_attribute("src")
        control.focus()
        self.page.keyboard.press(key)
        self.page.wait_for_function(CHANGED, arg=[self.picture, before])

    def there_and_back(self, slider) -> None:
        """One step with the arrow keys, and back."""
        at_end = slider.get_attribute("aria-valuenow") == slider.get_attribute("aria-valuemax")
        keys = ["ArrowLeft", "ArrowRight"] if at_end else ["ArrowRight", "ArrowLeft"]
        for key in keys:
            self.press(slider, key)
