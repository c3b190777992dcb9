"""What the command line does: JupyterLab, the doctor."""
