"""What `normaliza up` does: servers, first data, processes, and their end."""
