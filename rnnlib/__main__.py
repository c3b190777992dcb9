"""The command line: `rnnlib lab` and the other commands. Imports are local to each command."""

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

# The modules that each extra other than `course` installs, to name the extra when one is missing.
BRINGS = {
    "teach": ("jupytext", "yaml", "nbformat", "nbconvert", "nbclient", "markdown_it"),
    "grading": ("distributed",),
    "torch": ("torch",),
    "dev": ("hypothesis", "pytest", "playwright"),
}


class Commands(click.Group):
    """A group whose commands report an expected error as one line on stderr."""

    def invoke(self, ctx: click.Context) -> object:
        from rnnlib.app.lab import LabError
        from rnnlib.lessons import AuthoringError
        from rnnlib.workcopy.refreshing import WorkCopyError

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
    """The message for a missing module, with the command that installs it."""
    from rnnlib.places import install_command

    name = module.split(".")[0]
    extra = next((extra for extra, brings in BRINGS.items() if name in brings), "course")
    return f"{name} is not installed; run: {install_command(extra)}"


work_option = click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    help="The working copy; by default $RNNLIB_WORK, the one you are in, or ./my-course.",
)


def _in_checkout(command: str) -> None:
    """Raise ClickException for a command that needs a clone when rnnlib is an installed package."""
    from rnnlib.places import IN_CHECKOUT

    if not IN_CHECKOUT:
        raise click.ClickException(
            f"{command} needs a clone of the repository, but rnnlib is installed as a package"
        )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="rnnlib")
def main() -> None:
    """Recurrent networks, unrolled: open the course, check it, build it, and grade it."""
    from rnnlib.app.console import print_anything

    print_anything()


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Use exactly this port.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@work_option
@click.argument("extra", nargs=-1, type=click.UNPROCESSED, metavar="[-- JUPYTERLAB OPTION...]")
def lab(port: int | None, no_browser: bool, work: Path | None, extra: tuple[str, ...]) -> None:
    """Open the course in JupyterLab.

    You work in a copy of the course. It is created the first time and updated on every start: what
    you wrote is kept, and everything else is replaced by the newest version.
    """
    from rnnlib import places
    from rnnlib.app import lab
    from rnnlib.workcopy import refreshing

    lab.check(port)
    folder = _work(work)
    for line in refreshing.refresh(places.COURSE, folder):
        click.echo(line)
    lesson = lab.next_lesson(folder)
    lab.start(lab.arguments(folder, lesson, port=port, browser=not no_browser, extra=extra))


@main.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def work(folder: Path | None) -> None:
    """Create a working copy of the course in FOLDER, or update it, without opening it.

    `rnnlib lab` does this first. Use it on a hub, or with another editor.
    """
    from rnnlib import places
    from rnnlib.workcopy import refreshing

    for line in refreshing.refresh(places.COURSE, _work(folder)):
        click.echo(line)


@main.command()
@work_option
def doctor(work: Path | None) -> None:
    """Check the installation and say how to fix what is missing."""
    from rnnlib.app.doctor import examine

    well = True
    for finding in examine(_work(work)):
        click.echo(finding)
        well = well and (finding.state == "OK" or not finding.needed)
    if not well:
        raise click.ClickException("something the course needs is missing or broken")
    click.echo("The course can be used.")


@main.command()
@click.option("--check", is_flag=True, help="Build nothing; list what is stale, and exit 1 if any.")
@click.option("--force", is_flag=True, help="Execute the lessons even if their code is unchanged.")
@click.option(
    "--instructor",
    is_flag=True,
    help="Also write the notebooks to teach from (all cells, with slide types) to build/.",
)
@click.option(
    "--home",
    metavar="URL",
    help="The address of the published site: from now on, lessons install rnnlib from there where "
    'it is missing, and link to Colab and Binder. "" removes this again.',
)
@click.argument("lessons", nargs=-1, metavar="[LESSON...]")
def build(
    check: bool, force: bool, instructor: bool, home: str | None, lessons: tuple[str, ...]
) -> None:
    """Build the notebooks from the lesson sources in solutions/."""
    _in_checkout("rnnlib build")
    from rnnlib import authoring

    if home is not None:
        if check:
            raise click.UsageError("--home sets the address for a build; --check uses the one set")
        try:
            authoring.home.keep(home or None)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--home") from error
        click.echo(authoring.home.summary(authoring.home.kept()))
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
    help="Exit 1 if a proof holds for fewer than 19 of 20 seeds, or also holds for its rival.",
)
def replicate(lesson: str, seeds: int, first: int, processes: int | None, strict: bool) -> None:
    """Run a lesson with other seeds and count how often each of its proofs holds.

    The counts for seeds 101 to 120 are saved for the course map. Proofs that also hold when their
    subject is replaced, by its rival or by altered numbers, are listed.
    """
    _in_checkout("rnnlib replicate")
    from rnnlib.authoring.replicate import find_lesson, replicate

    found = replicate(find_lesson(lesson), seeds, first, processes)
    click.echo(found)
    if kept := found.keep():
        click.echo(f"Saved in {kept.parent.name}/{kept.name}; rnnlib build puts it on the map.")
    else:
        click.echo("Not saved: the course map uses seeds 101 to 120.")
    if strict and found.faults:
        raise click.ClickException("; ".join(found.faults))


@main.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--seeds", type=click.IntRange(1), default=200, show_default=True)
@click.option("--processes", type=click.IntRange(1), help="By default one per core.")
def survivors(ids: tuple[str, ...], seeds: int, processes: int | None) -> None:
    """Try every known wrong answer on many seeds, and list those that pass.

    The results are saved in tests/exercises/survivors.json.
    """
    _in_checkout("rnnlib survivors")
    from rnnlib.authoring.survivors import FILE, keep, survivors
    from rnnlib.exercises.registry import exercises

    if unknown := [id for id in ids if id not in exercises()]:
        raise click.BadParameter(f"no exercise {', '.join(unknown)}")
    found = survivors(list(ids or exercises()), seeds, processes)
    for id, entry in found.items():
        click.echo(f"{id}: {entry.tried} tried, {len(entry.alike)} equivalent to the reference")
        for name, lucky in entry.survivors.items():
            click.echo(f"  {name} passes with {len(lucky)} of {seeds} seeds")
    keep(found)
    click.echo(f"Saved in {FILE}.")


@main.command()
@click.argument("lesson", metavar="NN")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The folder for the slides."
)
def slides(lesson: str, out: Path) -> None:
    """Make the slides for a lesson; they work offline.

    Open index.html in a browser. The space bar advances; the S key opens the speaker notes.
    """
    from rnnlib.slides import make_deck

    count = make_deck(lesson, out)
    click.echo(f"{count} slides. Open {out / 'index.html'}; the S key opens the speaker notes.")


@main.command()
@click.argument("lesson", metavar="NN")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The folder for the page."
)
def handout(lesson: str, out: Path) -> None:
    """Make a printable page for a lesson: formulas, summary, questions, exercises, notes.

    It works offline; one folder can hold the pages of several lessons.
    """
    from rnnlib.slides.handout import make_handout

    click.echo(f"Open {make_handout(lesson, out)} and print it, on A4 or US Letter.")


@main.command()
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="The folder for the site."
)
@click.option(
    "--pyodide",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with the compiled wheels of the Pyodide distribution; by default downloaded.",
)
@click.option("--try", "trial", is_flag=True, help="Run the site's lessons in Chromium.")
@click.option(
    "--screenshots",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="With --try: save a screenshot of each lesson in this folder.",
)
@click.argument("lessons", nargs=-1, metavar="[NN]...")
def site(
    out: Path | None,
    pyodide: Path | None,
    trial: bool,
    screenshots: Path | None,
    lessons: tuple[str, ...],
) -> None:
    """Build the course's website: static files, with notebooks that run in the browser.

    With --try, the lessons NN (by default all) are then run in a headless Chromium that can reach
    only the site; the exit code is 1 if a lesson fails. Without --out, the site is built for this
    trial only.
    """
    _in_checkout("rnnlib site")
    import tempfile

    from rnnlib.site import building

    if not trial:
        if out is None:
            raise click.UsageError("name a folder for the site: --out DIR")
        if lessons or screenshots:
            raise click.UsageError("lessons and --screenshots need --try")
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
    """Show which exercises are done and which one is next."""
    from rnnlib.exercises import progress

    _work(work)
    click.echo(progress(all=True))


def _seconds(ctx: click.Context, option: click.Parameter, value: float) -> float:
    """A time limit: positive and finite, else BadParameter."""
    if not 0 < value < math.inf:
        raise click.BadParameter(f"must be a positive, finite number of seconds, not {value:g}")
    return value


@main.command()
@click.argument("submissions", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--lesson", required=True, metavar="NN", help="The lesson's number, such as 04.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The results folder, with a subfolder per lesson; a second run grades only what is new.",
)
@click.option(
    "--layout",
    type=click.Choice(("auto", *LAYOUTS)),
    default="auto",
    show_default=True,
    help="One notebook per student, one folder per student, or another program's export.",
)
@click.option(
    "--attempt",
    type=click.Choice(ATTEMPTS),
    default="last",
    show_default=True,
    help="Which of several on-time attempts counts; late ones count only if there are no others.",
)
@click.option(
    "--due",
    type=click.DateTime(("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")),
    help="Mark later submissions as late (nbgrader, Gradescope; Canvas marks its own). Local time.",
)
@click.option("--workers", type=click.IntRange(1), help="By default one per core.")
@click.option("--dask", metavar="ADDRESS", help="Grade on the workers of a Dask scheduler.")
@click.option("--seed", help="The private seed; by default one is generated and saved.")
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
    help="Write Gradescope's results.json here; there must be exactly one submission.",
)
@click.option(
    "--again",
    type=click.Choice(["timeout"]),
    help="Re-grade submissions that timed out; the better result counts.",
)
@click.option("--names", is_flag=True, help="Show student names in report.html; keep it private.")
@click.option("--unsafe", is_flag=True, help="Grade without a sandbox; every result says so.")
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
    """Grade the notebooks in a folder, each in its own sandbox."""
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
        if not unsafe:
            walls.require_private(submissions, out)
        due = due.astimezone() if due else None
        handed_in = collect(submissions, out, lesson=lesson, layout=layout, due=due)
    except (ValueError, walls.NoSandbox) as error:
        raise click.ClickException(str(error)) from error
    if not (handed_in.submissions or gradescope):
        there = f"only {len(handed_in.others)} other files" if handed_in.others else "it is empty"
        raise click.ClickException(f"{submissions}: no notebooks found; {there}")
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
                f"are in {store.folder}. Run the same command again to grade the rest.",
                err=True,
            )
            raise SystemExit(130) from None
        found = keeping.found(handed_in.submissions, results, attempt, store, unsafe=unsafe)
        try:
            kept = keeping.keep(out, lesson, found, named=names)
        except BadTable as error:  # in a file that a person wrote; what was graded is kept
            raise click.ClickException(str(error)) from error
    if gradescope:
        one = exports.only_notebook({e.student: e.result for e in kept.entries}, lesson)
        gradescope.write_text(exports.gradescope(one), encoding="utf-8")
    for line in keeping.closing(kept, handed_in, out / lesson):
        click.echo(line)
    if failed := keeping.failures(kept.entries):
        for line in failed:
            click.echo(line, err=True)
        raise click.ClickException("these could not be graded; run the same command to try again")


@main.command()
@click.argument("results", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file: id, name, and optionally pattern, lms, email. By default RESULTS/roster.csv.",
)
@click.option(
    "--adjustments",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CSV file of points awarded by hand: who, exercise, points, reason. By default "
    "RESULTS/adjustments.csv.",
)
@click.option(
    "--lms",
    type=click.Choice(["canvas", "moodle", "nbgrader"]),
    multiple=True,
    help="Also write the files that this program imports, to RESULTS/lms/.",
)
def gradebook(
    results: Path, roster: Path | None, adjustments: Path | None, lms: tuple[str, ...]
) -> None:
    """Make one table of all graded lessons, including points awarded by hand."""
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
@click.option("--name", help="Only this student: the name in scores.csv, or an id.")
@click.option(
    "--questions",
    type=click.IntRange(1, 10),
    default=3,
    show_default=True,
    help="Number of questions per student, at most.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the pages and the keys; by default RESULTS/NN/viva.",
)
@click.option("--workers", type=click.IntRange(1), help="By default one per core.")
@click.option("--unsafe", is_flag=True, help="Run without a sandbox.")
def viva(
    results: Path,
    lesson: str,
    name: str | None,
    questions: int,
    out: Path | None,
    workers: int | None,
    unsafe: bool,
) -> None:
    """Write questions for each student about their own accepted code, with answer keys.

    One expression in the code is changed; the question is what the code returns then. A student
    gets the same questions on every run.
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
            walls.require_private(results, out or results)
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
    click.echo(f"{some} of {len(made)} students have questions: {handed}. Answer keys: {keys}")
    for line in making.without(made):
        click.echo(line)


@main.command()
@click.argument("results", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("name")
@click.option("--lesson", metavar="NN", help="Only this lesson; by default all.")
def explain(results: Path, name: str, lesson: str | None) -> None:
    """Explain to the instructor how a student's points came about.

    NAME is the student's name in scores.csv, or an id from the submissions. Do not show the output
    to the student: its exceptions and code may reveal private cases.
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
@click.option("--all", "whole", is_flag=True, help="The whole course, ready to install.")
@click.option("--autograder", is_flag=True, help="Write the zip file for a Gradescope autograder.")
def release(lesson: str | None, out: Path, whole: bool, autograder: bool) -> None:
    """Make the handout for lesson NN, or for the whole course, without solutions."""
    from rnnlib.authoring import home, notebooks
    from rnnlib.exercises.registry import exercises
    from rnnlib.grading import release

    if (lesson is None) != whole or (whole and autograder):
        raise click.UsageError("name one lesson, such as 04, or use --all")
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
    text = notebooks.as_text(notebooks.student(source, exercises(), home.kept()))
    for path in release.hand_out(source, text, functions, out):
        click.echo(path)


@main.command()
@click.option("--quick", is_flag=True, help="Small sizes and few repetitions, just to see it run.")
@click.option("--threads", type=int, multiple=True, default=(1, 2), show_default=True)
def bench(quick: bool, threads: tuple[int, ...]) -> None:
    """Time the library against PyTorch and against bare matrix products."""
    from rnnlib.benchmarks.__main__ import main

    main(quick=quick, threads=threads)


@main.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the weights; by default the library's own.",
)
def pretrain(out: Path | None) -> None:
    """Train the two small networks used in the lessons and save their weights."""
    import rnnlib.one_thread  # noqa: F401  before numpy
    from rnnlib.training import pretrained

    if out is None:
        _in_checkout("rnnlib pretrain without --out")
    for line in pretrained.pretrain(out or pretrained.WEIGHTS):
        click.echo(line)


def _work(named: Path | None) -> Path:
    """The working copy to use; also set in RNNLIB_WORK, for the exercises here and in kernels."""
    from rnnlib import places

    folder = places.locate(named)
    os.environ["RNNLIB_WORK"] = str(folder)
    return folder


if __name__ == "__main__":
    main(prog_name="rnnlib")
