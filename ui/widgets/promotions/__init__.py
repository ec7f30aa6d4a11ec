"""Parts of the page about promotions."""
