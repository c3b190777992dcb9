"""Grading a class: the submission runs in a sandbox, and the judge stays outside.

sandbox       what the student's code may see and use: a bubblewrap command line, and limits
course_copy   the copy of rnnlib that the sandbox sees: without references, cases and mistakes
agent, wire   in the sandbox: a Jupyter kernel that also answers "what do you return for this?"
provisioner   starts that kernel; `session` talks to it over a `relay`, `resources` watches it
syscalls      what the sandbox may not ask of the operating system; `cgroup` bounds it as a whole
leftovers     folders of graders that were killed, taken away when the next one starts
submission    bytes -> the cells to run; `reading` has that done in another process
judge         a submission -> scores, by `rnnlib.exercises.comparing` on private seeds
executor      a class -> results, on this machine or on Dask; `store` keeps them
names         of submissions and of the files of their feedback
feedback, report, exports, release    what is made from the results
"""
