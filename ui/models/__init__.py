"""Models between queries and views: one table model for every list."""
