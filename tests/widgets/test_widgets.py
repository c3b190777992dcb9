import itertools
import re

import ipywidgets
import numpy as np
import pytest
import traitlets

from rnnlib import widgets
from rnnlib.analysis import systems
from rnnlib.cells.scan import associative_scan
from rnnlib.circuits.circuit import Circuit
from rnnlib.circuits.nodes import Node
from rnnlib.circuits.operations import tanh
from rnnlib.circuits.ready_made import READY_MADE, elman
from rnnlib.widgets import backprop, flow, gates, scan, unfold
from rnnlib.widgets.live import BOX, NAMES
from rnnlib.widgets.systems import said_of_the_end

EXPLORERS = {name: make for name, (make, _) in widgets.GALLERY.items()}
every_explorer = pytest.mark.parametrize("make", EXPLORERS.values(), ids=EXPLORERS)


def ends(control):
    """The lowest and the highest value of a slider; all that can be chosen from a list."""
    return control.options if hasattr(control, "options") else (control.min, control.max)


def extremes(live):
    """Combinations of the ends of the controls: all, or every fifth of many."""
    combinations = list(itertools.product(*map(ends, live.controls.values())))
    chosen = combinations[:: 5 if len(combinations) > 16 else 1]
    return [dict(zip(live.controls, values, strict=True)) for values in chosen]


def test_the_gallery_has_every_live_figure_once():
    explorers = {getattr(widgets, name) for name in widgets.__all__ if name.endswith("_explorer")}
    assert set(EXPLORERS.values()) == explorers
    assert len(EXPLORERS) == len(explorers)


@pytest.mark.slow
@every_explorer
def test_the_corners_of_the_controls_are_drawn_and_described_and_leave_no_trace(make):
    live = make()
    fresh = live.render()
    for state in extremes(live):
        assert live.render(**state).startswith(b"\x89PNG")
        possible = state.get("k1", 0) <= state.get("k2", np.inf)
        assert live.sentence.startswith("No picture") != possible, (state, live.sentence)
        assert len(live.sentence) > 20
        for ax in live.figure.axes:
            for line in ax.get_lines():
                assert np.isfinite(np.asarray(line.get_ydata(), dtype=float)).any()
    assert live.render() == fresh


@every_explorer
def test_moving_a_control_changes_picture_and_words(make):
    for name in make().controls:
        live = make()
        control = live.controls[name]
        picture, words = live.picture.value, live.caption.value
        control.value = next(end for end in ends(control) if end != control.value)
        assert live.picture.value != picture, name
        assert live.caption.value != words or name == "log_gap", name


@every_explorer
def test_every_control_is_labelled_and_its_figure_titled(make):
    live = make()
    assert all(control.description for control in live.controls.values())
    drawn = [ax for ax in live.figure.axes if ax.get_label() != "<colorbar>"]
    assert all(ax.get_title(loc="left") for ax in drawn)


@every_explorer
def test_without_a_front_end_a_still_picture_with_words_remains(make):
    bundle = make()._repr_mimebundle_()
    assert bundle["text/html"].startswith('<img alt="')
    assert bundle["text/plain"].startswith("Live figure. ")


def test_the_box_of_a_live_figure_has_the_script_that_names_its_parts():
    live = widgets.cobweb_explorer()
    bundle = live._repr_mimebundle_()
    model = bundle["application/vnd.jupyter.widget-view+json"]["model_id"]
    state = ipywidgets.Widget.get_manager_state(drop_defaults=False)["state"]
    box = state[model]["state"]
    assert BOX in box["_dom_classes"]
    parts = [state[child.removeprefix("IPY_MODEL_")] for child in box["children"]]
    (output,) = [part["state"] for part in parts if part["model_name"] == "OutputModel"]
    script = output["outputs"][0]["data"]["text/html"]
    assert NAMES in script and f"closest('.{BOX}')" in script
    assert all(name in NAMES for name in ("aria-label", "aria-valuetext", "aria-pressed", '"alt"'))


@pytest.mark.slow
def test_no_steps_at_all_are_explained_and_the_next_picture_is_whole_again():
    every = {name: make() for name, make in EXPLORERS.items()}
    stepped = {name: live for name, live in every.items() if "T" in live.controls}
    assert stepped
    for name, live in stepped.items():
        whole = live.render()
        live.render(T=0)
        assert live.sentence.startswith("No picture: "), name
        assert live.figure.axes[0].texts[0].get_text(), name
        assert live.render() == whole, name


def test_words_from_outside_cannot_break_out_of_the_caption():
    live = widgets.text_explorer("<b>" * 3, np.zeros((9, 1)))
    assert "<b>" not in live.caption.value
    assert "&lt;" in live.caption.value


def test_rendering_a_state_leaves_the_controls_where_they_are():
    live = widgets.cobweb_explorer()
    before = live.state
    live.render(w=-2.0)
    assert live.state == before


def test_the_play_button_moves_its_slider_as_far_as_that_goes():
    live = widgets.unfold_explorer()
    button, clock = live.player
    button.value = True
    assert clock.playing
    clock.value = 6
    assert live.controls["stage"].value == 6
    live.controls["T"].value = 2
    assert clock.max == live.controls["stage"].max == 6
    button.value = False
    button.value = True  # at the end already
    assert live.controls["stage"].value == live.controls["stage"].min


def test_a_figure_is_live_with_the_widgets_of_colab_too(monkeypatch):
    class Play(ipywidgets.IntSlider):
        """That of ipywidgets 7."""

        interval = traitlets.Int()
        _playing = traitlets.Bool()

    monkeypatch.setattr(ipywidgets, "Play", Play)
    monkeypatch.delattr(ipywidgets.Widget, "_repr_mimebundle_")
    live = widgets.unfold_explorer()
    button, clock = live.player
    button.value = True
    assert clock._playing
    view = live._repr_mimebundle_()["application/vnd.jupyter.widget-view+json"]
    assert view["version_major"] == 2 and view["model_id"]


# --- what each of them shows --------------------------------------------------------------


def test_the_cobweb_shows_the_orbit_of_the_state_it_is_asked_for():
    live = widgets.cobweb_explorer()
    live.render(w=0.5, b=0.0, s0=0.8, x=0.0)
    states = live.figure.axes[0].get_lines()[0].get_ydata()
    assert states[0] == 0.8
    np.testing.assert_allclose(states[1:], np.tanh(0.5 * states[:-1]))


@pytest.mark.parametrize(
    ("w", "b", "s0", "title"),
    [
        (1.8, 0.0, 0.1, "It settles at 0.93"),
        (1.8, 0.0, 0.0, "It settles at 0.00"),
        (1.05, 0.0, 0.1, "s(25) = 0.26, still moving towards 0.37"),
        (-0.95, 0.0, 0.1, "s(25) = -0.03, still moving towards 0.00"),
        (-1.05, 0.0, 0.1, "s(25) = -0.26; in the end it flips between -0.37 and 0.37"),
        (-1.5, 0.5, 0.2, "It flips between -0.70 and 0.91"),
    ],
)
def test_the_cobweb_says_where_the_orbit_is_and_where_it_goes(w, b, s0, title):
    live = widgets.cobweb_explorer()
    live.render(w=w, b=b, s0=s0)
    assert live.figure.axes[0].get_title(loc="left") == title


@pytest.mark.parametrize("seed", range(40))
def test_where_the_cobweb_says_that_an_orbit_goes_is_where_it_goes(seed):
    rng = np.random.default_rng(seed)
    w, b, s0 = rng.uniform((-3, -1, -1), (3, 1, 1)).round(1)
    f = systems.tanh_map(w, b)
    said = said_of_the_end(f, systems.orbit(f, s0, 25))
    ends = {round(float(s), 2) for s in systems.orbit(f, s0, 4000)[-2:]}
    places = re.findall(r"-?\d+\.\d\d", re.split("at |towards|between", said)[-1])
    np.testing.assert_allclose(sorted(map(float, places)), sorted(ends), atol=0.011)


@pytest.mark.parametrize("name", READY_MADE)
def test_a_play_computes_each_node_after_all_that_it_reads(name):
    play = unfold.Play.of(READY_MADE[name](), 3, None, None)
    for node in play.graph.nodes:
        for read in node.arguments:
            if play.graph[read].operation:
                assert play.turn[read] <= play.turn[node.key]
    assert {play.turn[node.key] for node in play.visible} == set(range(1, play.n_turns + 1))


@pytest.mark.parametrize(
    ("name", "turns"),
    [("elman", 5), ("bidirectional", 5), ("sequence to sequence", 10), ("LSTM", 5)],
)
def test_steps_that_wait_for_each_other_have_turns_of_their_own(name, turns):
    assert unfold.Play.of(READY_MADE[name](), 5, None, None).n_turns == turns


def test_with_teacher_forcing_no_step_waits_for_another():
    forced = READY_MADE["jordan"](teacher_forcing=True)
    assert unfold.Play.of(forced, 5, None, None).n_turns == 1


def drawn_texts(live):
    return [text.get_text() for text in live.figure.axes[0].texts]


def test_a_circuit_unrolls_then_computes_then_sends_gradients_back():
    live = widgets.unfold_explorer(elman(), T=3)

    def nodes():
        outlines = [c for c in live.figure.axes[0].collections if c.get_gid() == "nodes"]
        return len(outlines[0].get_paths())

    live.render(stage=1)
    assert nodes() == 6  # h(0), and a step of x, h, o, y, L
    live.render(stage=3)
    assert nodes() == 16
    live.render(stage=4)
    before = sum("0." in text for text in drawn_texts(live))
    live.render(stage=6)
    assert sum("0." in text for text in drawn_texts(live)) > before
    live.render(stage=9)
    assert any("gradients" in text for text in drawn_texts(live))


def test_the_gradients_added_up_at_the_end_of_the_play_are_the_folded_ones():
    play = unfold.Play.of(elman(), 4, None, None)
    live = widgets.unfold_explorer(elman(), T=4)
    live.render(stage=play.n_stages)
    folded = play.gradients.fold()
    for name in "UWV":
        assert f"d{name} = {folded[name].item():.3f}".replace("-", "−") in live.sentence


def test_own_numbers_are_the_ones_that_flow():
    params = {"U": [[1.0]], "W": [[0.0]], "b": [0.0], "V": [[1.0]], "c": [0.0]}
    inputs = {"x": np.full((8, 1, 1), 0.5), "y": np.zeros((8, 1, 1))}
    live = widgets.unfold_explorer(elman(), params=params, inputs=inputs, T=1)
    live.render(stage=2)
    assert f"h(1) = {np.tanh(0.5):.3f}" in live.sentence


def test_weights_that_are_not_numbers_are_explained():
    params = {"U": [[np.nan]], "W": [[0.5]], "b": [0.0], "V": [[1.0]], "c": [0.0]}
    live = widgets.unfold_explorer(elman(), params=params)
    assert live.sentence == "No picture: U holds NaN."


def test_a_circuit_that_cannot_be_unfolded_is_explained():
    def no_delay():
        return Circuit([Node("h", "state", "n", tanh, "h(t)")])

    live = widgets.unfold_explorer(no_delay)
    assert "cannot be unfolded: its delay is 0" in live.sentence


def bars(ax):
    return [[bar.get_height() for bar in container] for container in ax.containers]


@pytest.mark.parametrize("losses", backprop.LOSSES)
def test_direct_and_future_gradients_add_up_to_the_total_one_of_finite_differences(losses):
    live = widgets.bptt_explorer()
    T, w = 5, 1.3
    live.render(T=T, w=w, back=T - 1, losses=losses)
    left, right = live.figure.axes
    direct, future = map(np.array, bars(left))
    total = next(line for line in left.lines if line.get_label() == "δ(t)").get_ydata()
    np.testing.assert_allclose(direct + future, total)

    def loss(w):
        h, value = 0.5, 0.0
        for t in range(1, T + 1):
            h = np.tanh(w * h + backprop.X[t - 1])
            if losses == "every step" or t == T:
                value += (h - backprop.Y[t - 1]) ** 2 / 2
        return value

    slope = (loss(w + 1e-6) - loss(w - 1e-6)) / 2e-6
    np.testing.assert_allclose(np.sum(bars(right)[0]), slope, rtol=1e-8)


def test_only_the_steps_gone_back_so_far_are_shown():
    live = widgets.bptt_explorer()
    live.render(T=6, back=2)
    assert [len(container) for container in live.figure.axes[0].containers] == [3, 3]


def test_the_truncation_bias_is_none_when_the_window_holds_the_whole_run():
    for k1 in (1, 2, 4):
        bias = backprop.truncation_biases(k1, 0.8)
        assert bias[-1] == 0
        assert len(bias) == backprop.LENGTH - k1 + 1
        assert bias[0] > 0.1


def test_a_window_longer_than_k1_allows_is_explained():
    live = widgets.truncation_explorer()
    live.render(k1=3, k2=2)
    assert "1 ≤ k1 ≤ k2" in live.sentence


@pytest.mark.parametrize("schedule", ["sqrt", "binomial"])
def test_the_order_of_work_reverses_every_step_once_from_the_last_to_the_first(schedule):
    live = widgets.checkpointing_explorer()
    live.render(T=20, slots=4, schedule=schedule)
    backward = next(
        c for c in live.figure.axes[0].collections if c.get_label() == "run, kept, walked back"
    )
    pieces = [(a[0], b[0]) for a, b in backward.get_segments() if a[0] != b[0]]
    assert pieces[0][1] == 20 and pieces[-1][0] == 0
    assert all(later[1] == earlier[0] for earlier, later in itertools.pairwise(pieces))


def test_the_heat_map_of_the_flow_has_the_product_of_all_slopes_in_its_corner():
    J = np.random.default_rng(0).normal(size=(4, 3, 3))
    norms = flow.jacobian_norms_between(J)
    np.testing.assert_allclose(norms[4, 0], np.linalg.norm(J[3] @ J[2] @ J[1] @ J[0], 2))
    np.testing.assert_allclose(norms[3, 1], np.linalg.norm(J[2] @ J[1], 2))
    np.testing.assert_allclose(np.diag(norms), 1)
    assert np.isnan(norms[1, 2])


def test_the_gradient_at_the_wall_is_that_of_finite_differences():
    for w, b in ((4.0, -1.0), (5.2, -2.4)):
        here, step = flow.wall(w, b), 1e-6
        dw = (flow.wall(w + step, b).loss - flow.wall(w - step, b).loss) / (2 * step)
        db = (flow.wall(w, b + step).loss - flow.wall(w, b - step).loss) / (2 * step)
        np.testing.assert_allclose((here.dw, here.db), (dw, db), rtol=1e-5)


def test_there_is_a_wall():
    norms = [flow.wall(w, b).norm for w in flow.GRID_W for b in flow.GRID_B]
    assert max(norms) > 100 * np.median(norms)


def test_a_clipped_step_is_no_longer_than_the_threshold_allows():
    path = flow.descend(5.0, -2.2, updates=60, largest=0.1, rate=0.5)
    assert np.linalg.norm(np.diff(path, axis=0), axis=1).max() <= 0.05 + 1e-12


def test_the_memory_of_the_lstm_is_what_its_gates_make_of_it():
    live = widgets.gates_explorer()
    live.render()
    left, right = live.figure.axes
    i, f, _ = (line.get_ydata() for line in left.lines[:3])
    m = right.lines[0].get_ydata()
    quiet = [t for t in range(1, gates.LENGTH + 1) if t not in gates.WRITE]
    np.testing.assert_allclose([m[t] for t in quiet], [f[t - 1] * m[t - 1] for t in quiet])
    assert all(i[t - 1] > 0.9 for t in gates.WRITE)
    assert f[gates.ERASE - 1] < 0.01


@pytest.mark.parametrize("T", [1, 2, 3, 8, 13, 16])
def test_scan_and_loop_take_everything_in_and_the_scan_in_as_many_levels_as_the_librarys(T):
    for pairs in (scan.scan_pairs(T), scan.chain_pairs(T)):
        reach = {t: {t} for t in range(1, T + 1)}
        for level in pairs:
            reach |= {into: reach[into] | reach[source] for source, into in level}
        assert all(reach[t] == set(range(1, t + 1)) for t in reach)
    assert len(scan.scan_pairs(T)) == associative_scan(np.ones(T), np.ones(T)).levels


def test_a_text_is_shown_on_the_states_that_belong_to_it():
    h = np.linspace(-1, 1, 8).reshape(4, 2)
    live = widgets.text_explorer("abab", h)
    live.render(unit=2, t=3)
    curve = live.figure.axes[1].get_lines()[0].get_ydata()
    np.testing.assert_array_equal(curve, h[:, 1])
    assert "Unit 2 of 2 is 0.43 after reading 'a', character 3" in live.sentence


def test_states_that_are_missing_or_no_numbers_are_explained():
    for h in (np.zeros((3, 2)), np.full((4, 2), np.nan)):
        assert widgets.text_explorer("abab", h).sentence.startswith("No picture: h must be")
    with pytest.raises(ValueError, match="both or neither"):
        widgets.text_explorer("abab")
