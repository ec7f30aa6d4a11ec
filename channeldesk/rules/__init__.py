"""What the trade decides: prices, credit, judgement of orders, merging, stock, suggestions.

Pure functions over frozen dataclasses: no storage, no clock, no locale. The laptop runs them for the
provisional answer, headquarters runs the same for the final one. Dates are ``datetime.date`` here; values
are the whole numbers of :mod:`channeldesk.model.values`; whatever a person reads is a Notice.
"""
