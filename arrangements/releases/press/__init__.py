"""Answering the press: what a release says in sentences, with the rows behind each number, and what was answered to whom."""
