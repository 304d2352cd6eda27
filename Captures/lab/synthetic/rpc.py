"""rpc.py: calls over DCE/RPC (C706, MS-RPCE) on a named pipe, neither signed nor sealed, and the arguments that they share."""
import struct
import uuid

NDR = uuid.UUID('8a885d04-1ceb-11c9-9fe8-08002b104860').bytes_le + struct.pack('<I', 2)
EFSR = '\\lsarpc', 'c681d488-d850-11d0-8c52-00c04fd90f7e', 1
DFSNM = '\\netdfs', '4fc742e0-4a10-11cf-8273-00aa004ae673', 3
FSRVP = '\\FssagentRpc', 'a8e0653c-2744-4389-a61d-7373df8b2292', 1
EVEN = '\\eventlog', '82273fdc-e32a-18c3-3f78-827929dc23ea', 0
RPRN = '\\spoolss', '12345678-1234-abcd-ef00-0123456789ab', 1
RRP = '\\winreg', '338cd001-2244-31f1-aaaa-900038001003', 1
LSAD = '\\lsarpc', '12345778-1234-abcd-ef00-0123456789ab', 0


def string(text, is_last=False):
    """[string] wchar_t *, with its terminator; nothing is aligned after what is last."""
    data = (text + '\0').encode('utf-16-le')
    return struct.pack('<III', len(text) + 1, 0, len(text) + 1) + data + bytes(0 if is_last else -len(data) % 4)


def unique(text):
    return struct.pack('<I', 0x20004) + string(text)


def counted(text, is_terminated=True):
    """RPC_UNICODE_STRING (MS-DTYP 2.3.10); the registry's has a terminator."""
    data = (text + '\0' * is_terminated).encode('utf-16-le')
    count = len(text) + is_terminated
    return struct.pack('<HHIIII', len(data), len(data), 0x20008, count, 0, count) + data + bytes(-len(data) % 4)


class Pipe:
    """An open pipe, bound to an interface."""

    def __init__(self, session, interface):
        name, identity, version = interface
        self.session, self.number = session, 1
        self.tree = session.connect('IPC$')
        self.pipe = session.create(self.tree, name[1:], 0x0012019f, 1, 0x80)
        syntax = uuid.UUID(identity).bytes_le + struct.pack('<HH', version, 0)
        request = struct.pack('<HHIBBHHBB', 4280, 4280, 0, 1, 0, 0, 0, 1, 0) + syntax + NDR
        endpoint = b'\\PIPE' + name.encode() + b'\0'
        answer = struct.pack('<HHIH', 4280, 4280, 0x12f4, len(endpoint)) + endpoint
        answer += bytes(-len(answer) % 4) + struct.pack('<BBHHH', 1, 0, 0, 0, 0) + NDR
        session.write(self.tree, self.pipe, self._pdu(11, request))
        session.read(self.tree, self.pipe, self._pdu(12, answer))
        self.number += 1

    def call(self, opnum, stub, answer=bytes(4)):
        self.session.transceive(self.tree, self.pipe, self._pdu(0, struct.pack('<IHH', len(stub), 0, opnum) + stub),
                                self._pdu(2, struct.pack('<IHBB', len(answer), 0, 0, 0) + answer))
        self.number += 1

    def open(self, opnum, stub):
        """A call that opens something; its handle."""
        handle = bytes(4) + self.session.capture.random.randbytes(16)
        self.call(opnum, stub, handle + bytes(4))
        return handle

    def close(self):
        self.session.close(self.tree, self.pipe)
        self.session.disconnect(self.tree)

    def _pdu(self, kind, body):
        return struct.pack('<BBBBIHHI', 5, 0, kind, 3, 0x10, 16 + len(body), 0, self.number) + body
