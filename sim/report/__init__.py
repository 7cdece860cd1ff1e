"""What people look at: charts of a result and one self-contained page that argues from question to caveat."""

from __future__ import annotations

import sys

from sim import PartAndFunction

sys.modules[__name__].__class__ = PartAndFunction
