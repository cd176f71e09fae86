"""Positions on the earth: datums, points, boxes, distances. No I/O, no other room."""
