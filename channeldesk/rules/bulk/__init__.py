"""Many rows of reference data changed in one edit: what may be done, and what would come of it."""
