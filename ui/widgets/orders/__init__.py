"""Parts of the pages about orders."""
