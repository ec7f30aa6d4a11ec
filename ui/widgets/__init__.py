"""Reusable parts of pages.

Import each from its own file; nothing is imported here, so that start-up stays quick.
"""
