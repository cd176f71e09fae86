"""Many yes-or-no questions of each station at a time, sixty-four to a machine word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import BoolArray, FloatArray
from station_map.coverage.neighbours import Neighbours

_WORD: Final = 64
# Above so many sums by group and pattern at a time, one question is taken after the other.
_DENSE: Final = 1 << 22


@dataclass(frozen=True)
class Answers:
    """For each piece of demand, which of `questions` some station within reach says yes to.

    number: int64 (n,), which pattern of answers; patterns: bool (p, questions), each once.
    """

    number: NDArray[np.int64]
    patterns: BoolArray

    def weights(self, weight: FloatArray, slot: NDArray[np.int64], groups: int) -> FloatArray:
        """Weight for which the answer is yes, by group and question: (groups, questions)."""
        p = len(self.patterns)
        if groups * p > _DENSE:
            return self._one_by_one(weight, slot, groups)
        held = np.bincount(slot * p + self.number, weights=weight, minlength=groups * p)
        found: FloatArray = held.reshape(groups, p) @ self.patterns.astype(np.float64)
        return found

    def _one_by_one(self, weight: FloatArray, slot: NDArray[np.int64], groups: int) -> FloatArray:
        found = np.empty((groups, self.patterns.shape[1]))
        for question, said in enumerate(self.patterns.T):
            found[:, question] = np.bincount(
                slot, weights=weight * said[self.number], minlength=groups
            )
        return found


def any_within(neighbours: Neighbours, says: BoolArray) -> Answers:
    """Ask all stations at once. says: bool (stations, questions)."""
    questions = says.shape[1]
    if not len(says):
        return Answers(np.zeros(neighbours.n, dtype=np.int64), np.zeros((1, questions), bool))
    # Many stations share one timetable. Where there are fewer of these than hours, what is
    # gathered is which timetables are within reach, and what they say together comes after.
    kinds, kind = np.unique(says, axis=0, return_inverse=True)
    if len(kinds) >= questions:
        number, held = _gathered(neighbours, _packed(says))
    else:
        number, sets = _gathered(neighbours, _packed(kind.reshape(-1, 1) == np.arange(len(kinds))))
        held, place = _distinct(_together(sets, _packed(kinds)))
        number = place[number]
    bits = np.unpackbits(held.view(np.uint8), axis=1, bitorder="little")
    return Answers(number, bits[:, :questions].astype(bool))


def _packed(flags: BoolArray) -> NDArray[np.uint64]:
    """(rows, questions) as (rows, words), the first question in the lowest bit."""
    rows, questions = flags.shape
    padded = np.zeros((rows, -(-questions // _WORD) * _WORD), dtype=bool)
    padded[:, :questions] = flags
    return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)


def _together(sets: NDArray[np.uint64], says: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """What the members of each set say: an "or" over them. says: a row a member."""
    found = np.zeros((len(sets), says.shape[1]), dtype=np.uint64)
    for member, words in enumerate(says):
        bit = np.uint64(1) << np.uint64(member % _WORD)
        holds = np.flatnonzero(sets[:, member // _WORD] & bit)
        found[holds] |= words
    return found


def _gathered(
    neighbours: Neighbours, packed: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """The distinct "or" over the stations within reach, and which of them each row has."""
    rows = neighbours.rows
    begins = neighbours.start[:-1][rows]
    # The last stands for all those who have nothing within reach.
    held = np.zeros((len(rows) + 1, packed.shape[1]), dtype=np.uint64)
    for word in range(packed.shape[1] if len(rows) else 0):
        column = np.ascontiguousarray(packed[:, word])
        held[:-1, word] = np.bitwise_or.reduceat(column[neighbours.station], begins)
    distinct, place = _distinct(held)
    number = np.full(neighbours.n, place[-1])
    number[rows] = place[:-1]
    return number, distinct


def _distinct(rows: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The distinct rows, and which of them each row is; column by column, which is quick."""
    _, number = np.unique(rows[:, 0], return_inverse=True)
    for column in rows.T[1:]:
        values, place = np.unique(column, return_inverse=True)
        _, number = np.unique(number * len(values) + place, return_inverse=True)
    first = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int64)
    first[number] = np.arange(len(rows))
    return np.ascontiguousarray(rows[first]), number
