"""calls.py: DCE/RPC (MS-RPCE, C706) on a named pipe, for interfaces of which a case needs a few calls."""
import struct
import uuid

NDR = uuid.UUID('8a885d04-1ceb-11c9-9fe8-08002b104860').bytes_le + struct.pack('<I', 2)


def string(text):
    """[string] wchar_t *, the NDR conformant varying string, with its terminator."""
    data = (text + '\0').encode('utf-16-le')
    count = len(text) + 1
    return struct.pack('<III', count, 0, count) + data + bytes(-len(data) % 4)


def unique(text):
    return struct.pack('<I', 0x20004) + string(text)


class Pipe:
    """A bound pipe; each call is one request and its answer."""

    def __init__(self, session, name, interface, version):
        self.session, self.call_id = session, 1
        self.tree = session.connect('IPC$')
        self.pipe = session.create(self.tree, name, 0x0012019f, 1, 0x80)
        syntax = uuid.UUID(interface).bytes_le + struct.pack('<HH', *version)
        request = struct.pack('<HHIBBHHBB', 4280, 4280, 0, 1, 0, 0, 0, 1, 0) + syntax + NDR
        endpoint = f'\\PIPE\\{name}\0'.encode()
        answer = struct.pack('<HHIH', 4280, 4280, 0x12f4, len(endpoint)) + endpoint
        answer += bytes(-len(answer) % 4) + struct.pack('<BBHHH', 1, 0, 0, 0, 0) + NDR
        session.write(self.tree, self.pipe, self._pdu(11, request))
        session.read(self.tree, self.pipe, self._pdu(12, answer))
        self.call_id += 1

    def call(self, opnum, stub, answer):
        self.session.transceive(self.tree, self.pipe, self._pdu(0, struct.pack('<IHH', len(stub), 0, opnum) + stub),
                                self._pdu(2, struct.pack('<IHBB', len(answer), 0, 0, 0) + answer))
        self.call_id += 1

    def end(self):
        self.session.close(self.tree, self.pipe)
        self.session.disconnect(self.tree)

    def _pdu(self, kind, body):
        return struct.pack('<BBBBIHHI', 5, 0, kind, 3, 0x10, 16 + len(body), 0, self.call_id) + body
