"""Answers at once: greedy choice, then swaps, for covering; interchange for distances."""
