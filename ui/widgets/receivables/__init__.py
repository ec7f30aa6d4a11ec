"""What a partner owes and pays: the parts of its page."""
