"""The one table in which a road to gov.br and back is kept."""
