"""Mistakes that nobody has listed, made from the reference.

A wrong answer is compared with them when no listed mistake makes its numbers (`exercises.naming`).
The alteration that does is named: "Your numbers are those of `W` transposed."

arguments   the reference called with changed arguments
program     the reference with its program altered in one place, made with
            `instrumenting`, which rewrites it, `variants`, which lists what can be wrong,
            `wording`, which has the words for it, and `switches`, which is called while it runs
relations   what a wrong output is in terms of the right one, with `factors` for numbers by which
            it is off, and `view` for one output in one case
composing   two listed mistakes at once

`arguments`, `program` and `composing` return each alteration as a `Mistake`: a function and the
sentence on what it computes. So the sentence is true of any answer that has the function's numbers.
"""
