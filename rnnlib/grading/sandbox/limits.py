"""What one submission may use; these are also the command line's defaults."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds of wall time, bytes, and counts, for one submission.

    `submission` also limits the processor time of each kernel.
    """

    cell: float = 30.0
    submission: float = 180.0
    start: float = 60.0
    memory: int = 2_000_000_000
    files: int = 64_000_000
    threads: int = 128

    def as_dict(self) -> dict:
        return asdict(self)
