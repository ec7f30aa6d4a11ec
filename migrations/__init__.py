"""Schema migrations, one Alembic environment per side: ``laptop`` and ``hq``.

``python -m migrations laptop "why"`` writes the next revision from what the models declare. Read it, edit it.
"""
