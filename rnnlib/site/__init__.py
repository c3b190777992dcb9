"""The course as a web site: notebooks that run in the browser, and pages to read.

building   the whole site: `rnnlib site`
lite       JupyterLite with the lessons in it
python     its Python: Pyodide, the packages, and rnnlib
bytecode   compiles them in advance; runs in Pyodide
transfer   a learner's work as one file; runs in the browser
reader     the pages to read
trial      every lesson, run in a browser: `rnnlib site --try`
folder     a folder that is made as a whole

Nothing is imported here, because two of these run without most of what the others need.
"""
