"""The model's loop: paths, instruments, systems of equations, multiplier and break-even."""
