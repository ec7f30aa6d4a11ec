"""What people do: one function per intent, writing through one transaction, returning :class:`Done`."""
