"""A shop that runs: the book of `examples/shop.py` behind FastAPI, with its orders in a database.

Read `app.py` first: it is the list of what can be asked. Then `counter.py` (what each request does), `wire.py`
(bodies in and answers out), `database.py` (tables and transactions), `limits.py` and `orders.py` (what is stored, and
read back).
"""
