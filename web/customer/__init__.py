"""The customers' pages: entering, the road to gov.br, and the workspace."""
