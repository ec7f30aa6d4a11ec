"""Figures made comparable: from what queries return to frozen chart data. Pure; takes no part in storage."""
