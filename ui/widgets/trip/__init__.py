"""Parts of the trip pack."""
