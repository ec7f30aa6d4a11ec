"""Files of partners and visits in the window."""
