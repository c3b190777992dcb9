"""Python's own parser, one thread at a time.

In Python 3.11, making a syntax tree in two threads at once can end in a SystemError
(https://github.com/python/cpython/issues/106905). The grader's threads do: what they call holds
this lock around `ast.parse`, `ast.literal_eval` and the compiling of trees.
"""

import threading

one_parser = threading.RLock()
