"""Credit sales as orders: which credit tickets become one, what an order says line by line, which customer it is for,
and what becomes of it. Values and pure functions; nothing here knows a store, a setup file or PowerOffice's JSON.

Amounts are whole øre: a sale is positive, a return negative.
"""
