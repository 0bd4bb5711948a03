"""Because this file stands here, pytest finds the tooling's own files by name, as they find each other."""
