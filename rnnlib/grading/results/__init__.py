"""What came out, and what is made from it.

result     a score for each exercise
store      one file a submission, written once
feedback   a page for each student; `report` one for the class
exports    tables for other programs
"""
