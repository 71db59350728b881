"""How surely a figure is known."""
