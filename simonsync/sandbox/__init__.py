"""Both services on loopback, strict stand-ins for trying out and for tests.

The stand-ins are written from the same facts as the API clients but share no code with them, so that a fact
misread on one side cannot hide behind the same mistake on the other. Nothing heavy is imported here; start
with `simonsync.sandbox.box.Sandbox`.
"""
