"""How people get in: tokens that change hands, of which headquarters keeps hashes only."""
