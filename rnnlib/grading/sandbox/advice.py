"""What to do if bubblewrap is installed but cannot create a sandbox, from its error and the system.

Ubuntu's, Debian's and Docker's documentation describe the settings. Each weakens security, so the
narrowest comes first.
"""

from pathlib import Path

PROFILE = (
    "abi <abi/4.0>, include <tunables/global> "
    "profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }"
)
APPARMOR = (
    "AppArmor keeps it from making user namespaces: write the profile `"
    f"{PROFILE}` into /etc/apparmor.d/bwrap and run `sudo apparmor_parser -r /etc/apparmor.d/bwrap`"
    ", or allow them to all programs by "
    "`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`"
)
SYSCTLS = {  # by file: the value that disables user namespaces, and how to enable them
    "kernel/apparmor_restrict_unprivileged_userns": ("1", APPARMOR),
    "kernel/unprivileged_userns_clone": (
        "0",
        "user namespaces are switched off: `sudo sysctl kernel.unprivileged_userns_clone=1`",
    ),
    "user/max_user_namespaces": (
        "0",
        "user namespaces are switched off: `sudo sysctl user.max_user_namespaces=15000`",
    ),
}
CONTAINER = (
    "in a container, start it with `--security-opt seccomp=unconfined --security-opt "
    "apparmor=unconfined --security-opt systempaths=unconfined` (Docker, Podman), and as root also "
    "with `--cap-add SYS_ADMIN --cap-add NET_ADMIN`"
)
OTHERWISE = (
    "ask who looks after the machine to permit unprivileged user namespaces, or grade as root in a "
    "virtual machine"
)


def advice(root: Path = Path("/")) -> str:
    """How to permit a sandbox on this machine: one sentence without its period."""
    found = [
        remedy
        for name, (forbids, remedy) in SYSCTLS.items()
        if _setting(root / "proc/sys" / name) == forbids
    ]
    if any((root / name).exists() for name in (".dockerenv", "run/.containerenv")):
        found.append(CONTAINER)
    return "; ".join(found) or OTHERWISE


def _setting(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""
