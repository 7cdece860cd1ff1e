"""`python -m sim` is the `detsim` command."""

from __future__ import annotations

import sys

if __name__ == "__main__":  # worker processes import this file too and need no command line
    from sim.cli import main

    sys.exit(main())
