"""What no single cell decides: ids, references, flows, texts."""
