"""What the command line does: the learner's working copy, JupyterLab, the doctor."""
