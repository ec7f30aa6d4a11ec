"""Mappings and the reading of files from outside."""
