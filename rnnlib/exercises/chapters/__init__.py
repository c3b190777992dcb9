"""The exercises and questions of the course, a package for each lesson.

forbidden    library functions that would answer several exercises
sentences    sentences that several exercises share for the same mistake
"""
