"""Compare the wire of both services with what the program believes of it: `simonsync verify`.

`facts` has the words: a fact, and how it is judged by answers as they came. `forms` tells how values are
written, and shows a value's form without the value. The facts of each service are declared once (`sellsy`,
`simon`, and `draft` for what only a draft can show); `ask_sellsy`, `ask_simon` and `write` get the answers.
Judging is pure. A new method or field of an adapter needs its line there: a test compares.
"""
