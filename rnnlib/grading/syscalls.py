"""What the sandbox may not ask of the kernel, as a seccomp filter for bubblewrap.

A notebook needs none of these. They make memory that no limit counts, or new namespaces in which
a user has powers, or they look into other processes.
"""

import errno
import platform
import struct

# name: (number on x86_64, on aarch64)
DENIED = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
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
NEW_NAMESPACES = 0x7E020000  # CLONE_NEWUSER and its like
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
X32 = 0x40000000  # numbers from here on are another way into the same x86_64 kernel

LOAD, IS, AT_LEAST, HAS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16


def program(machine: str | None = None) -> bytes:
    """The filter as BPF instructions; empty for a machine whose numbers are not listed."""
    if (machine or platform.machine()) not in ARCHITECTURES:
        return b""
    which, audit = ARCHITECTURES[machine or platform.machine()]
    refused = REFUSE | errno.EPERM
    code = [
        *((LOAD, 0, 0, ARCHITECTURE), (IS, 1, 0, audit), (RETURN, 0, 0, KILL)),
        (LOAD, 0, 0, NUMBER),
    ]
    code += [(AT_LEAST, 0, 1, X32), (RETURN, 0, 0, refused)]
    for numbers in DENIED.values():
        code += [(IS, 0, 1, numbers[which]), (RETURN, 0, 0, refused)]
    # its flags lie in memory, where a filter cannot look; glibc falls back on clone
    code += [(IS, 0, 1, CLONE3[which]), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]
    code += [(IS, 1, 0, CLONE[which]), (RETURN, 0, 0, ALLOW)]
    code += [(LOAD, 0, 0, FIRST_ARGUMENT), (HAS, 0, 1, NEW_NAMESPACES)]
    code += [(RETURN, 0, 0, refused), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
