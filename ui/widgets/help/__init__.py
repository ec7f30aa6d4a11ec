"""Parts of the help page."""
