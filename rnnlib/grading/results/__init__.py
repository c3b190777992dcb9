"""Results of grading, and what is made from them.

result     a score for each exercise
store      one file per submission, written once
entries    what counts for each student, in one file per lesson
feedback   a page for each student; `report` is one for the class, built from `pages` and `figures`
exports    the files of a lesson
gradebook  one table of all lessons, with `people` from the roster and points awarded `by_hand`
lms_files  what Canvas, Moodle and nbgrader import
"""
