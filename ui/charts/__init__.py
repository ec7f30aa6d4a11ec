"""Charts drawn from frozen chart data.

``frame.ChartFrame`` is what pages use; pyqtgraph loads with the first plot.
"""
