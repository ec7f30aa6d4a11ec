"""The parts of the page Needs you."""
