"""smb2.py: one SMB 2.1 session (MS-SMB2) between a client and a server: set-up, trees, files, pipes; signed, not encrypted."""
import hashlib
import hmac
import struct

import ntlm

NEGOTIATE, SESSION_SETUP, LOGOFF, TREE_CONNECT, TREE_DISCONNECT, CREATE, CLOSE, READ, WRITE, IOCTL = 0, 1, 2, 3, 4, 5, 6, 8, 9, 11
MORE_PROCESSING_REQUIRED = 0xc0000016
PIPE_TRANSCEIVE = 0x0011c017
FROM_1601 = 11644473600


class Server:
    def __init__(self, host, name, domain, netbios_domain):
        self.host, self.name, self.domain, self.netbios_domain = host, name, domain, netbios_domain


class Session:
    def __init__(self, connection, capture, server, account, workstation):
        self.connection, self.capture, self.server = connection, capture, server
        self.message, self.session, self.signing_key = 0, 0, None
        self._negotiate()
        self._set_up(account, workstation)

    def connect(self, share):
        path = f'\\\\{self.server.name.lower()}.{self.server.domain}\\{share}'.encode('utf-16-le')
        is_pipe = share == 'IPC$'
        tree = 1 if is_pipe else 5
        self._exchange(TREE_CONNECT, struct.pack('<HHHH', 9, 0, 72, len(path)) + path,
                       struct.pack('<HBBIII', 16, 2 if is_pipe else 1, 0, 0x30 if is_pipe else 0, 0, 0x001f01ff), tree=tree)
        return tree

    def disconnect(self, tree):
        self._exchange(TREE_DISCONNECT, struct.pack('<HH', 4, 0), struct.pack('<HH', 4, 0), tree=tree)

    def create(self, tree, name, access, disposition, attributes):
        """access, disposition: 2.2.13; the answer's attributes say file or pipe. Returns the file id."""
        encoded = name.encode('utf-16-le')
        request = struct.pack('<HBBIQQIIIIIHHII', 57, 0, 0, 2, 0, 0, access, 0, 7, disposition, 0x40, 120, len(encoded), 0, 0) + encoded
        identity = self.capture.random.randbytes(16)
        times = struct.pack('<Q', self._file_time()) * 4
        self._exchange(CREATE, request, struct.pack('<HBBI', 89, 0, 0, 2 if disposition != 1 else 1) + times
                       + struct.pack('<QQII', 0, 0, attributes, 0) + identity + struct.pack('<II', 0, 0), tree=tree)
        return identity

    def close(self, tree, identity):
        self._exchange(CLOSE, struct.pack('<HHI', 24, 0, 0) + identity, struct.pack('<HHI', 60, 0, 0) + bytes(52), tree=tree)

    def write(self, tree, identity, data, offset=0):
        self._exchange(WRITE, struct.pack('<HHIQ', 49, 112, len(data), offset) + identity + struct.pack('<IIHHI', 0, 0, 0, 0, 0) + data,
                       struct.pack('<HHIII', 17, 0, len(data), 0, 0), tree=tree)

    def read(self, tree, identity, data):
        self._exchange(READ, struct.pack('<HBBIQ', 49, 0x50, 0, 4280, 0) + identity + struct.pack('<IIIHH', 0, 0, 0, 0, 0) + b'\0',
                       struct.pack('<HBBIII', 17, 80, 0, len(data), 0, 0) + data, tree=tree)

    def transceive(self, tree, identity, request, response):
        self._exchange(IOCTL, struct.pack('<HHI', 57, 0, PIPE_TRANSCEIVE) + identity
                       + struct.pack('<IIIIIIII', 120, len(request), 0, 0, 0, 4280, 1, 0) + request,
                       struct.pack('<HHI', 49, 0, PIPE_TRANSCEIVE) + identity
                       + struct.pack('<IIIIII', 112, 0, 112, len(response), 0, 0) + response, tree=tree)

    def log_off(self):
        self._exchange(LOGOFF, struct.pack('<HH', 4, 0), struct.pack('<HH', 4, 0))

    def _negotiate(self):
        dialects = struct.pack('<HH', 0x0202, 0x0210)
        client = self.capture.random.randbytes(16)
        request = struct.pack('<HHHHI', 36, 2, 1, 0, 0) + client + bytes(8) + dialects
        blob, now = ntlm.offer(), self._file_time()
        server = self.capture.random.randbytes(16)
        response = (struct.pack('<HHHH', 65, 3, 0x0210, 0) + server + struct.pack('<IIIIQQ', 7, 1 << 20, 1 << 20, 1 << 20, now, 0)
                    + struct.pack('<HHI', 128, len(blob), 0) + blob)
        self._exchange(NEGOTIATE, request, response)

    def _set_up(self, account, workstation):
        random, now = self.capture.random, self._file_time()
        nonce, key = random.randbytes(8), random.randbytes(16)
        signing_key = random.randbytes(16)
        session = random.getrandbits(40) << 8 | 1
        def request(blob): return struct.pack('<HBBIIHHQ', 25, 0, 1, 1, 0, 88, len(blob), 0) + blob
        def response(blob): return struct.pack('<HHHH', 9, 0, 72, len(blob)) + blob
        first = request(ntlm.first(ntlm.negotiate()))
        self._exchange(SESSION_SETUP, first, response(ntlm.incomplete(ntlm.challenge(self.server, nonce, now))),
                       status=MORE_PROCESSING_REQUIRED, answer_session=session)
        self.session = session
        token = ntlm.authenticate(self.server, nonce, now, account, workstation, key, random)
        self._exchange(SESSION_SETUP, request(ntlm.answer(token)), response(ntlm.completed()))
        self.signing_key = signing_key

    def _exchange(self, command, request, response, tree=0, status=0, answer_session=None):
        self._send('client', command, request, tree, 0, self.session)
        self._send('server', command, response, tree, status, self.session if answer_session is None else answer_session)
        self.message += 1

    def _send(self, side, command, body, tree, status, session):
        flags = (1 if side == 'server' else 0) | (8 if self.signing_key else 0)
        if command == TREE_CONNECT and side == 'client':
            tree = 0
        header = b'\xfeSMB' + struct.pack('<HHIHHIIQIIQ', 64, 1, status, command, 31, flags, 0, self.message, 0xfeff, tree, session)
        signature = bytes(16)
        if self.signing_key:
            signature = hmac.new(self.signing_key, header + bytes(16) + body, hashlib.sha256).digest()[:16]
        packet = header + signature + body
        self.connection.send(side, struct.pack('!I', len(packet)) + packet)

    def _file_time(self):
        return int((self.capture.now + FROM_1601) * 10_000_000)
