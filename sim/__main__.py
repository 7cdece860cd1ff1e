"""`python -m sim` and the `detsim` command; what they need is imported where Ctrl-C is one line."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Run the command line; the exit status."""
    try:
        from sim.cli import main as command

        status = command()
    except KeyboardInterrupt:  # while it was loaded, or twice
        status = 130
        if sys.stderr is not None:
            print("interrupted", file=sys.stderr)
    if status == 130:  # it ends already
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    return status


if __name__ == "__main__":  # worker processes import this file too and need no command line
    sys.exit(main())
