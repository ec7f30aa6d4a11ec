"""Parts of the page of requests."""
