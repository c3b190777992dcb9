"""The exercises and questions of the course, a package for each lesson.

forbidden    what of the library answers several exercises
"""
