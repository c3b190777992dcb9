"""A Jupyter kernel in a sandbox.

walls         what it can see: a bubblewrap command line; `limits`: what it may use
syscalls      system calls that are blocked; `cgroup` limits the sandbox as a whole
course_copy   its copy of rnnlib, by an allow-list: no references, cases or mistakes
provisioner   starts it; `session` talks to it over a `relay`, `resources` monitors it
temporary     folders of graders that were killed; the next one removes them
inside        what runs with the student's code, and is not trusted
"""
