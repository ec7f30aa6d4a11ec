"""Parts of the page of reference data."""
