"""An object store for the tests: moto speaks S3. Prints its port. With --certificate and --key it speaks HTTPS."""

import argparse
import logging

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

arguments = argparse.ArgumentParser()
arguments.add_argument("--certificate")
arguments.add_argument("--key")
arguments = arguments.parse_args()

logging.getLogger("werkzeug").setLevel(logging.ERROR)
pair = (arguments.certificate, arguments.key) if arguments.certificate else None
server = make_server(
    "127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, ssl_context=pair
)
print(server.port, flush=True)
server.serve_forever()
