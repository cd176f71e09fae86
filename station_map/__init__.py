"""Station map: the nearest union rest station that is open, equipped and lets you in."""

__version__ = "0.1.0"
