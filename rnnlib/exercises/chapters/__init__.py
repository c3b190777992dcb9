"""The exercises and questions of the course, a package for each lesson.

forbidden    what of the library answers several exercises
sentences    what several exercises say of the same mistake
"""
