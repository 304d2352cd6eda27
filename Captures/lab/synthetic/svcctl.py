"""svcctl.py: the service control manager's calls (MS-SCMR 3.1.4) over DCE/RPC (MS-RPCE, C706) on the pipe svcctl."""
import struct
import uuid

SVCCTL = uuid.UUID('367abb81-9844-35f1-ad32-98f038001003').bytes_le + struct.pack('<HH', 2, 0)
NDR = uuid.UUID('8a885d04-1ceb-11c9-9fe8-08002b104860').bytes_le + struct.pack('<I', 2)
CLOSE_HANDLE, CONTROL, DELETE, QUERY_STATUS, CREATE, OPEN_MANAGER, OPEN_SERVICE, START = 0, 1, 2, 6, 12, 15, 16, 19
STOPPED, START_PENDING, STOP_PENDING, RUNNING = 1, 2, 3, 4


def _string(text):
    """[string] wchar_t *, the NDR conformant varying string, with its terminator."""
    data = (text + '\0').encode('utf-16-le')
    count = len(text) + 1
    return struct.pack('<III', count, 0, count) + data + bytes(-len(data) % 4)


class Manager:
    """An open manager on the far side; each method is one call and its answer."""

    def __init__(self, session, random):
        self.session, self.random, self.call = session, random, 1
        self.tree = session.connect('IPC$')
        self.pipe = session.create(self.tree, 'svcctl', 0x0012019f, 1, 0x80)
        self._bind()
        self.handle = self._open(OPEN_MANAGER, self._unique(f'\\\\{session.server.name}') + self._unique('ServicesActive')
                                 + struct.pack('<I', 0xf003f))

    def create(self, name, display, path):
        stub = (self.handle + _string(name) + self._unique(display) + struct.pack('<IIII', 0xf01ff, 0x10, 3, 0) + _string(path)
                + struct.pack('<IIIIIII', 0, 0, 0, 0, 0, 0, 0))
        service = self._new_handle()
        self._call(CREATE, stub, bytes(4) + service + bytes(4))
        return service

    def open(self, name):
        return self._open(OPEN_SERVICE, self.handle + _string(name) + struct.pack('<I', 0x34))

    def start(self, service):
        self._call(START, service + struct.pack('<II', 0, 0), bytes(4))

    def stop(self, service):
        self._call(CONTROL, service + struct.pack('<I', 1), self._status(STOP_PENDING) + bytes(4))

    def status(self, service, state):
        self._call(QUERY_STATUS, service, self._status(state) + bytes(4))

    def delete(self, service):
        self._call(DELETE, service, bytes(4))

    def close(self, handle):
        self._call(CLOSE_HANDLE, handle, bytes(24))

    def end(self):
        self.close(self.handle)
        self.session.close(self.tree, self.pipe)
        self.session.disconnect(self.tree)

    def _open(self, opnum, stub):
        handle = self._new_handle()
        self._call(opnum, stub, handle + bytes(4))
        return handle

    def _status(self, state):
        return struct.pack('<IIIIIII', 0x10, state, 1 if state == RUNNING else 0, 0, 0, 0, 0)

    def _new_handle(self):
        return bytes(4) + self.random.randbytes(16)

    def _unique(self, text):
        return struct.pack('<I', 0x20000 | self.random.getrandbits(14) << 2) + _string(text)

    def _bind(self):
        request = struct.pack('<HHIBBHHBB', 4280, 4280, 0, 1, 0, 0, 0, 1, 0) + SVCCTL + NDR
        endpoint = b'\\PIPE\\ntsvcs\0'
        answer = struct.pack('<HHIH', 4280, 4280, 0x12f4, len(endpoint)) + endpoint
        answer += bytes(-len(answer) % 4) + struct.pack('<BBHHH', 1, 0, 0, 0, 0) + NDR
        self.session.write(self.tree, self.pipe, self._pdu(11, request))
        self.session.read(self.tree, self.pipe, self._pdu(12, answer))
        self.call += 1

    def _call(self, opnum, stub, answer):
        self.session.transceive(self.tree, self.pipe, self._pdu(0, struct.pack('<IHH', len(stub), 0, opnum) + stub),
                                self._pdu(2, struct.pack('<IHBB', len(answer), 0, 0, 0) + answer))
        self.call += 1

    def _pdu(self, kind, body):
        return struct.pack('<BBBBIHHI', 5, 0, kind, 3, 0x10, 16 + len(body), 0, self.call) + body
