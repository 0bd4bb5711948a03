"""Reorganisation of councils as one act: what becomes of their partnerships and open returns, shown, decided, done."""
