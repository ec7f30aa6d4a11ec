"""Loads of real and invented files into headquarters."""
