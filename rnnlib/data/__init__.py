"""What networks learn from: batches, each with the loss that belongs to it.

tasks       seeded tasks with their baselines
words       words of different lengths, to be written backward
sentences   the year in a sentence, at different places
realdata    English text and an EEG, out of installed packages
"""
