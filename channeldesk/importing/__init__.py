"""Tables that people bring: files of unknown origin, looked at and read row by row.

``exchange`` reads what a declared source delivers, by its mapping file; here nobody declared anything:
encoding, separator, headings and notation are recognised, shown, and corrected by the person. Nothing here
knows what the rows mean and nothing writes to a database.
"""
