"""Reviewed pictures of every page, compared with what the window draws today (docs/pictures.md)."""
