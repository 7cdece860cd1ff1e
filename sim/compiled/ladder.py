"""The rungs of the overflow ladder (`sim/pathway/ladder.py`)."""

from __future__ import annotations

from sim import rules
from sim.compiled import beds, clearance, codes, queues, release
from sim.compiled import layout as at
from sim.compiled.facts import note, rank, today_at
from sim.compiled.jit import jit_module
from sim.compiled.queues import World


def try_transfer(world: World, k: int) -> int:
    """Join the transfer line as well."""
    stay, area = world.stays[k], world.people[k].area
    stay.on_transfer_line = 1
    note(world, k, codes.TRANSFER_LINE)
    queues.stand(world, at.L_TRANSFER, area, k, rank(world, k), stay.t_asked)
    return codes.GO_ON


def try_over_contract(world: World, k: int) -> int:
    """A bed above the contract, if the allowance has one left."""
    area = world.areas[world.people[k].area]
    for i in range(area.entry_from, area.entry_to):
        place = world.entry[i]
        if world.sites[place].beds_taken < today_at(world, place).over_contract and beds.is_funded(world):
            note(world, k, codes.TAKES_OVER_CONTRACT)
            beds.give_bed(world, k, place)
            return codes.DONE
    return codes.GO_ON


def try_displace(world: World, k: int) -> int:
    """The bed of somebody of lower priority."""
    displaced = beds.find_displaced(world, world.people[k].area, rank(world, k))
    if displaced < 0:
        return codes.GO_ON
    world.stays[displaced].promised_to, world.stays[k].wants_bed_of = k, displaced
    if clearance.covers(world, codes.DISPLACED):
        clearance.ask_clearance(world, displaced, codes.DISPLACED)
        return codes.PAUSE
    release.leave(world, displaced, codes.DISPLACED)
    return codes.DONE


def try_release(world: World, k: int) -> int:
    """Release for lack of a bed."""
    if world.people[k].custody == codes.MANDATORY and world.release_mandatory == 0:
        return codes.GO_ON
    if not clearance.covers(world, codes.NO_BED):
        release.leave(world, k, codes.NO_BED)
        return codes.DONE
    if world.stays[k].review >= 0:
        return codes.TRY_AGAIN
    clearance.ask_clearance(world, k, codes.NO_BED)
    return codes.PAUSE


def try_rung(world: World, k: int, kind: int) -> int:
    """What follows: the next rung, a review, this rung again, nothing more."""
    if kind == codes.RUNG_TRANSFER:
        return try_transfer(world, k)
    if kind == codes.RUNG_OVER:
        return try_over_contract(world, k)
    if kind == codes.RUNG_DISPLACE:
        return try_displace(world, k)
    if kind == codes.RUNG_RELEASE:
        return try_release(world, k)
    return codes.GO_ON


def climb(world: World, number: int) -> None:
    """The alarm of a rung; of no concern to people who are off the ladder."""
    k, rung = world.slots[number // rules.MOST_RUNGS], number % rules.MOST_RUNGS
    if k < 0 or world.stays[k].tried < 0:
        return
    stay = world.stays[k]
    stay.tried |= 1 << rung
    kind = world.rungs[rung].kind
    if kind == codes.RUNG_WAIT:  # those listed after it are not tried
        stay.tried |= ((1 << world.n_rungs) - 1) & ~((1 << rung) - 1)
    outcome = try_rung(world, k, kind)
    if outcome == codes.GO_ON:
        beds.set_rung_alarm(world, k, False)
    elif outcome != codes.DONE:
        stay.paused = 1
        if outcome == codes.TRY_AGAIN:
            stay.tried &= ~(1 << rung)


jit_module()
