"""The only room that knows the database: tables, named queries, units of work, migrations.

Import-light on purpose: the guardian of the embedded database starts from here.
"""
