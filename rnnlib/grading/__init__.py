"""Grading a class: submissions run in a sandbox, and the judge stays outside.

submissions   a folder -> names and bytes -> the cells to run
sandbox       an isolated kernel, and the communication with it; `inside` is the only part of the
              grader that shares a process with a student's code
judge         a submission -> its result: calls functions on private seeds; `scoring` compares
executor      a class -> results, on this machine or on Dask
results       what is stored, and the feedback, tables and report made from it
viva          questions for a student about their own accepted code
release       handouts and autograders
"""
