"""Faults of real processes, disks and networks, at random and by the hundred. ``.ci/nightly`` runs them."""
