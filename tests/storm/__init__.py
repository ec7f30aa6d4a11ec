"""The storm: random people, random faults, several laptops and a headquarters, judged against a plain model.

Everything that decides runs for real: SQLCipher files, captured writes, rounds, the routes' own functions
over SQLite or PostgreSQL. Only chance, clocks and ids come from the seed: a failing seed fails again::

    python -m tests.storm --seeds 500
    python -m tests.storm --seed 4711 --verbose
"""
