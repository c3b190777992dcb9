"""A browser and a JupyterLab for the tests in this folder."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from rnnlib.site.trial import BROWSERS
from tests.browser.driver import Lesson, Server

# --no-sandbox: a browser that root starts, as in a container, has none.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser():
    """Chromium. Without one these tests are skipped, unless RNNLIB_REQUIRE_BROWSER is set."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = f"the browser tests need Chromium: none of {', '.join(BROWSERS)} is on the PATH"
        if os.environ.get("RNNLIB_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server(browser, tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("jupyterlab"))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def open_lesson(browser, server):
    """open_lesson("01_slug.ipynb") opens a lesson of the working copy in a page of its own."""
    contexts = []

    def open_(name: str) -> Lesson:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        return Lesson(contexts[-1].new_page(), server, name)

    yield open_
    for context in contexts:
        context.close()
