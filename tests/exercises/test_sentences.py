"""What the chapters share: each sentence is written once, and no chapter uses another's files."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from rnnlib.exercises import chapters
from rnnlib.exercises.chapters import sentences as shared
from tests.repository.test_repository import MODULES, ours

CHAPTERS = Path(chapters.__file__).parent
OF_A_CHAPTER = [module for module, path in MODULES.items() if path.parent.parent == CHAPTERS]
SHORT = 40  # fewer characters than that are a phrase, a shape or a key


def sentences(path: Path) -> set[str]:
    """The texts of a file, docstrings aside, with the pieces of each put together."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
    }
    return {text for text in texts if len(text) >= SHORT and " " in text}


def test_no_sentence_stands_in_two_files():
    places = defaultdict(set)
    for path in CHAPTERS.rglob("*.py"):
        for sentence in sentences(path):
            places[sentence].add(path.relative_to(CHAPTERS).as_posix())
    assert len(places) > len(OF_A_CHAPTER)  # they have been found
    assert {text: files for text, files in places.items() if len(files) > 1} == {}


def test_each_shared_sentence_is_used_by_two_files_or_more():
    users = defaultdict(set)
    for module in OF_A_CHAPTER:
        for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == shared.__name__:
                for alias in node.names:
                    users[alias.name].add(module)
    written = {name for name in vars(shared) if name.isupper()}
    assert {name for name, modules in users.items() if len(modules) > 1} == written


@pytest.mark.parametrize("module", OF_A_CHAPTER)
def test_a_chapter_imports_itself_and_what_all_chapters_share(module):
    # These are the files by whose text `judge.version` names a lesson's results.
    own = MODULES[module].parent
    folders = {MODULES[other].parent for other in ours(module)}
    assert folders <= {own, CHAPTERS, CHAPTERS.parent}
