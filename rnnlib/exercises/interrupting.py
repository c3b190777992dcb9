"""Stop an answer that does not return within a given time.

POSIX: an alarm signal. Windows, or a thread other than the main one: an exception raised in that
thread. In a browser neither exists, so each line is traced. None of these can stop a loop in native
code (one NumPy call that takes minutes) before the call returns.
"""

import contextlib
import ctypes
import signal
import sys
import threading
import time
from collections.abc import Iterator

SECONDS = 20.0  # for all cases of one check together
AGAIN = 0.5  # seconds until the exception is raised again, in case the answer has caught it


class TookTooLong(BaseException):
    """Raised inside the answer. Not an Exception, so that `except Exception` does not catch it."""


@contextlib.contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Raise TookTooLong in the body if it takes longer."""
    if sys.platform == "emscripten":
        way = _traced
    elif hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        way = _alarmed
    else:
        way = _thrown
    with way(seconds):
        yield


@contextlib.contextmanager
def _alarmed(seconds: float) -> Iterator[None]:
    """With SIGALRM; an alarm that somebody else has set is restored afterward."""

    def stop(signum, frame):
        raise TookTooLong

    started = time.monotonic()
    handler = signal.signal(signal.SIGALRM, stop)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:
            remaining = max(left - (time.monotonic() - started), 1e-3)
            signal.setitimer(signal.ITIMER_REAL, remaining, interval)


@contextlib.contextmanager
def _thrown(seconds: float) -> Iterator[None]:
    """With an asynchronous exception, from a second thread."""
    thread, over, lock = threading.get_ident(), threading.Event(), threading.Lock()

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    _throw(thread, TookTooLong)
            wait = AGAIN

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with lock:
            over.set()
            _throw(thread, None)


def _throw(thread: int, exception: type[BaseException] | None) -> None:
    """Raise an exception in a thread; None cancels one that is pending."""
    what = ctypes.py_object(exception) if exception else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)


@contextlib.contextmanager
def _traced(seconds: float) -> Iterator[None]:
    """By checking the clock before each line."""
    end, before = time.monotonic() + seconds, sys.gettrace()

    def trace(frame, event, argument):
        if frame.f_code.co_filename in (__file__, contextlib.__file__):
            return None
        frame.f_trace_opcodes = True  # a loop of one line has no line events
        if time.monotonic() > end:
            raise TookTooLong
        return trace

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
