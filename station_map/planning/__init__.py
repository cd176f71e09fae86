"""What a planner asks for, read from the store and computed: the same for CLI, API, page and worker.

    asked.py       what can be asked for, as checked documents that a run keeps
    demand.py      demand of the layers or of a file
    groups.py      how demand is grouped
    stations.py    stations as a run takes them: which count, which may
    coverage.py    CoverageAsked -> what is read -> CoverageAnswer
    candidates.py  where a new station may stand
    siting.py      SitingAsked -> what is read -> SitingAnswer
    reports.py     answers as PDF, workbook, GeoPackage, csv
    runs.py        a run: read, kept, computed, written down; repeated from what was kept
    runs_now.py    the same at once, for what is small
    runs_kept.py   what was read, in the store; runs_inputs.py: as bytes and back
    runs_answers.py  the answer as a document
    runs_watch.py  beside a run at work: tells how far it is, stops it
    digests.py     by what one sees that what was read is the same

Reading and computing are two steps, so that what was read can be kept and computed with again.
"""
