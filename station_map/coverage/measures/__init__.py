"""The ten indicators, one file each; each docstring gives its formula and where it comes from."""
