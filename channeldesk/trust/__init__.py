"""Keys and secrets: how the database key is made, wrapped and unlocked, and how logs stay free of it."""
