"""Pickglass."""
