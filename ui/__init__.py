"""The window: pixels only. It reaches data through the desk and knows no database and no network."""
