"""A Jupyter kernel between walls.

walls         what it sees: a bubblewrap command line; `limits` what it may use
syscalls      what it may not ask of the operating system; `cgroup` bounds it as a whole
course_copy   the copy of rnnlib that it gets, by an allow-list: no references, cases or mistakes
provisioner   starts it; `session` talks to it over a `relay`, `resources` watches it
temporary     folders of graders that were killed, taken away when the next one starts
inside        what runs with the student's code, and is not believed
"""
