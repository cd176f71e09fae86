"""Work that nobody waits for: the queue's tasks, thin, and the worker that does them.

queue     procrastinate's App on our database: which tasks there are, and when they repeat
tasks     what each of them does: calls into the rooms below
stalled   jobs whose worker died: given to another, a few times
worker    one worker process, from its start to its orderly end
"""
