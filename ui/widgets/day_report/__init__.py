"""Parts of the day report: how it is told, on screen, on paper and in a letter."""
