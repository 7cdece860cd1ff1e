"""Small results to look at: a month of the nation with two goals, and a scenario whose every text is an attack."""

from __future__ import annotations

import json
from pathlib import Path

import sim

DAYS = 30
REPS = 2
ATTACK = "</script><script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>{{ 7 * 7 }} ]]> & \"q\" <!--"
"""What no text of a scenario may do."""
QUOTED = ATTACK.replace("'", "''")


def nation(folder: Path, goal: int, name: str) -> Path:
    """A month of the nation, two replications."""
    run = sim.run("may-2025-1000", set={"days": DAYS, "arrests.goal": f"{goal} / d", "name": name}, reps=REPS)
    return run.save(folder / name)


def facility(folder: Path) -> Path:
    """Two months of one facility, with the journeys of sampled people."""
    run = sim.run("one-facility", set={"days": 60}, reps=3, events=400, engine="simpy")
    return run.save(folder / "one-facility")


def attack(folder: Path) -> Path:
    """One facility whose title, question, area, sources and (tampered with) manifest are markup and script."""
    file = folder / "attack.yaml"
    file.write_text(
        f"""extends: one-facility
title: '{QUOTED}'
question: '{QUOTED}'
days: 40
areas: {{A: '{QUOTED}'}}
sources:
  case.stay: {{status: assumed, low: x 0.5, high: x 2, source: '{QUOTED}'}}
  beds.contracted: {{status: seen, value: '{QUOTED}', source: '{QUOTED}'}}
  intake.desks: {{status: assumed, fixed: '{QUOTED}', source: a judgement}}
""",
        encoding="utf-8",
    )
    made = sim.run(file, reps=2, events=100, engine="simpy").save(folder / "attack")
    manifest = made / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"scenario": ATTACK, "engine": ATTACK}))
    return made
