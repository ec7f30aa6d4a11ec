"""The laptop's database: one encrypted file per profile.

``database`` opens it (one writer, many readers), ``migrate`` brings its schema up to date, ``capture`` and
``outbox`` note what the person changed, ``derive`` and ``search`` keep what is computed from it.
"""
