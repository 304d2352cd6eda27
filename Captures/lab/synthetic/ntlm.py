"""ntlm.py: the three messages of NTLM (MS-NLMP 2.2.1) inside SPNEGO (RFC 4178), as a Windows client and server write them."""
import hashlib
import hmac
import struct

UNICODE, TARGET, SIGN, NTLM, ALWAYS_SIGN, TARGET_DOMAIN = 0x1, 0x4, 0x10, 0x200, 0x8000, 0x10000
EXTENDED, TARGET_INFO, VERSION, KEY_128, KEY_EXCHANGE, KEY_56 = 0x80000, 0x800000, 0x2000000, 0x20000000, 0x40000000, 0x80000000
FLAGS = (UNICODE | TARGET | SIGN | NTLM | ALWAYS_SIGN | EXTENDED | TARGET_INFO | VERSION | KEY_128 | KEY_EXCHANGE | KEY_56)
WINDOWS_10 = struct.pack('<BBHBBBB', 10, 0, 19041, 0, 0, 0, 15)
WINDOWS_SERVER = struct.pack('<BBHBBBB', 10, 0, 20348, 0, 0, 0, 15)

NTLMSSP_OID = bytes.fromhex('060a2b06010401823702020a')
SPNEGO_OID = bytes.fromhex('06062b0601050502')


def der(tag, *parts):
    body = b''.join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    if size < 0x100:
        return bytes([tag, 0x81, size]) + body
    return bytes([tag, 0x82]) + struct.pack('!H', size) + body


def offer():
    """What a server says in its negotiate response: NTLM is spoken here."""
    return der(0x60, SPNEGO_OID, der(0xa0, der(0x30, der(0xa0, der(0x30, NTLMSSP_OID)))))


def first(token):
    return der(0x60, SPNEGO_OID, der(0xa0, der(0x30, der(0xa0, der(0x30, NTLMSSP_OID)), der(0xa2, der(0x04, token)))))


def incomplete(token):
    return der(0xa1, der(0x30, der(0xa0, b'\x0a\x01\x01'), der(0xa1, NTLMSSP_OID), der(0xa2, der(0x04, token))))


def answer(token):
    return der(0xa1, der(0x30, der(0xa2, der(0x04, token))))


def completed():
    return der(0xa1, der(0x30, der(0xa0, b'\x0a\x01\x00')))


def negotiate():
    return b'NTLMSSP\0' + struct.pack('<II', 1, FLAGS & ~TARGET_INFO) + bytes(16) + WINDOWS_10


def _pairs(server, file_time, more=()):
    values = [(2, server.netbios_domain), (1, server.name), (4, server.domain), (3, f'{server.name.lower()}.{server.domain}'),
              (5, server.domain)]
    return (b''.join(struct.pack('<HH', kind, len(text) * 2) + text.encode('utf-16-le') for kind, text in values)
            + struct.pack('<HHQ', 7, 8, file_time) + b''.join(struct.pack('<HH', kind, len(value)) + value for kind, value in more)
            + bytes(4))


def challenge(server, nonce, file_time):
    name, pairs = server.netbios_domain.encode('utf-16-le'), _pairs(server, file_time)
    return (b'NTLMSSP\0' + struct.pack('<IHHII', 2, len(name), len(name), 56, FLAGS | TARGET_DOMAIN) + nonce + bytes(8)
            + struct.pack('<HHI', len(pairs), len(pairs), 56 + len(name)) + WINDOWS_SERVER + name + pairs)


def authenticate(server, nonce, file_time, account, workstation, key, random):
    """NTLMv2 (MS-NLMP 3.3.2) with a key nobody has; the message integrity code is as unverifiable as it is on any wire."""
    machine = hashlib.sha256(workstation.encode()).digest()
    more = [(6, struct.pack('<I', 2)), (8, struct.pack('<IIQ', 48, 0, 1) + machine), (10, bytes(16)),
            (9, f'cifs/{server.name.lower()}.{server.domain}'.encode('utf-16-le'))]
    blob = bytes([1, 1]) + bytes(6) + struct.pack('<Q', file_time) + random.randbytes(8) + bytes(4)
    blob += _pairs(server, file_time, more) + bytes(4)
    response = hmac.new(key, nonce + blob, hashlib.md5).digest() + blob
    fields = [bytes(24), response, server.netbios_domain.encode('utf-16-le'), account.encode('utf-16-le'),
              workstation.encode('utf-16-le'), random.randbytes(16)]
    order = [2, 3, 4, 0, 1, 5]    # Windows puts the names before the responses
    offsets, position = {}, 88
    for index in order:
        offsets[index] = position
        position += len(fields[index])
    head = b''.join(struct.pack('<HHI', len(field), len(field), offsets[index]) for index, field in enumerate(fields))
    return (b'NTLMSSP\0' + struct.pack('<I', 3) + head + struct.pack('<I', FLAGS) + WINDOWS_10 + random.randbytes(16)
            + b''.join(fields[index] for index in order))
