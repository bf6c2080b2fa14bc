"""What every client of a web service needs: deadlines, proxies, certificates, throttling, redaction."""
