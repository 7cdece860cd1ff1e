"""`python -m sim` and the `detsim` command. The command line is imported where Ctrl-C is one line, not a traceback."""

from __future__ import annotations

import gc
import os
import signal
import sys

INTERRUPTED = 128 + signal.SIGINT


def main() -> int:
    """Run the command line.

    Returns:
        The exit status; 128 + the number of the signal (130, 143) where one ended it: SIGTERM and SIGHUP are treated
        as Ctrl-C, so that what is finished is kept and nothing is left behind.
    """
    gc.set_threshold(100_000)  # reading and importing make many objects, and hardly any of them in cycles
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads take longer to meet than our products do
    received: list[int] = []

    def interrupt(number: int, _: object) -> None:
        if number != signal.SIGINT:
            signal.signal(number, signal.SIG_IGN)  # it is ending already
        received.append(number)
        raise KeyboardInterrupt

    try:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, signal.SIGTERM)
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                signal.signal(number, interrupt)
        from sim.cli import main as command

        if received:  # while a callback ran that can raise nothing
            raise KeyboardInterrupt
        status = command()
    except BaseException as error:
        # Libraries turn an interrupt of their imports into errors of their own.
        if not (received or isinstance(error, KeyboardInterrupt)):
            raise
        status = INTERRUPTED
        if sys.stderr is not None:
            print("interrupted", file=sys.stderr)
    if status == INTERRUPTED:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        status = 128 + received[0] if received else status
    return status


if __name__ == "__main__":  # worker processes import this file too and need no command line
    sys.exit(main())
