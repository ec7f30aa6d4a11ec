"""How fast the program is, each figure beside the floor of the same work, measured in one run.

``python -m benchmarks --help`` lists them; ``docs/benchmarks.md`` says what each one times.
"""
