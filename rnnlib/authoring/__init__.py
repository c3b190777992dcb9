"""From a lesson source to its notebooks."""
