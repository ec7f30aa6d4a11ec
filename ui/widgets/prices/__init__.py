"""Parts of the page about prices and how far they stand apart."""
