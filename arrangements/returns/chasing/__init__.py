"""Chasing: whom to write to about a return, the reminders written, the calls made, and how complete a year is."""
