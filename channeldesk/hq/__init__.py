"""Headquarters: the central API. Judges, numbers, feeds; stateless processes over one database."""
