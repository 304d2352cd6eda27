"""datagram.py: UDP over IPv4, and the questions that are asked over it: signed time (MS-SNTP), names (RFC 1035), netlogon pings."""
import struct

from ntlm import der
from wire import _sum16


def send(capture, sender, receiver, ports, data):
    """One datagram; ports: of the sender and the receiver."""
    head = struct.pack('!HHHH', *ports, 8 + len(data), 0)
    pseudo = sender.address + receiver.address + struct.pack('!BBH', 0, 17, len(head) + len(data))
    head = head[:6] + struct.pack('!H', _sum16(pseudo + head + data) or 0xffff)
    sender.identification = sender.identification + 1 & 0xffff
    ip = struct.pack('!BBHHHBBH', 0x45, 0, 28 + len(data), sender.identification, 0, 128, 17, 0)
    ip += sender.address + receiver.address
    ip = ip[:10] + struct.pack('!H', _sum16(ip)) + ip[12:]
    capture.add(receiver.hardware + sender.hardware + b'\x08\x00' + ip + head + data)


def signed_time(capture, client, server, port, number, exists):
    """MS-SNTP 2.2.1: the time, to be signed with the key of the account with this number."""
    random = capture.random
    stamp = struct.pack('!II', int(capture.now) + 2208988800, random.getrandbits(32))
    send(capture, client, server, (port, 123), b'\xdb\0\x11\xe9' + bytes(36) + stamp + struct.pack('<I', number) + bytes(16))
    if exists:
        answer = b'\x1c\x03\x11\xe9' + bytes(8) + b'LOCL' + stamp * 4 + struct.pack('<I', number) + random.randbytes(16)
        send(capture, server, client, (123, port), answer)


def _name(text):
    return b''.join(bytes([len(label)]) + label.encode() for label in text.split('.')) + b'\0'


def question(capture, client, server, port, name, kind, data):
    """A question for a name, and an answer with one record."""
    number = capture.random.getrandbits(16)
    asked = _name(name) + struct.pack('!HH', kind, 1)
    send(capture, client, server, (port, 53), struct.pack('!HHHHHH', number, 0x0100, 1, 0, 0, 0) + asked)
    record = b'\xc0\x0c' + struct.pack('!HHIH', kind, 1, 0, len(data)) + data
    send(capture, server, client, (53, port), struct.pack('!HHHHHH', number, 0x8180, 1, 1, 0, 0) + asked + record)


def ping(capture, client, server, port, user, exists):
    """A netlogon ping that names an account (MS-ADTS 6.3.3), and its answer (6.3.1.9)."""
    def term(name, value): return der(0xa3, der(4, name), der(4, value))
    terms = term(b'DnsDomain', b'alpine.test') + term(b'User', user.encode()) + term(b'NtVer', b'\x06\0\0\0')
    search = der(0x63, der(4), der(10, b'\0'), der(10, b'\0'), der(2, b'\0'), der(2, b'\0'), der(1, b'\0'), der(0xa0, terms),
                 der(0x30, der(4, b'Netlogon')))
    send(capture, client, server, (port, 389), der(0x30, der(2, b'\x01'), search))
    names = [_name(text) for text in ('alpine.test', 'alpine.test', 'dc1.alpine.test', 'ALPINE', 'DC1', user, 'Site', 'Site')]
    value = struct.pack('<HHI', 23 if exists else 25, 0, 0x3f3fd) + bytes(16) + b''.join(names) + struct.pack('<IHH', 5, 0xffff, 0xffff)
    entry = der(0x64, der(4), der(0x30, der(0x30, der(4, b'netlogon'), der(0x31, der(4, value)))))
    done = der(0x65, der(10, b'\0'), der(4), der(4))
    send(capture, server, client, (389, port), der(0x30, der(2, b'\x01'), entry) + der(0x30, der(2, b'\x01'), done))


def simple_bind(connection, number, name, password, succeeds):
    """A simple bind over a connection, and its result (RFC 4511 4.2)."""
    message = bytes([number])
    bind = der(0x60, der(2, b'\x03'), der(4, name.encode()), der(0x80, password.encode()))
    connection.send('client', der(0x30, der(2, message), bind))
    words = b'' if succeeds else b'80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 52e, v3839\0'
    connection.send('server', der(0x30, der(2, message), der(0x61, der(10, b'\0' if succeeds else b'\x31'), der(4), der(4, words))))
