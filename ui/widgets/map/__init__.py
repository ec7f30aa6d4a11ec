"""The map: coasts, lakes and rivers, and over them points that are coloured by a figure."""
