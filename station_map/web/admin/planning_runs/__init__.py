"""`/admin/planning/runs`: runs of coverage and siting, asked for, watched, and read."""
