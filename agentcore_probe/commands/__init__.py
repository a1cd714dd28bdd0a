"""What each command does: observe, show in the terminal, write, choose the exit code."""
