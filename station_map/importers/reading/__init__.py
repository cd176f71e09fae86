"""From a file on disk to rows of plain cells, whatever the format.

`child` parses inside a process of its own, bounded in memory and CPU time, because
parsers of hostile files are where machines get lost; `sheets` is the parent's side.
"""
