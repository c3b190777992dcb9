"""What shares a process with a student's code: the one folder of the grader that the sandbox gets.

agent       a kernel that also answers "what does your function return for this?"
shell       runs a cell's statements, past those that fail through the sandbox alone
wire        how arguments and answers travel
exercises   what `rnnlib.exercises` is in there
"""
