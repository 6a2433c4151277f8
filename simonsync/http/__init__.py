"""How both services are spoken to: time limits, repeats, rate limit, and what an attempt amounted to.

    session = Session("Sellsy", url, timeout=30, requests_per_second=5)
    session.send(Call("Client.getList", "POST", repeatable=True, body=…), read) -> whatever `read` makes of it
    session.requests       how many requests were sent
    session.server_time    the service's own clock: its last word, and what has passed since
    session.close()        or use the session in a `with`

`read` turns an `Answer` (status, headers, body, `json()`) into a value. It may raise any of our errors, which
then is final, or `Unsettled`: the service did not say what became of the request. Whether a call may be
repeated is the caller's decision, never a matter of the verb. A session may be used by several threads.

What happened, and what becomes of it (`session` is the only module that decides it):

| what happened                                            | repeatable (a read)  | otherwise (a write) |
| -------------------------------------------------------- | -------------------- | ------------------- |
| a signal asked for a stop; nothing of it was sent        | Stopped              | Stopped             |
| a signal, and no whole answer two seconds later          | Stopped              | OutcomeUnknown      |
| the service failed 5 times in a row, or for 40 s in all  | ServiceUnavailable   | ServiceUnavailable  |
| the next slot is more than 40 s away (a write: 20 s)     | ServiceUnavailable   | ServiceUnavailable  |
| name, connection or TLS failed; nothing of it was sent   | again (1)            | NotSent             |
| the certificate is not to be trusted                     | ServiceUnavailable   | NotSent             |
| connection lost, time-out, half an answer                | again (1)            | OutcomeUnknown      |
| an answer that drips: not whole after 4 times the limit  | ServiceUnavailable   | OutcomeUnknown      |
| an answer that is too large, a redirect (never followed) | ServiceUnavailable   | OutcomeUnknown      |
| 429                                                      | waits (1)            | NotSent             |
| 5xx; `read` raised Unsettled (empty, HTML, not JSON, …)  | again (1)            | OutcomeUnknown      |
| any other status                                         | `read` decides       | `read` decides      |

(1) with growing pauses, and ServiceUnavailable once 40 seconds have passed in all.

"Nothing of it was sent" means that no byte of the body was asked for: a reset while sending may have been
applied all the same, and counts as unknown.

Nobody waits in a socket: each request has a thread of its own (`simonsync.http.flight`), which the waiting
one leaves behind when the time is up or a signal came. Before a request is sent it stops once, connected: so
requests are spaced by when they really leave, and what is given up earlier is never sent at all.

Each request leaves one line in the log "simonsync.http": service, name, status, milliseconds, bytes. Never a
header, a parameter or a body: they hold secrets and customers.

A transport of one's own (`Hooks.transport`, a requests adapter) gets the body as a binary file, as it goes
out in blocks, and gives a response whose `raw` has `read1` (`urllib3.HTTPResponse` has).
"""

from __future__ import annotations

from simonsync.http.address import checked_url, is_loopback
from simonsync.http.call import MAX_BYTES, Answer, Around, Busy, Call, Hooks, Unsettled
from simonsync.http.pacing import FAILURES_IN_A_ROW, PATIENCE, Breaker, Pacer
from simonsync.http.session import DEADLINE, Session

__all__ = [
    "DEADLINE",
    "FAILURES_IN_A_ROW",
    "MAX_BYTES",
    "PATIENCE",
    "Answer",
    "Around",
    "Breaker",
    "Busy",
    "Call",
    "Hooks",
    "Pacer",
    "Session",
    "Unsettled",
    "checked_url",
    "is_loopback",
]
