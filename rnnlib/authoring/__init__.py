"""Builds notebooks and the course map from lessons' sources, and finds stale files and errors."""

from rnnlib.authoring import home
from rnnlib.authoring.builder import Report, Stale, build, check
from rnnlib.authoring.counts import uncounted
from rnnlib.authoring.course_map import unsettled
from rnnlib.lessons import AuthoringError

__all__ = ["AuthoringError", "Report", "Stale", "build", "check", "home", "uncounted", "unsettled"]
