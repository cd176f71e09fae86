"""`/admin/planning/runs`: runs of coverage and siting, asked for, watched, and read.

listing          the list; the page of methods
asking           what both forms share; asking_coverage, asking_siting: the forms
running          one run: its progress, its answer, stopping and repeating it
comparing        two runs of coverage, before and after
maps, files      what the map shows; the answer to take along
coverage_answer  the document of coverage, read; coverage_tables, coverage_ranks: its sections
siting_tables    the document of siting as sections
coverage_page, siting_page  what their templates are given
tables, section  what a page is made of; numbers, words, asked_words, notes: what it says
"""

from station_map.web.admin.planning_runs import (
    asking_coverage as asking_coverage,  # adds its routes
)
from station_map.web.admin.planning_runs import asking_siting as asking_siting  # adds its routes
from station_map.web.admin.planning_runs import comparing as comparing  # adds its routes
from station_map.web.admin.planning_runs import files as files  # adds its routes
from station_map.web.admin.planning_runs import listing as listing  # adds its routes
from station_map.web.admin.planning_runs import maps as maps  # adds its routes
from station_map.web.admin.planning_runs import running as running  # adds its routes
