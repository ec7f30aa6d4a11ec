"""Parts of the page of synchronisation."""
