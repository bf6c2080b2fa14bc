"""What every client of a web service needs, ledgers and sources that fetch alike.

    client.py          one exchange: throttle, deadline, size; when it is tried again
    failures.py        how an exchange fails, by what is known of the request
    transport.py       how requests leave this machine: proxies, certificates
    network.py         what surrounds a machine's connections, and what is wrong with it, in words
    timed_stream.py    connections whose every step ends by a deadline
    throttle.py        one line per key, in this process
    told_time.py       the service's own clock
    evidence.py        answers kept word for word
    redact.py          secrets covered in any text

No service's own words or rules live here.
"""
