"""The laptop's half of synchronisation: a step machine with injected clock, transport and randomness."""
