"""From nothing to the open window: which profile, signing in, unlocking, the first synchronisation."""
