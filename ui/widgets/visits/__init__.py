"""Parts of the visits page."""
