"""Parts of the pages about partners."""
