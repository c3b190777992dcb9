"""Pictures that move: drawn in a fraction of the usual time.

Most of that time goes into texts, which hardly change from one picture to the next.
"""

import struct
import zlib

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure

MOST_STAMPS = 500  # about 10 MB


class QuickCanvas(FigureCanvasAgg):
    """A canvas whose renderer remembers texts: `QuickCanvas(fig)` before the first drawing."""

    _key = None

    def get_renderer(self) -> "TextStamps":
        key = (*self.figure.bbox.size, self.figure.dpi)
        if key != self._key:
            self.renderer, self._key = TextStamps(*key), key
        return self.renderer


class TextStamps(RendererAgg):
    """Keeps the pixels of each text that it has drawn, and stamps them on the next picture."""

    def __init__(self, width: float, height: float, dpi: float):
        super().__init__(width, height, dpi)
        self.stamps = {}

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if gc.get_clip_rectangle() is not None:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        key = (s, hash(prop), angle, ismath, tuple(gc.get_rgb()), gc.get_alpha())
        if key not in self.stamps:
            if len(self.stamps) == MOST_STAMPS:
                self.stamps.clear()
            self.stamps[key] = self._stamp(gc, s, prop, angle, ismath, mtext)
        colour, cover, (top, left) = self.stamps[key]
        top, left = top + round(y), left + round(x)
        bottom, right = (max(end, 0) for end in (top + cover.shape[0], left + cover.shape[1]))
        inside = np.asarray(self.buffer_rgba())[max(top, 0) : bottom, max(left, 0) : right, :3]
        cover = cover[max(-top, 0) :, max(-left, 0) :][: inside.shape[0], : inside.shape[1]]
        inside[...] = np.rint(inside + (colour - inside) * cover)

    def _stamp(self, gc, s, prop, angle, ismath, mtext):
        """The text's color, how much it covers each pixel, and where the first of them is."""
        width, height, descent = self.get_text_width_height_descent(s, prop, ismath)
        reach = int(np.hypot(width, height + descent)) + 4
        paper = RendererAgg(2 * reach, 2 * reach, self.dpi)
        paper.draw_text(gc, reach, reach, s, prop, angle, ismath, mtext)
        alpha = np.asarray(paper.buffer_rgba())[..., 3] / np.float32(255)
        rows, columns = (np.flatnonzero(alpha.any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return np.zeros(3), np.zeros((0, 0, 1)), (0, 0)
        cover = alpha[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1, None]
        colour = 255 * np.array(gc.get_rgb()[:3])
        return colour, cover, (rows[0] - reach, columns[0] - reach)


def quick_png(fig: Figure) -> bytes:
    """The whole figure as a PNG, drawn once and hardly compressed: for pictures that move."""
    canvas = fig.canvas
    assert isinstance(canvas, FigureCanvasAgg), "a canvas of pixels"
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each begins with its filter: none
    rows[:, 1:] = pixels.reshape(height, -1)
    parts = [
        (b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)),  # 8 bits, RGB
        (b"IDAT", zlib.compress(rows.data, 1)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
