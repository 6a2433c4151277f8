"""What people read, one folder per language; all three have the same keys and the same parameters.

A parameter is written `{name}`, or `{name:form}` where its value is to be shown in the reader's form:
`money` and `number` for amounts, `moment` for times, or the key of a setting for the name of one of its choices.
"""
