"""The demo: an embedded headquarters, a signed-in profile, and the window or a tour without a display."""
