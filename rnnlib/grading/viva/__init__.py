"""Did they understand it? Questions about a student's own accepted code, and their key.

definitions   what of a notebook defines an answer, as it is printed
changing      one expression of it changed, by its syntax tree
inputs        small inputs, drawn for each student
trying        the code and its changes run in a sandbox, on these inputs
asking        what there is to ask of what has changed
pages         a page for each student, and the keys
making        a student's questions, and a class's

`definitions` and `changing` read what students wrote: only `submissions.serving` imports them.
"""
