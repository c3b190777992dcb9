"""The only part of the grader that runs in the same process as a student's code.

agent       a kernel that also answers "what does your function return for this?"
shell       runs a cell's statements, continuing after failures caused only by the sandbox
wire        how arguments and answers are encoded
exercises   the `rnnlib.exercises` of the sandbox
"""
