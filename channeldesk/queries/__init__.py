"""What people look at: functions of a connection that return frozen data. The laptop's tables, plain SQL."""
