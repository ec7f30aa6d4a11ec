"""Every widget and chart in every state, for who builds pages: docs/ui.md. English only."""
