"""Hostile input against a running server: time, memory, and what other visitors notice."""
