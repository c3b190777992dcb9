"""System calls that the sandbox blocks, as a seccomp filter for bubblewrap.

A notebook needs none of these. They create processes, each with its own memory limit; or memory
that no limit counts; or new namespaces in which a user has privileges; or they look into other
processes. Threads are allowed, and so are sockets within the sandbox.
"""

import errno
import os
import platform
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

# name: (number on x86_64, on aarch64)
DENIED = {
    "fork": (57, None),
    "vfork": (58, None),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "vmsplice": (278, 75),  # a pipe keeps the pages after their owner frees them
    "io_setup": (206, 0),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_by_handle_at": (304, 265),
}
CLONE, CLONE3 = (56, 220), (435, 435)
SOCKET, SOCKETPAIR, SETSOCKOPT, FCNTL = (41, 198), (53, 199), (54, 208), (72, 25)
LOCKS = (6, 7, 37, 38)  # F_SETLK and the like: each range of a file takes memory
SO_SNDBUF, SO_SNDBUFFORCE = 7, 32
NEW_NAMESPACES = 0x7E020000  # CLONE_NEWUSER and the like
CLONE_THREAD = 0x00010000
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
X32 = 0x40000000  # numbers from here on are a second system call interface of x86_64

LOAD, IS, AT_LEAST, HAS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT, THIRD_ARGUMENT = 0, 4, 16, 24, 32


@contextmanager
def open_filter() -> Iterator[int]:
    """An open file from which bubblewrap reads the filter for this machine."""
    reading, writing = os.pipe()
    try:
        os.write(writing, program(platform.machine()))
        os.close(writing)
        yield reading
    finally:
        os.close(reading)


def program(machine: str) -> bytes:
    """The filter as BPF instructions, for one of the ARCHITECTURES.

    If a test is true, it skips as many instructions as its second number says, else as many as its
    third.
    """
    which, audit = ARCHITECTURES[machine]
    allowed, refused = (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE | errno.EPERM)
    first_argument = (LOAD, 0, 0, FIRST_ARGUMENT)
    code = [
        *((LOAD, 0, 0, ARCHITECTURE), (IS, 1, 0, audit), (RETURN, 0, 0, KILL)),
        *((LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), refused),
    ]
    for numbers in DENIED.values():
        if numbers[which] is not None:
            code += [(IS, 0, 1, numbers[which]), refused]
    # its flags are in memory, which a filter cannot read; glibc falls back on clone
    code += [(IS, 0, 1, CLONE3[which]), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]
    for call in (SOCKET, SOCKETPAIR):
        code += [(IS, 0, 4, call[which]), first_argument]
        code += [(IS, 0, 1, socket.AF_UNIX), allowed, refused]
    code += [(IS, 0, 5, SETSOCKOPT[which]), (LOAD, 0, 0, THIRD_ARGUMENT)]
    code += [(IS, 2, 0, SO_SNDBUF), (IS, 1, 0, SO_SNDBUFFORCE), allowed, refused]
    code += [(IS, 0, len(LOCKS) + 3, FCNTL[which]), (LOAD, 0, 0, SECOND_ARGUMENT)]
    code += [(IS, len(LOCKS) - k, 0, lock) for k, lock in enumerate(LOCKS)] + [allowed, refused]
    code += [(IS, 1, 0, CLONE[which]), allowed, first_argument]
    code += [(HAS, 0, 1, NEW_NAMESPACES), refused, (HAS, 0, 1, CLONE_THREAD), allowed, refused]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
