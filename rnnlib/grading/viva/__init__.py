"""Questions about a student's own accepted code, to check understanding, with answer keys.

definitions   the code in a notebook that defines an answer, as it is printed
changing      changes of one expression in that code, by its syntax tree
inputs        small inputs, drawn for each student
trying        runs the code and its changes in a sandbox, on these inputs
asking        the questions that the changed results allow
pages         a page for each student, and the keys
making        the questions for a student, and for a class

`definitions` and `changing` read what students wrote: only `submissions.serving` imports them.
"""
