"""Strangers' files, parsed in processes of their own: with a bound on memory and time, one process a file.

A template process, which has everything imported, is copied for each file (`template`); the copy limits
itself, reads the file (`tasks`) and sends back plain values and arrays (`messages`), which `pool` checks for
size and the functions of `motion`, `tables`, `checkpoints` and `states` for sense. Nothing of what comes back
is executed.
"""
