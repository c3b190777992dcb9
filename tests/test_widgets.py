import itertools

import numpy as np
import pytest

from rnnlib import widgets

EXPLORERS = {name: getattr(widgets, name) for name in vars(widgets) if name.endswith("_explorer")}
every_explorer = pytest.mark.parametrize("make", EXPLORERS.values(), ids=EXPLORERS)


def ends(control):
    """The lowest and the highest value of a slider; all that can be chosen from a list."""
    return control.options if hasattr(control, "options") else (control.min, control.max)


def extremes(live):
    """Every combination of the ends of each control."""
    combinations = itertools.product(*map(ends, live.controls.values()))
    return [dict(zip(live.controls, values, strict=True)) for values in combinations]


@every_explorer
def test_every_corner_of_the_sliders_can_be_drawn_and_described(make):
    live = make()
    for state in extremes(live):
        assert live.render(**state).startswith(b"\x89PNG")
        assert len(live.sentence) > 20
        for ax in live.figure.axes:
            for line in ax.get_lines():
                assert np.isfinite(np.asarray(line.get_ydata(), dtype=float)).any()


@every_explorer
def test_moving_a_slider_changes_picture_and_words(make):
    live = make()
    for name, control in live.controls.items():
        picture, words = live.picture.value, live.caption.value
        control.value = next(end for end in ends(control) if end != control.value)
        assert live.picture.value != picture, name
        assert live.caption.value != words or name == "log_gap", name


@every_explorer
def test_every_control_is_labelled_and_its_figure_titled(make):
    live = make()
    assert all(control.description for control in live.controls.values())
    assert all(ax.get_title(loc="left") for ax in live.figure.axes)


@every_explorer
def test_without_a_front_end_a_still_picture_with_words_remains(make):
    bundle = make()._repr_mimebundle_()
    assert bundle["text/html"].startswith('<img alt="')
    assert bundle["text/plain"].startswith("Live figure. ")


def test_rendering_a_state_leaves_the_sliders_where_they_are():
    live = widgets.cobweb_explorer()
    before = live.state
    live.render(w=-2.0)
    assert live.state == before


def test_the_cobweb_shows_the_orbit_of_the_state_it_is_asked_for():
    live = widgets.cobweb_explorer()
    live.render(w=0.5, b=0.0, s0=0.8, x=0.0)
    states = live.figure.axes[0].get_lines()[0].get_ydata()
    assert states[0] == 0.8
    np.testing.assert_allclose(states[1:], np.tanh(0.5 * states[:-1]))
