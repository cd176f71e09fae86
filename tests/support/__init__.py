"""Helpers of the tests; fixtures are in conftest.py."""
