"""Sell-in and sell-out: figures, tables and the form of a report."""
