"""The map inside other sites' pages (docs/adr/0047-embed.md).

options  what an embed shows, read from an address and written to one
"""
