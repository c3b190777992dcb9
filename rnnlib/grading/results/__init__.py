"""What came out, and what is made from it.

result     a score for each exercise
store      one file a submission, written once
entries    what counts for each student, a file for each lesson
feedback   a page for each student; `report` one for the class, of `pages` and `figures`
exports    the files of a lesson
gradebook  one table over lessons, with `people` of the roster and points given `by_hand`
lms_files  what Canvas, Moodle and nbgrader import
"""
