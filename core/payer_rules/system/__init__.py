"""The operating system: files that are read and replaced, temporary folders, signals, processes."""
