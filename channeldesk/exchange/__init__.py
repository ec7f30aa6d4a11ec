"""Files from outside: how a source's files are read, judged row by row and turned into our rows.

A source is described by one mapping file (``resources/mappings/*.toml``, language: docs/loading-data.md).
Nothing here writes to a database: rows go to a *book*, which headquarters implements.
"""
