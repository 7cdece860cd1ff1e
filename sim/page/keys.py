"""Keys of streams by their words: the first half of SHA-256 (FIPS 180-4), as `sim.people.streams.key` has it."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.compiled.jit import jit
from sim.page.tables import Draws

MASK = 0xFFFFFFFF
BLOCK_BYTES, ROUNDS, LENGTH_BYTES = 64, 64, 8
FIRST = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)


@jit
def turned(x: int, n: int) -> int:
    """32 bits, turned to the right."""
    return ((x >> n) | (x << (32 - n))) & MASK


@jit
def expand(draws: Draws, start: int) -> None:
    """The schedule of a block of the message."""
    w = draws.schedule
    for i in range(16):
        at = start + 4 * i
        w[i] = (draws.message[at] << 24) | (draws.message[at + 1] << 16) | (draws.message[at + 2] << 8)
        w[i] |= np.int64(draws.message[at + 3])
    for i in range(16, ROUNDS):
        a, b = w[i - 15], w[i - 2]
        low = turned(a, 7) ^ turned(a, 18) ^ (a >> 3)
        high = turned(b, 17) ^ turned(b, 19) ^ (b >> 10)
        w[i] = (w[i - 16] + low + w[i - 7] + high) & MASK


@jit
def compress(draws: Draws, state: Any) -> Any:
    """The state after a block whose schedule has been made."""
    a, b, c, d, e, f, g, h = state
    for i in range(ROUNDS):
        high = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
        one = (h + high + ((e & f) ^ (~e & MASK & g)) + draws.rounds[i] + draws.schedule[i]) & MASK
        low = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
        two = (low + ((a & b) ^ (a & c) ^ (b & c))) & MASK
        a, b, c, d, e, f, g, h = (one + two) & MASK, a, b, c, (d + one) & MASK, e, f, g
    p, q, r, s, t, u, v, w = state
    return (
        *((a + p) & MASK, (b + q) & MASK, (c + r) & MASK, (d + s) & MASK),
        *((e + t) & MASK, (f + u) & MASK, (g + v) & MASK, (h + w) & MASK),
    )


@jit
def swapped(x: int) -> int:
    """Four bytes in the other order."""
    return (x >> 24) | ((x >> 8) & 0xFF00) | ((x << 8) & 0xFF0000) | ((x << 24) & 0xFF000000)


@jit
def padded(draws: Draws, text: int, n_text: int, more: int, n_more: int) -> int:
    """Write the message: seed and replication, then two texts; its length with what SHA-256 adds."""
    message, n = draws.message, draws.n_prefix
    for i in range(n):
        message[i] = draws.prefix[i]
    for i in range(n_text):
        message[n + i] = draws.texts[text + i]
    n += n_text
    for i in range(n_more):
        message[n + i] = draws.texts[more + i]
    n += n_more
    whole = (n + LENGTH_BYTES) // BLOCK_BYTES * BLOCK_BYTES + BLOCK_BYTES
    for i in range(n, whole):
        message[i] = 0
    message[n] = 0x80
    message[whole - 1], message[whole - 2] = (8 * n) & 0xFF, (8 * n) >> 8
    return whole


@jit
def key_of(draws: Draws, text: int, n_text: int, more: int, n_more: int) -> Any:
    """The two words of the key of a stream named by seed, replication and two texts."""
    whole = padded(draws, text, n_text, more, n_more)
    state = FIRST
    for start in range(0, whole, BLOCK_BYTES):
        expand(draws, start)
        state = compress(draws, state)
    low = np.uint64(swapped(state[0])) | (np.uint64(swapped(state[1])) << np.uint64(32))
    high = np.uint64(swapped(state[2])) | (np.uint64(swapped(state[3])) << np.uint64(32))
    return low, high
