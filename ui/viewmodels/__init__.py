"""State of complex forms, free of Qt, tested without a window."""
