"""From a lesson's text to its notebooks and to the course map; what is stale, what is wrong."""

from rnnlib.authoring import home
from rnnlib.authoring.builder import Report, Stale, build, check
from rnnlib.authoring.counts import uncounted
from rnnlib.authoring.course_map import unsettled
from rnnlib.lessons import AuthoringError

__all__ = ["AuthoringError", "Report", "Stale", "build", "check", "home", "uncounted", "unsettled"]
