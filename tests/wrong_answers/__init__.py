"""Labelled answers to every exercise: right ones in several styles, and wrong ones.

Each module chNN.py has RIGHT = {id: [functions]} and WRONG = {id: [Wrong(function, name)]},
where name is the named mistake that must be recognised, or None if there is none.
"""
