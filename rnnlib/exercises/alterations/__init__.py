"""The right answer, altered: what a wrong answer is compared with when no listed mistake fits it.

`arguments` alters what the right function is called with, `program` its code in one place, and
`outputs` what it returns. Each alteration is a `Mistake`: a function and the sentence that says
what it computes, so a sentence is true of every answer that has its numbers.
"""
