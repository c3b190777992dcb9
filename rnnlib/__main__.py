"""The command line: `rnnlib lab`, and what serves it. Everything is imported where it is used."""

import math
import os
import sys
from datetime import datetime
from pathlib import Path

try:
    import click
except ImportError:
    from rnnlib.places import install_command

    sys.exit(f"rnnlib needs click; run: {install_command('course')}")

from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.submissions.attempts import ATTEMPTS
from rnnlib.grading.submissions.layouts import LAYOUTS

# The modules that an extra other than `course` brings, for those who have not installed it.
BRINGS = {
    "teach": ("jupytext", "yaml", "nbformat", "nbconvert", "nbclient", "markdown_it"),
    "grading": ("distributed",),
    "torch": ("torch",),
    "dev": ("hypothesis", "pytest", "playwright"),
}


class Commands(click.Group):
    """A group whose commands end with one line on stderr where something is wrong."""

    def invoke(self, ctx: click.Context) -> object:
        from rnnlib.app.lab import LabError
        from rnnlib.app.workcopy import WorkCopyError
        from rnnlib.lessons import AuthoringError

        try:
            return super().invoke(ctx)
        except (AuthoringError, LabError, WorkCopyError) as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.filename is None:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error
        except ModuleNotFoundError as error:
            raise click.ClickException(_missing(error.name or "a module")) from error


def _missing(module: str) -> str:
    """Which extra of rnnlib brings a module that is not there."""
    from rnnlib.places import install_command

    name = module.split(".")[0]
    extra = next((extra for extra, brings in BRINGS.items() if name in brings), "course")
    return f"{name} is not installed; run: {install_command(extra)}"


work_option = click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    help="The working copy; by default RNNLIB_WORK, the one you are in, or ./my-course.",
)


def _in_checkout(command: str) -> None:
    """Refuse a command that writes into the repository where there is none."""
    from rnnlib.places import IN_CHECKOUT

    if not IN_CHECKOUT:
        raise click.ClickException(
            f"{command} works in a clone of the repository, and rnnlib is installed as a package"
        )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rnnlib")
def main() -> None:
    """Recurrent networks, unrolled: open the course, and look after it."""
    from rnnlib.app.console import print_anything

    print_anything()


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Use this port and no other.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@work_option
@click.argument("extra", nargs=-1, type=click.UNPROCESSED, metavar="[-- JUPYTERLAB OPTION...]")
def lab(port: int | None, no_browser: bool, work: Path | None, extra: tuple[str, ...]) -> None:
    """Open the course in JupyterLab.

    You write in a working copy of the course. It is made the first time, and brought up to date
    on every start: what you wrote stays as it is, the rest becomes the newest version.
    """
    from rnnlib import places
    from rnnlib.app import lab, workcopy

    lab.check(port)
    folder = _work(work)
    for line in workcopy.refresh(places.COURSE, folder):
        click.echo(line)
    lesson = lab.next_lesson(folder)
    lab.start(lab.arguments(folder, lesson, port=port, browser=not no_browser, extra=extra))


@main.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def work(folder: Path | None) -> None:
    """Make a working copy of the course in FOLDER, or bring it up to date; starts nothing.

    This is what `rnnlib lab` does first: for a hub, or an editor of your own.
    """
    from rnnlib import places
    from rnnlib.app import workcopy

    for line in workcopy.refresh(places.COURSE, _work(folder)):
        click.echo(line)


@main.command()
@work_option
def doctor(work: Path | None) -> None:
    """Check the installation, and say how to fix what is missing."""
    from rnnlib.app.doctor import examine

    well = True
    for finding in examine(_work(work)):
        click.echo(finding)
        well = well and (finding.state == "OK" or not finding.needed)
    if not well:
        raise click.ClickException("something that the course needs is missing or broken")
    click.echo("The course can be used.")


@main.command()
@click.option("--check", is_flag=True, help="Build nothing; name what is stale and exit 1.")
@click.option("--force", is_flag=True, help="Execute the lessons even if their code is unchanged.")
@click.option(
    "--instructor",
    is_flag=True,
    help="Also write, to build/, the notebooks to teach from: all cells, and their slide types.",
)
@click.argument("lessons", nargs=-1, metavar="[LESSON...]")
def build(check: bool, force: bool, instructor: bool, lessons: tuple[str, ...]) -> None:
    """Build the notebooks from the lessons' texts in solutions/."""
    _in_checkout("rnnlib build")
    from rnnlib import authoring

    if check:
        stale = authoring.check()
        for item in [*stale, *authoring.uncounted()]:
            click.echo(item)
        if stale:
            raise click.ClickException(f"{len(stale)} stale; run: rnnlib build")
        click.echo("Everything is built.")
    else:
        for report in authoring.build(lessons or None, force=force, instructor=instructor):
            click.echo(report)
        for line in authoring.uncounted():
            click.echo(line)


@main.command()
@click.argument("lesson", metavar="NN")
@click.option("--seeds", type=click.IntRange(2), default=20, show_default=True, help="How many.")
@click.option(
    "--first", type=click.IntRange(0), default=101, show_default=True, help="The first seed."
)
@click.option("--processes", type=click.IntRange(1), help="By default one per core.")
@click.option(
    "--strict",
    is_flag=True,
    help="Exit 1 where a proof holds for fewer than 19 of 20, or with its rival.",
)
def replicate(lesson: str, seeds: int, first: int, processes: int | None, strict: bool) -> None:
    """Run a lesson with other seeds, and count how often each of its proofs holds.

    The counts of seeds 101 to 120 are kept for the course map. Proofs that hold as well with
    another value in their subject's place are named: its rival, or the same numbers altered.
    """
    _in_checkout("rnnlib replicate")
    from rnnlib.authoring.replicate import find_lesson, replicate

    found = replicate(find_lesson(lesson), seeds, first, processes)
    click.echo(found)
    if kept := found.keep():
        click.echo(f"Kept in {kept.parent.name}/{kept.name}; rnnlib build puts it on the map.")
    else:
        click.echo("Not kept: the course map takes seeds 101 to 120.")
    if strict and found.faults:
        raise click.ClickException("; ".join(found.faults))


@main.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--seeds", type=click.IntRange(1), default=200, show_default=True)
@click.option("--processes", type=click.IntRange(1), help="How many at once; as many as cores.")
def survivors(ids: tuple[str, ...], seeds: int, processes: int | None) -> None:
    """Try every wrong answer that is known on many seeds: does any of them pass?

    The outcome is kept beside the tests, in tests/exercises/survivors.json.
    """
    _in_checkout("rnnlib survivors")
    from rnnlib.authoring.survivors import FILE, keep, survivors
    from rnnlib.exercises.registry import exercises

    if unknown := [id for id in ids if id not in exercises()]:
        raise click.BadParameter(f"no exercise {', '.join(unknown)}")
    found = survivors(list(ids or exercises()), seeds, processes)
    for id, entry in found.items():
        click.echo(f"{id}: {entry.tried} tried, {len(entry.alike)} without a difference")
        for name, lucky in entry.survivors.items():
            click.echo(f"  {name} passes with {len(lucky)} of {seeds} seeds")
    keep(found)
    click.echo(f"Kept in {FILE}.")


@main.command()
@click.argument("lesson", metavar="NN")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The folder of the slides."
)
def slides(lesson: str, out: Path) -> None:
    """Make the slides of a lesson; they work without a network.

    Open index.html in a browser. The space bar goes on, the key s opens the speaker's notes.
    """
    from rnnlib.slides import make_deck

    count = make_deck(lesson, out)
    click.echo(f"{count} slides. Open {out / 'index.html'}; the key s shows the speaker's notes.")


@main.command()
@click.argument("lesson", metavar="NN")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The folder of the page."
)
def handout(lesson: str, out: Path) -> None:
    """Make a page to print from a lesson: formulas, summary, questions, exercises, notes.

    It works without a network; the folder may hold the pages of several lessons.
    """
    from rnnlib.slides.handout import make_handout

    click.echo(f"Open {make_handout(lesson, out)} and print it, on A4 or US Letter.")


@main.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="The folder of the site."
)
@click.option(
    "--pyodide",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with the compiled wheels of Pyodide's distribution; by default fetched.",
)
@click.option("--try", "trial", is_flag=True, help="Run the lessons of the site in Chromium.")
@click.option(
    "--screenshots",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With --try: keep a picture of each lesson in this folder.",
)
@click.argument("lessons", nargs=-1, metavar="[NN]...")
def site(
    out: Path | None,
    pyodide: Path | None,
    trial: bool,
    screenshots: Path | None,
    lessons: tuple[str, ...],
) -> None:
    """Make the course's site: static files, with the course to try in a browser.

    With --try the lessons NN (by default all) are then run in a headless Chromium that reaches
    nothing but the site; the command ends with 1 where a lesson fails. Without --out the site
    is made for the trial alone.
    """
    _in_checkout("rnnlib site")
    import tempfile

    from rnnlib.site import building

    if not trial:
        if out is None:
            raise click.UsageError("name the folder of the site: --out DIR")
        if lessons or screenshots:
            raise click.UsageError("lessons and --screenshots go with --try")
        building.make(out, pyodide=pyodide)
        click.echo(f"Serve {out} with any web server, for example: python -m http.server -d {out}")
        return
    from rnnlib.site.trial import attempt, find

    chosen, failed = find(lessons), 0
    with tempfile.TemporaryDirectory(prefix="rnnlib-") as folder:
        made = out or Path(folder, "site")
        building.make(made, pyodide=pyodide)
        for report in attempt(made, chosen, screenshots):
            click.echo(report)
            failed += report.failed
    if failed:
        raise click.ClickException(f"{failed} of {len(chosen)} lessons failed")


@main.command()
@work_option
def progress(work: Path | None) -> None:
    """Show which exercises are done, and which one is next."""
    from rnnlib.exercises import progress

    _work(work)
    click.echo(progress(all=True))


def _seconds(ctx: click.Context, option: click.Parameter, value: float) -> float:
    """A time limit: more than nothing, and an end."""
    if not 0 < value < math.inf:
        raise click.BadParameter(f"a number of seconds above 0 is needed, not {value:g}")
    return value


@main.command()
@click.argument("submissions", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--lesson", required=True, metavar="NN", help="The lesson's number, such as 04.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where results are kept, a folder a lesson; a second run grades only what is new.",
)
@click.option(
    "--layout",
    type=click.Choice(("auto", *LAYOUTS)),
    default="auto",
    show_default=True,
    help="One notebook a student, a folder a student, or what another program has exported.",
)
@click.option(
    "--attempt",
    type=click.Choice(ATTEMPTS),
    default="last",
    show_default=True,
    help="Of several attempts on time, which counts; late ones count where there are no others.",
)
@click.option(
    "--due",
    type=click.DateTime(("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")),
    help="What came later is late (nbgrader, Gradescope; Canvas says so itself). Local time.",
)
@click.option("--workers", type=click.IntRange(1), help="By default one per core.")
@click.option("--dask", metavar="ADDRESS", help="Grade on the workers of a Dask scheduler.")
@click.option("--seed", help="The private seed; by default one is made and kept in the results.")
@click.option(
    "--cell-seconds", type=float, default=Limits.cell, show_default=True, callback=_seconds
)
@click.option(
    "--seconds",
    type=float,
    default=Limits.submission,
    show_default=True,
    callback=_seconds,
    help="Per submission.",
)
@click.option(
    "--gradescope",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write Gradescope's results.json for the one submission that there is.",
)
@click.option(
    "--again",
    type=click.Choice(["timeout"]),
    help="Grade those again in which something took too long; the better result counts.",
)
@click.option("--names", is_flag=True, help="Name students in report.html; only for your eyes.")
@click.option("--unsafe", is_flag=True, help="Without a sandbox. Every result will say so.")
def grade(
    submissions: Path,
    lesson: str,
    out: Path,
    layout: str,
    attempt: str,
    due: datetime | None,
    workers: int | None,
    dask: str | None,
    seed: str | None,
    cell_seconds: float,
    seconds: float,
    gradescope: Path | None,
    again: str | None,
    names: bool,
    unsafe: bool,
) -> None:
    """Grade the notebooks in a folder, each in a sandbox of its own."""
    from collections import Counter

    from tqdm import tqdm

    from rnnlib import places
    from rnnlib.grading import executor, judge, keeping
    from rnnlib.grading.results import exports
    from rnnlib.grading.results.store import ResultStore
    from rnnlib.grading.results.tables import BadTable
    from rnnlib.grading.sandbox import walls
    from rnnlib.grading.submissions import attempts
    from rnnlib.grading.submissions.collecting import collect

    try:
        judge.of_lesson(lesson)
        if not (unsafe or dask):
            walls.require()
        due = due.astimezone() if due else None
        handed_in = collect(submissions, out, lesson=lesson, layout=layout, due=due)
    except (ValueError, walls.NoSandbox) as error:
        raise click.ClickException(str(error)) from error
    if not (handed_in.submissions or gradescope):
        there = f"{len(handed_in.others)} other files" if handed_in.others else "nothing"
        raise click.ClickException(f"{submissions}: no notebook was found, but {there}")
    if earlier := keeping.earlier_layout(out):
        click.echo(earlier)
    wanted = attempts.to_grade(handed_in.submissions, attempt)
    limits = Limits(cell=cell_seconds, submission=seconds)
    counts = Counter()
    with places.for_owner_only():
        store = ResultStore(
            out, lesson, judge.version(lesson), seed=seed, unsafe=unsafe, again=again is not None
        )
        try:
            with (
                executor.dask(dask) if dask else executor.threads(workers) as pool,
                tqdm(total=len(wanted), unit="submission", disable=None) as bar,
            ):

                def graded(submission, result) -> None:
                    counts[result.status] += 1
                    bar.set_postfix(counts, refresh=False)
                    bar.update()

                results = executor.grade_class(
                    wanted, lesson, store, pool, limits, unsafe=unsafe, graded=graded
                )
        except KeyboardInterrupt:
            click.echo(
                f"Stopped. {counts.total()} of {len(wanted)} submissions are graded; their results "
                f"are kept in {store.folder}. The same command goes on with the rest.",
                err=True,
            )
            raise SystemExit(130) from None
        found = keeping.found(handed_in.submissions, results, attempt, store, unsafe=unsafe)
        try:
            kept = keeping.keep(out, lesson, found, named=names)
        except BadTable as error:  # a person's; what was graded is kept
            raise click.ClickException(str(error)) from error
    if gradescope:
        one = exports.only_notebook({e.student: e.result for e in kept.entries}, lesson)
        gradescope.write_text(exports.gradescope(one), encoding="utf-8")
    for line in keeping.closing(kept, handed_in, out / lesson):
        click.echo(line)
    if failed := keeping.failures(kept.entries):
        for line in failed:
            click.echo(line, err=True)
        raise click.ClickException("these could not be graded; the same command tries them again")


@main.command()
@click.argument("results", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file: id, name, and pattern, lms or email. By default RESULTS/roster.csv.",
)
@click.option(
    "--adjustments",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file of points given by hand: who, exercise, points, reason. By default "
    "RESULTS/adjustments.csv.",
)
@click.option(
    "--lms",
    type=click.Choice(["canvas", "moodle", "nbgrader"]),
    multiple=True,
    help="Also write what this program imports, to RESULTS/lms/.",
)
def gradebook(
    results: Path, roster: Path | None, adjustments: Path | None, lms: tuple[str, ...]
) -> None:
    """Make one table over all graded lessons, with the points that were given by hand."""
    from rnnlib import places
    from rnnlib.grading.results import gradebook, lms_files

    try:
        book = gradebook.read(results, roster, adjustments)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    with places.for_owner_only():
        path = gradebook.write(results, book)
        told = [line for program in lms for line in lms_files.write(results, book, program)]
    click.echo(f"{len(book.everyone)} students, lessons {', '.join(book.lessons)}. See {path}")
    for line in told:
        click.echo(line)


@main.command()
@click.argument("results", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--lesson", required=True, metavar="NN", help="The lesson's number, such as 04.")
@click.option("--name", help="Only this student: as scores.csv has the name, or an id.")
@click.option(
    "--questions",
    type=click.IntRange(1, 10),
    default=3,
    show_default=True,
    help="For each student; fewer where there are no more.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the pages and the keys; by default RESULTS/NN/viva.",
)
@click.option("--workers", type=click.IntRange(1), help="By default one per core.")
@click.option("--unsafe", is_flag=True, help="Without a sandbox.")
def viva(
    results: Path,
    lesson: str,
    name: str | None,
    questions: int,
    out: Path | None,
    workers: int | None,
    unsafe: bool,
) -> None:
    """Write questions to each student about their own accepted code, and the keys.

    One expression of the code is changed, and the question is what it then returns. What is asked
    of a student is the same at every run.
    """
    from tqdm import tqdm

    from rnnlib import places
    from rnnlib.grading import executor
    from rnnlib.grading.results.store import private_seed
    from rnnlib.grading.sandbox import walls
    from rnnlib.grading.viva import making, pages

    try:
        everyone, asked = making.graded(results, lesson, name)
        if not unsafe:
            walls.require()
    except (ValueError, walls.NoSandbox) as error:
        raise click.ClickException(str(error)) from error
    with places.for_owner_only():
        seed = private_seed(results)
    with (
        executor.threads(workers) as pool,
        tqdm(total=len(asked), unit="student", disable=None) as bar,
    ):
        made = making.of_class(asked, lesson, seed, questions, pool, unsafe=unsafe, done=bar.update)
    with places.for_owner_only():
        students = [entry.student for entry in everyone]
        folder = out or results / lesson / "viva"
        keys, handed = pages.write(folder, lesson, made, students, name and asked[0].student)
    some = sum(bool(each.questions) for each in made)
    click.echo(f"{some} of {len(made)} students have questions: {handed}. Keys: {keys}")
    for line in making.without(made):
        click.echo(line)


@main.command()
@click.argument("results", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("name")
@click.option("--lesson", metavar="NN", help="Only this one; by default all that there are.")
def explain(results: Path, name: str, lesson: str | None) -> None:
    """Say, to the teacher, why a student has these points.

    NAME is the student's, as scores.csv has it, or an id that the layout gave. What it shows of
    exceptions and code is not for the student: private cases may be in it.
    """
    from rnnlib.grading.results import explanation

    try:
        found = explanation.find(results, name, lesson)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    for place, (of, entry) in enumerate(found):
        click.echo("\n" if place else "", nl=False)
        click.echo("\n".join(explanation.explain(of, entry)))


@main.command()
@click.argument("lesson", metavar="NN", required=False)
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder."
)
@click.option("--all", "whole", is_flag=True, help="The whole course, to be installed from there.")
@click.option("--autograder", is_flag=True, help="Write the zip file of a Gradescope autograder.")
def release(lesson: str | None, out: Path, whole: bool, autograder: bool) -> None:
    """Make the hand-out of lesson NN, or of the whole course, without solutions."""
    from rnnlib.authoring import notebooks
    from rnnlib.exercises.registry import exercises
    from rnnlib.grading import release

    if (lesson is None) != whole or (whole and autograder):
        raise click.UsageError("name one lesson, such as 04, or say --all")
    if lesson is None:
        try:
            release.course(out)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        click.echo(out)
        return
    source = release.find(lesson)
    if autograder:
        path = out / f"{source.name}_autograder.zip"
        release.autograder(source, path)
        click.echo(path)
        return
    functions = [e.function for e in exercises().values() if e.id.startswith(f"{lesson}.")]
    text = notebooks.as_text(notebooks.student(source, exercises()))
    for path in release.hand_out(source, text, functions, out):
        click.echo(path)


@main.command()
@click.option("--quick", is_flag=True, help="Small sizes and few repetitions: only to see it run.")
@click.option("--threads", type=int, multiple=True, default=(1, 2), show_default=True)
def bench(quick: bool, threads: tuple[int, ...]) -> None:
    """Time the library against PyTorch and against bare matrix products."""
    from rnnlib.benchmarks.__main__ import main

    main(quick=quick, threads=threads)


@main.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the weights; by default the library's own.",
)
def pretrain(out: Path | None) -> None:
    """Train the two small networks that the lessons show, and write their weights."""
    import rnnlib.one_thread  # noqa: F401  before numpy
    from rnnlib.training import pretrained

    if out is None:
        _in_checkout("rnnlib pretrain without --out")
    for line in pretrained.pretrain(out or pretrained.WEIGHTS):
        click.echo(line)


def _work(named: Path | None) -> Path:
    """The working copy to use; the exercises learn of it too, here and in JupyterLab's kernels."""
    from rnnlib import places

    folder = places.locate(named)
    os.environ["RNNLIB_WORK"] = str(folder)
    return folder


if __name__ == "__main__":
    main(prog_name="rnnlib")
