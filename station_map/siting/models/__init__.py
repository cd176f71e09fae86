"""The models as programmes, one file each; formulas: docs/reference/siting-method.md.

covering    maximal covering, budget, backup, relocation: what a CoverCase says
target      fewest or cheapest sites for a share
phases      several years, nested
capacitated room for so much and no more
median      p-median by radii
center      who can be covered within a radius by how many sites
rules       rows that several of them share: numbers, budget, spacing, districts
"""
