"""ChannelDesk: the dealer network on one laptop. Everything that is not pixels; imports no Qt."""

__version__ = "0.1.0"
