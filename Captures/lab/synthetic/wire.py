"""wire.py: Ethernet, IPv4 and TCP as two Windows hosts would send them, and the pcapng file that holds the packets."""
import random
import struct

MOST_IN_A_SEGMENT = 1460


def _sum16(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def _address(text):
    return bytes(int(part) for part in text.split('.'))


class Capture:
    """Packets in order of time; the clock moves by what callers let pass."""

    def __init__(self, start, seed):
        self.now = start            # seconds since 1970, UTC
        self.random = random.Random(seed)
        self._packets = []

    def pause(self, seconds):
        self.now += seconds

    def add(self, frame):
        self.now += self.random.uniform(0.00008, 0.0009)
        self._packets.append((int(self.now * 1_000_000), frame))

    def write(self, path):
        def block(kind, body):
            body += b'\0' * (-len(body) % 4)
            size = struct.pack('<I', len(body) + 12)
            return struct.pack('<I', kind) + size + body + size

        with open(path, 'wb') as file:
            file.write(block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1)))
            file.write(block(1, struct.pack('<HHI', 1, 0, 0)))
            for when, frame in self._packets:
                file.write(block(6, struct.pack('<IIIII', 0, when >> 32, when & 0xffffffff, len(frame), len(frame)) + frame))


class Host:
    def __init__(self, address):
        self.address = _address(address)
        self.hardware = bytes([2, 0x20, 0, 0, 0, self.address[3]])
        self.identification = 0x3000 + self.address[3]


class Connection:
    """One TCP connection from client to server, with valid sequence numbers and checksums."""
    FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

    def __init__(self, capture, client, server, client_port, server_port):
        self.capture = capture
        self.ends = {'client': [client, client_port, capture.random.getrandbits(32)],
                     'server': [server, server_port, capture.random.getrandbits(32)]}
        self._segment('client', self.SYN, options=b'\x02\x04\x05\xb4\x01\x01\x04\x02')
        self._segment('server', self.SYN | self.ACK, options=b'\x02\x04\x05\xb4\x01\x01\x04\x02')
        self._segment('client', self.ACK)

    def send(self, side, data):
        for start in range(0, len(data), MOST_IN_A_SEGMENT):
            part = data[start:start + MOST_IN_A_SEGMENT]
            self._segment(side, self.ACK | (self.PSH if start + len(part) == len(data) else 0), part)

    def close(self):
        self._segment('client', self.FIN | self.ACK)
        self._segment('server', self.FIN | self.ACK)
        self._segment('client', self.ACK)

    def _segment(self, side, flags, data=b'', options=b''):
        sender, port, sequence = self.ends[side]
        receiver, other_port, acknowledged = self.ends['server' if side == 'client' else 'client']
        if not flags & self.ACK:
            acknowledged = 0
        head = struct.pack('!HHIIBBHHH', port, other_port, sequence, acknowledged,
                           (20 + len(options)) // 4 << 4, flags, 64240, 0, 0) + options
        pseudo = sender.address + receiver.address + struct.pack('!BBH', 0, 6, len(head) + len(data))
        head = head[:16] + struct.pack('!H', _sum16(pseudo + head + data)) + head[18:]
        sender.identification = sender.identification + 1 & 0xffff
        ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(head) + len(data), sender.identification, 0x4000, 128, 6, 0)
        ip += sender.address + receiver.address
        ip = ip[:10] + struct.pack('!H', _sum16(ip)) + ip[12:]
        self.capture.add(receiver.hardware + sender.hardware + b'\x08\x00' + ip + head + data)
        self.ends[side][2] = sequence + len(data) + bool(flags & (self.SYN | self.FIN)) & 0xffffffff
