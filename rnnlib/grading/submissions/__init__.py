"""What students handed in, up to the code that is to run.

collecting   a folder -> names and bytes
names        of submissions and of the files of their feedback
parsing      bytes -> the cells to run; `isolated` has that done in another process
"""
