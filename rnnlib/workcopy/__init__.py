"""The learner's working copy of the course, and how an update reaches it without loss.

merge       three-way, cell by cell
refreshing  a folder on disk: `rnnlib lab`
browser     the files that a browser keeps of the site
"""
