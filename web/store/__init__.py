"""What the web keeps of its own; sessions are the portal's."""
