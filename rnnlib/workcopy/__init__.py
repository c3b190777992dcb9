"""The learner's working copy of the course, and how updates reach it without losing work.

merge       three-way, cell by cell
refreshing  a folder on disk: `rnnlib lab`
browser     the site's files stored in a browser
"""
