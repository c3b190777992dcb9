"""Grading a class: the submission runs in a sandbox, and the judge stays outside.

submissions   a folder -> names and bytes -> the cells to run
sandbox       a kernel between walls, and the conversation with it; `inside` is all of the grader
              that shares a process with a student's code
judge         a submission -> its result: asks on private seeds, `scoring` compares
executor      a class -> results, on this machine or on Dask
results       what is kept, and the feedback, tables and report made from it
viva          questions to a student about their own accepted code
release       hand-outs and autograders
"""
