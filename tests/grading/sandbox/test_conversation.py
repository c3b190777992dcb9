"""What the judge's ear bears of a kernel that says too much, or says it oddly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.grading.sandbox import course_copy
from rnnlib.grading.sandbox.limits import Limits
from rnnlib.grading.sandbox.relay import Meter, TooMuch
from rnnlib.grading.sandbox.session import KernelLost, Session, _parsed

LIMITS = Limits(memory=1_000_000_000)
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01NULL" + bytes(48)
# Finds the connection to the judge among the open files and writes to it below ZeroMQ.
RAW = """
import json, os, socket, stat
def write(data):
    for file in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(file).st_mode):
                end = socket.socket(fileno=os.dup(file))
                if "kernel-1" in str(end.getsockname()):
                    end.getpeername()
                    end.setblocking(True)
                    end.sendall(data)
        except OSError:
            pass
"""


def frame(body: bytes, *, more: bool) -> bytes:
    if len(body) < 256:
        return bytes([more, len(body)]) + body
    return bytes([more | 2]) + len(body).to_bytes(8) + body


def message(*bodies: bytes) -> bytes:
    last = len(bodies) - 1
    return b"".join(frame(body, more=k < last) for k, body in enumerate(bodies))


@pytest.fixture
def session(sandboxed):
    with Session(course_copy.prepared(()), ["f"], LIMITS) as session:
        session.run(f"{RAW}\ndef f():\n    return 1", 20)
        yield session


# --- frames -----------------------------------------------------------------------------------


@given(
    st.lists(st.lists(st.sampled_from([0, 1, 7, 255, 256, 3000]), min_size=1, max_size=16)),
    st.lists(st.integers(1, 500), min_size=1),
)
def test_frames_are_counted_the_same_however_the_stream_is_cut(lengths, cuts):
    stream = GREETING + b"".join(message(*map(bytes, each)) for each in lengths)
    meter = Meter(most=len(stream), frames=sum(map(len, lengths)))
    place = k = 0
    while place < len(stream):
        meter.count(stream[place : place + cuts[k % len(cuts)]])
        place += cuts[k % len(cuts)]
        k += 1
    assert (meter.bytes_left, meter.frames_left, meter.body) == (0, 0, 0)
    with pytest.raises(TooMuch):
        meter.count(b"\0\0")


@pytest.mark.parametrize(
    "stream",
    [
        GREETING + message(*[b""] * 17),
        GREETING + b"\1\0" * 17,
        GREETING + message(b"a") * 21,
        GREETING + message(bytes(1000)),
        b"\1\0" * 40,  # ZMTP 1
        GREETING[:10] + b"\1" + GREETING[11:],  # ZMTP 2
    ],
)
def test_what_is_too_much_or_no_zmtp_3_is_refused(stream):
    with pytest.raises(TooMuch):
        Meter(most=1000, frames=20, in_message=16).count(stream)


def test_a_message_of_many_empty_frames_ends_the_connection_before_it_is_whole(session):
    with pytest.raises(KernelLost, match="it sent too much"):
        session.run(r"write(b'\1\0' * 10_000)" + "\nimport time\ntime.sleep(20)", 10)
    assert not session.socket.poll(0)


# --- what a message says ----------------------------------------------------------------------

# Before each honest answer the kernel says that there is none, in a message that is not accepted.
FORGING = """
kernel = get_ipython().kernel
honest = kernel.shell_handlers["ask_request"]
async def ask_request(stream, ident, parent):
    def say(header, asked, metadata, *buffers, key=None):
        parts = [json.dumps(p).encode() for p in (header, asked, metadata, {"found": False})]
        signature = kernel.session.sign(parts) if key is None else key
        stream.send_multipart([*ident, b"<IDS|MSG>", signature, *parts, *buffers])
    header = {"msg_id": "x", "msg_type": "ask_reply"}
    asked = {"msg_id": parent["header"]["msg_id"]}
    dates = {"dates": ["2020-01-01T00:00:00Z"] * 500}
    FORGED
    await honest(stream, ident, parent)
kernel.shell_handlers["ask_request"] = ask_request
"""


@pytest.fixture(scope="module")
def forger(sandboxed):
    with Session(course_copy.prepared(()), ["f"], LIMITS) as session:
        session.run("import json\ndef f():\n    return 1", 20)
        session.run("before = get_ipython().kernel.shell_handlers['ask_request']", 20)
        yield session


@pytest.mark.parametrize(
    "forged",
    [
        "say(header | dates, asked, {})",
        "say(header, asked | dates, {})",
        "say(header, asked, dates)",
        "say(header, asked, {}, key=b'0' * 64)",
        "say(header, asked, {}, key=b'')",
        "say(header, asked, {}, b'', b'')",
        "say(header, {'msg_id': 'other'}, {})",
        "say(header, [asked], {})",
        "stream.send_multipart([*ident, b'<IDS|MSG>'])",
        "stream.send_multipart([*ident, *[b''] * 6])",
    ],
)
def test_only_a_small_signed_reply_to_the_question_is_an_answer(forger, forged):
    forger.run("get_ipython().kernel.shell_handlers['ask_request'] = before", 20)
    forger.run(FORGING.replace("FORGED", forged), 20)
    (reply,) = forger.ask("f", (), [()], 20)
    assert reply.value == 1


def test_the_forger_is_heard_where_it_keeps_to_the_form(forger):
    forger.run("get_ipython().kernel.shell_handlers['ask_request'] = before", 20)
    forger.run(FORGING.replace("FORGED", "say(header, asked, {})"), 20)
    assert forger.ask("f", (), [()], 20) is None


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"[" * 100_000, b"9" * 5_000, b"\xff"])
def test_a_text_that_is_no_json_object_is_no_answer(text):
    assert _parsed(text) is None
