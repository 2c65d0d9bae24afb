"""A time-stamping authority (RFC 3161) on loopback: `openssl ts` behind HTTP, with a CA of its own."""
import subprocess

from receiver import Receiver

DIGEST = b"\x04\x20"  # what stands before the digest in a request
DIGEST_BYTES = 32

CONFIG = """
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[signer]
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = answers
[answers]
serial = serial
signer_cert = signer.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = {digests}
tsa_name = yes
ess_cert_id_alg = sha256
"""


def openssl(*words, cwd):
    done = subprocess.run(["openssl", *map(str, words)], cwd=cwd, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


class Tsa(Receiver):
    """`lie` is called with each honest answer and its request, and returns what is sent; it may be
    replaced. `ca` is the PEM file that verifies the stamps."""

    def __init__(self, directory, digests="sha256"):
        self.directory, self.ca = directory, directory / "ca.pem"
        directory.mkdir()
        (directory / "tsa.cnf").write_text(CONFIG.format(digests=digests))
        (directory / "serial").write_text("01\n")
        self.make_certificates()
        self.lie = lambda answer, request: answer
        self.requests = []
        super().__init__(self.reply)

    def make_certificates(self):
        def make(*words):
            openssl(*words, "-config", "tsa.cnf", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", cwd=self.directory)

        make("req", "-x509", "-subj", f"/CN=CA of {self.directory.name}", "-extensions", "ca",
             "-keyout", "ca.key", "-out", "ca.pem", "-days", 30)
        make("req", "-subj", f"/CN=TSA of {self.directory.name}", "-keyout", "signer.key",
             "-out", "signer.csr")
        openssl("x509", "-req", "-in", "signer.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-extfile", "tsa.cnf", "-extensions", "signer", "-days", 30,
                "-out", "signer.pem", cwd=self.directory)

    def honest(self, request):
        (self.directory / "request.tsq").write_bytes(request)
        openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request.tsq", "-out",
                "answer.tsr", cwd=self.directory)
        return (self.directory / "answer.tsr").read_bytes()

    def reply(self, message):
        assert message.headers["Content-Type"] == "application/timestamp-query"
        self.requests.append(message.body)
        answer = self.lie(self.honest(message.body), message.body)
        if isinstance(answer, int):
            return answer
        return 200, {"Content-Type": "application/timestamp-reply"}, answer

    # --- lies

    def of_another_digest(self, _, request):
        at = request.index(DIGEST) + len(DIGEST)
        return self.honest(request[:at] + bytes(DIGEST_BYTES) + request[at + DIGEST_BYTES:])

    def of_another_request(self, _, request):
        nonce = request.index(DIGEST) + len(DIGEST) + DIGEST_BYTES
        last = nonce + 1 + request[nonce + 1]
        return self.honest(request[:last] + bytes([request[last] ^ 1]) + request[last + 1:])

    @staticmethod
    def forged(answer, _):
        return answer[:-1] + bytes([answer[-1] ^ 1])
