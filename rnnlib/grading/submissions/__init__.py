"""What students submitted, up to the code to run.

collecting   a folder -> names and bytes
names        of submissions and of the files of their feedback
parsing      bytes -> the cells to run
statements   the code of a cell -> what each statement binds and uses
again        what a second run could change, and why a function is missing
serving      the process in which `isolated` runs all of that
"""
