"""The staff's pages: their entrance, what waits for them, and the decisions."""
