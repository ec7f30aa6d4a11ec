"""What the business is made of: entities and their declarations, values, identifiers, notices."""
