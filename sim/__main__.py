"""`python -m sim` and the `detsim` command. The command line is imported where Ctrl-C is one line, not a traceback."""

from __future__ import annotations

import signal
import sys

INTERRUPTED = 128 + signal.SIGINT


def main() -> int:
    """Run the command line.

    Returns:
        The exit status; 128 + the number of the signal (130, 143) where one ended it: SIGTERM and SIGHUP are treated
        as Ctrl-C, so that what is finished is kept and nothing is left behind.
    """
    received = []

    def interrupt(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_IGN)  # it is ending already
        received.append(number)
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, interrupt)
    try:
        from sim.cli import main as command

        status = command()
    except KeyboardInterrupt:  # while it was loaded, or a second one
        status = INTERRUPTED
        if sys.stderr is not None:
            print("interrupted", file=sys.stderr)
    if status == INTERRUPTED:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        status = 128 + received[0] if received else status
    return status


if __name__ == "__main__":  # worker processes import this file too and need no command line
    sys.exit(main())
