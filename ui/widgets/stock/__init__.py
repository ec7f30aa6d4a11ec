"""Parts of the stock list and the count."""
