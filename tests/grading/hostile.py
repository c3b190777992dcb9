"""The hostile class: what students hand in by accident or design, and what it is worth.

Each entry says what is expected beside it; `crafted` makes the files.
"""

import json

from rnnlib.exercises.registry import exercises
from tests.exercises.answers import ch01
from tests.grading.builders import answered, code_cell, handed_out, labelled, notebook
from tests.grading.crafted import (
    FULL,
    LESSON,
    RIGHT,
    Expected,
    after,
    after_nothing,
    before,
    credit,
    duplicated,
    edited,
    forged,
    no_metadata,
    one_id,
    only_answers,
    returns,
    stopped,
)

MARKER = "86399"  # seconds that a process left behind would sleep
FIRST_WRONG = {id: ch01.WRONG[id][0] for id in RIGHT}
NAMED = next(w for w in ch01.WRONG["01.2"] if w.named)
ANYTHING = "lambda *a, **k: True"
ZEROS = {
    id: f"def {code.split('def ')[1].split('(')[0]}(*a):\n    return 0.0"
    for id, code in RIGHT.items()
}


# Answers to 01.1 that may be right now and then; a second run must not be another try.
TRUTH = "np.tanh(w * np.array([s0, np.tanh(w * s0), np.tanh(w * np.tanh(w * s0))]))"
LUCK = {
    "fifty-definitions": "import numpy as np\n"
    + "\n".join(
        f"def three_steps(w, s0):\n    return {TRUTH} * {k} + {50 - k}" for k in range(49, -1, -1)
    ),
    "random-answer": "import numpy as np\ndef three_steps(w, s0):\n"
    f"    return np.random.choice([-1, 1], 3) * {TRUTH}",
    "counts-its-calls": "import numpy as np\ncalls = []\ndef three_steps(w, s0):\n"
    f"    calls.append(1)\n    return {TRUTH} if len(calls) % 3 else np.ones(3)",
}


def luck(code: str) -> Expected:
    """All answers right but 01.1, which is lucky at times; its names are bound again below."""
    again = "three_steps = calls = None\nimport math as np"
    return Expected(answered(LESSON, {**RIGHT, "01.1": code}, after=again), FULL - 1)


CLASS: dict[str, Expected] = {
    # --- honest work -------------------------------------------------------------------
    "right": Expected(answered(LESSON, RIGHT), FULL),
    "right-other-style": Expected(
        labelled(LESSON, {id: ch01.RIGHT[id][-1].__name__ for id in RIGHT}), FULL
    ),
    "wrong": Expected(
        labelled(LESSON, {id: w.answer.__name__ for id, w in FIRST_WRONG.items()}),
        sum(credit(id, w.answer) for id, w in FIRST_WRONG.items()),
    ),
    "named-mistake": Expected(
        labelled(LESSON, {"01.2": NAMED.answer.__name__}),
        credit("01.2", NAMED.answer),
        why={"01.2": "numbers"},
    ),
    "partly-right": Expected(
        answered(
            LESSON,
            {
                "01.5": RIGHT["01.5"].replace(
                    "states = [h0]", "assert len(h0) > 1\n    states = [h0]"
                )
            },
        ),
        2.25,
        why={"01.5": "error"},
    ),
    "not-attempted": Expected(answered(LESSON, {}), 0),
    "non-ascii-code": after("größe = 'ψ → ∂'\nprint(größe)"),
    "warns-on-stderr": before(
        "import sys, warnings\nimport numpy as np\nprint('warning!', file=sys.stderr)\n"
        "warnings.warn('careful')\nnp.log(np.zeros(3))",
        {
            **RIGHT,
            "01.3": "def slope(w, b, s):\n    np.log(0 * s)\n    np.float64(1) / np.zeros(1)\n"
            "    return w * (1 - np.tanh(w * s + b) ** 2)",
        },
        FULL,
    ),
    "changes-arguments": Expected(
        answered(
            LESSON,
            {
                **RIGHT,
                "01.3": "def slope(w, b, s):\n    s *= w\n    s += b\n"
                "    return w * (1 - np.tanh(s) ** 2)",
            },
        ),
        FULL,
    ),
    "complex-without-imaginary-part": returns(
        "np.tanh(w * np.array([s0, np.tanh(w * s0), np.tanh(w * np.tanh(w * s0))])) + 0j",
        "right",
        points=FULL,
    ),
    "scratch-variable-takes-the-name": after("orbit = 5\nslope = None"),
    "cell-with-an-error": after("1 / 0"),
    "cell-that-is-no-python": after("for for for"),
    "input": after("name = input('your name? ')"),
    "magics": after("%matplotlib inline\n%timeit -n 1 -r 1 1 + 1\n!ls /\n%cd /\n%who"),
    "cell-magic": after("%%bash\necho hello\nexit 3"),
    "background-thread": after(
        "import threading\ndef spin():\n    while True: pass\n"
        "threading.Thread(target=spin, daemon=True).start()"
    ),
    "process-left-behind": after(
        f"import subprocess\nsubprocess.Popen(['sleep', '{MARKER}'], start_new_session=True)"
    ),
    "daemon-left-behind": after(
        f"import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        f"        os.execv('/bin/sleep', ['sleep', '{MARKER}'])\n    os._exit(0)"
    ),
    # --- cells that do not end, or end too much -----------------------------------------
    "endless-loop": before("while True:\n    pass", RIGHT, FULL),
    "endless-loop-ignoring-interrupts": before(
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nimport time\nwhile True:\n"
        "    try:\n        time.sleep(1)\n    except BaseException: pass",
        RIGHT,
        FULL,
    ),
    "endless-answer": Expected(
        answered(LESSON, {**RIGHT, "01.2": "def orbit(w, b, s0, T):\n    while True: pass"}),
        7,
        why={"01.2": "lost"},
    ),
    "sys-exit": before("import sys\nsys.exit(0)", RIGHT, FULL),
    "exit-in-an-answer": returns("__import__('sys').exit(0)", "error"),
    "quit": after("quit()"),
    "os-exit": before("import os\nos._exit(0)", RIGHT, FULL),
    "os-exit-in-an-answer": returns("__import__('os')._exit(0)", "lost"),
    "kernel-killed": after("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
    "kills-everyone": after("import os, signal\nos.kill(-1, signal.SIGKILL)"),
    "segmentation-fault": returns("__import__('ctypes').string_at(0)", "lost"),
    "closes-all-files": after("import os\nos.closerange(0, 256)"),
    "endless-recursion": returns("three_steps(w, s0)", "error"),
    "keyboard-interrupt": returns("(_ for _ in ()).throw(KeyboardInterrupt)", "error"),
    # --- too much of everything ----------------------------------------------------------
    "three-gigabytes": after("import numpy as np\nblock = np.ones(3_000_000_000, dtype=np.int8)"),
    "memory-in-pieces": after(
        "import os, numpy as np\nfor _ in range(6):\n    if os.fork() == 0:\n"
        "        b = np.ones(300_000_000, dtype=np.int8)\n        break\n"
        "import time\ntime.sleep(60)"
    ),
    "shared-memory-and-forks": after(
        "import os, mmap\nwhile True:\n    try:\n        m = mmap.mmap(-1, 1 << 28)\n"
        "        for k in range(0, 1 << 28, 4096): m[k] = 1\n        os.fork()\n"
        "    except OSError: break"
    ),
    "memory-without-a-file": stopped("import os\nos.memfd_create('x')"),
    "fork-bomb": after(
        "import os, time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.1)"
    ),
    "disk-full": after(
        "for k in range(1000):\n    with open(f'/tmp/{k}', 'wb') as f: f.write(bytes(10_000_000))"
    ),
    "shared-memory-full": stopped("with open('/dev/shm/x', 'wb') as f: f.write(bytes(70_000_000))"),
    "device-folder-is-not-writable": stopped("open('/dev/x', 'wb').write(bytes(10))"),
    "many-files": after("k = 0\nwhile True:\n    open(f'/tmp/{k}', 'w').close()\n    k += 1"),
    "output-flood": after("while True:\n    print('x' * 10_000)"),
    "raw-output-flood": after("import os\nfor _ in range(2000):\n    os.write(1, b'x' * 100_000)"),
    # --- out of the sandbox --------------------------------------------------------------
    "network": stopped("import socket\nsocket.create_connection(('127.0.0.1', 22), 1)"),
    "network-outside": stopped("import socket\nsocket.create_connection(('1.1.1.1', 53), 1)"),
    "reads-passwords": stopped("open('/etc/passwd').read()"),
    "reads-by-a-symlink": stopped(
        "import os\nos.symlink('/etc/passwd', '/tmp/link')\nopen('/tmp/link').read()"
    ),
    "reads-the-repository": stopped(f"import os\nopen({__file__!r}).read()"),
    "imports-the-registry": stopped("import rnnlib.exercises.registry"),
    "imports-the-references": stopped("import rnnlib.exercises.chapters.ch01"),
    "imports-the-judge": stopped("import rnnlib.grading.judge"),
    "imports-the-solutions": stopped("from rnnlib.lessons import worked_solution"),
    "answer-by-a-framework": Expected(
        answered(
            LESSON,
            {
                **RIGHT,
                "01.5": "def hidden_orbit(U, W, b, x, h0):\n    import torch\n"
                "    net = torch.nn.RNN(U.shape[1], len(h0), dtype=torch.float64)\n"
                "    given = [torch.tensor(a) for a in (U, W, b, 0 * b)]\n"
                "    for mine, theirs in zip(net.parameters(), given): mine.data[:] = theirs\n"
                "    h = net(torch.tensor(x)[:, None], torch.tensor(h0)[None, None])[0]\n"
                "    return np.concatenate([h0[None], h[:, 0].detach().numpy()])",
            },
        ),
        FULL - exercises()["01.5"].points,
        why={"01.5": "error"},
    ),
    "framework-found-on-disk": stopped(
        "import glob, os, sys\n"
        "for name in ('torch/nn', 'torch/lib'):\n"
        "    if any(glob.glob(f'{p}/{name}') for p in sys.path): break\n"
        "else: raise OSError"
    ),
    "solution": after_nothing("from rnnlib.exercises import solution\nsolution('01.1', True).code"),
    "writes-the-library": stopped("import rnnlib\nopen(rnnlib.__file__, 'a').write('1')"),
    "writes-the-packages": stopped("import numpy\nopen(numpy.__file__, 'a').write('')"),
    "writes-the-system": stopped("open('/usr/x', 'w')"),
    "removes-everything": after("import shutil\nshutil.rmtree('/', ignore_errors=True)"),
    "becomes-root": stopped("import os\nos.setuid(0)"),
    "system-v-memory": stopped(
        "import ctypes\nif ctypes.CDLL(None).shmget(0, 10**9, 0o1777) < 0: raise OSError"
    ),
    "user-namespace-by-clone": stopped(
        "import ctypes\nif ctypes.CDLL(None).syscall(56, 0x10000011, 0, 0, 0, 0) < 0: raise OSError"
    ),
    "mounts": stopped(
        "import ctypes\nif ctypes.CDLL(None).mount(b'/', b'/tmp', b'', 4096, b''): raise OSError"
    ),
    "new-namespace": stopped(
        "import ctypes\nif ctypes.CDLL(None).unshare(0x10000000): raise OSError"
    ),
    "lifts-its-limits": stopped(
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))"
    ),
    "looks-at-other-processes": stopped("open('/proc/1/environ').read()"),
    # --- the judge deceived --------------------------------------------------------------
    "numpy-replaced": before(
        f"import numpy as np\nnp.allclose = np.array_equal = np.all = np.isclose = {ANYTHING}\n"
        "np.linalg.norm = lambda *a, **k: 0.0",
        ZEROS,
        0,
    ),
    "builtins-replaced": before(
        f"import builtins\nbuiltins.all = builtins.callable = {ANYTHING}", ZEROS, 0
    ),
    "rnnlib-replaced": before(
        "import rnnlib.exercises as e\nimport rnnlib.exercises.asking as a\n"
        f"e.check = a.same = {ANYTHING}",
        ZEROS,
        0,
    ),
    "json-replaced": before("import json\njson.dumps = lambda *a, **k: 'true'", ZEROS, 0),
    "wire-replaced": after_nothing(
        "from rnnlib.grading.sandbox.inside import wire\n"
        "wire.pack = lambda v: ([True] * len(v), b'')"
    ),
    "always-equal": returns("type('Yes', (), {'__eq__': lambda s, o: True})()"),
    "pickle": returns("type('P', (), {'__reduce__': lambda s: (print, ())})()"),
    "object-array": returns("np.array([print, {}, None], dtype=object)"),
    "strings": returns("['0.1', '0.2', '0.3']"),
    "ragged": returns("[[1.0], [1.0, 2.0], 3.0]"),
    "nan": returns("np.full(3, np.nan)", "numbers"),
    "complex": returns("np.ones(3) * 1j", "numbers"),
    "wrong-shape": returns("np.ones((3, 3))", "shape"),
    "huge": returns("np.ones(1_000_000)"),
    "huge-number": returns("[10**5000] * 3"),
    "deep": returns("eval('[' * 50 + ']' * 50)", "shape"),  # use() has made an array of it
    "endless-generator": returns("iter(int, 1)"),
    "by-call-count": returns(
        "(lambda n=three_steps.__dict__: n.update(k=n.get('k', 0) + 1) or "
        "np.tanh(w * np.array([s0, np.tanh(w * s0), np.tanh(w * np.tanh(w * s0))])) "
        "+ (n['k'] > 3))()",
        "unsteady",
    ),
    "by-time": returns("np.ones(3) * __import__('time').time()", "numbers"),
    **{f"{name}-bound-again": luck(code) for name, code in LUCK.items()},
    "a-guess-in-each-run": luck(
        "import os, numpy as np\ndef three_steps(w, s0):\n"
        "    k = sum(map(str.isdigit, os.listdir('/tmp')))\n"
        f"    open(f'/tmp/{{k}}', 'w').close()\n    return {TRUTH} if k > 1 else np.ones(3)"
    ),
    "private-cases-in-an-exception": Expected(
        answered(
            LESSON,
            {**RIGHT, "01.1": "seen = []\ndef three_steps(w, s0):\n    seen.append(w)"},
            after="raise type(f'W{seen}', (Exception,), {})\nseen = three_steps = 0",
        ),
        FULL - 1,
    ),
    "looks-for-the-reference": returns(
        "next(o.reference for o in __import__('gc').get_objects() "
        "if type(o).__name__ == 'Exercise')(w, s0)",
        "error",
    ),
    "looks-up-the-stack": returns("__import__('sys')._getframe(2).f_locals['expected']", "error"),
    "forged-nothing": forged("pass"),
    "forged-true": forged(
        "reply['status'] = 'pass'; reply['points'] = 10; right[0]['value'] = True"
    ),
    "forged-garbage": forged("data = b'PK' * 1000"),
    "forged-pickle": forged(
        "f = io.BytesIO(); np.savez(f, a0=np.array([print])); data = f.getvalue(); "
        "right[0]['value'] = {'array': 0}"
    ),
    "forged-zip-bomb": forged(
        "f = io.BytesIO(); z = zipfile.ZipFile(f, 'w', zipfile.ZIP_DEFLATED); "
        "z.writestr('a0.npy', bytes(50_000_000)); z.close(); data = f.getvalue()"
    ),
    "forged-depth": forged("right[0]['value'] = eval('[' * 60 + ']' * 60)"),
    "forged-hundred-megabytes": forged("data = bytes(100_000_000)"),
    "forged-three-gigabytes-in-parts": forged(
        "parts = [bytes(10_000_000)] * 300; "
        "kernel.session.send(stream, 'ask_reply', reply, parent, ident, buffers=parts)"
    ),
    # --- the notebook file ---------------------------------------------------------------
    "metadata-edited": Expected(edited(no_metadata), FULL),
    "ids-duplicated": Expected(edited(one_id), FULL),
    "cells-deleted-and-moved": Expected(edited(only_answers), FULL),
    "cells-duplicated": Expected(edited(duplicated), FULL),
    "schema-99": Expected(edited(lambda book: book.update(nbformat=99, nbformat_minor=9)), FULL),
    "answers-alone": Expected(notebook("import numpy as np", *RIGHT.values()), FULL),
    "strange-cells": Expected(
        notebook(*RIGHT.values(), "import numpy as np", {"cell_type": "code"}, cells=None)[:-1]
        + b', "cells": [1, null, {"cell_type": "code", "source": 5}]}',
        0,
    ),
    "lone-surrogate": Expected(
        edited(lambda book: book["cells"].insert(0, code_cell("x = '\ud800'"))), FULL
    ),
    "not-a-notebook": Expected(b"import numpy as np", 0, "invalid"),
    "another-json": Expected(b'{"a": 1}', 0, "invalid"),
    "a-list": Expected(b"[]", 0, "invalid"),
    "nested-json": Expected(b"[" * 100_000, 0, "invalid"),
    "empty": Expected(b"", 0, "invalid"),
    "binary": Expected(bytes(range(256)) * 10, 0, "invalid"),
    "fifty-megabytes": Expected(b" {" + b" " * 50_000_000, 0, "invalid"),
    "too-many-cells": Expected(notebook(*["1"] * 3000), 0, "invalid"),
    "no-cells": Expected(json.dumps({**handed_out(LESSON), "cells": []}).encode(), 0),
}
