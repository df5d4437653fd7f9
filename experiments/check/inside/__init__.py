"""What runs in the stranger's process: loads a file, asks its code, writes the answers down."""
