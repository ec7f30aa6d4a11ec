"""The frame around the pages: navigation, top bar with the palette, message bar."""
