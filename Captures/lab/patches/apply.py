#!/usr/bin/env python3
"""apply.py: small changes to the installed impacket, so that its tools work against Samba. Run by the venv's python; repeatable.

1. Samba's KDC wants the checksum of the request's body in the authenticator of a TGS-REQ (RFC 4120, 7.2.2).
2. Samba leaves the start time out of tickets that are valid at once; impacket's credential cache expects one.
3. Samba wants the schemaInfo entry at the end of the prefix table of DRSGetNCChanges (MS-DRSR 5.16.4, 5.182).
4. Samba does not know the name form DOMAIN\\account in a TGS-REQ; GetUserSPNs asks for the service principal name instead.
"""
import pathlib
import sys

import impacket

ROOT = pathlib.Path(impacket.__file__).parent
TOOLS = pathlib.Path(sys.executable).parent

BIND_BODY = '''\
    body = encoder.encode(reqBody)
    if body[0] != 0x30:   # the explicit tag is not part of what is summed
        body = body[2 + (body[1] & 0x7f if body[1] & 0x80 else 0):]
    kind = {23: 0xffffff76, 17: 15, 18: 16}[int(cipher.enctype)]
    authenticator['cksum'] = noValue
    authenticator['cksum']['cksumtype'] = kind - (1 << 32) if kind >> 31 else kind
    authenticator['cksum']['checksum'] = _checksum_table[kind].checksum(sessionKey, 6, body)
    apReq['authenticator']['cipher'] = cipher.encrypt(sessionKey, 7, encoder.encode(authenticator), None)
    tgsReq['padata'][0]['padata-value'] = encoder.encode(apReq)

'''
SCHEMA_INFO = '''\
            schemaInfo = drsuapi.PrefixTableEntry()
            schemaInfo['ndx'] = 0
            schemaInfo['prefix']['length'] = 21
            schemaInfo['prefix']['elements'] = [0xff] + [0] * 20
            self.__prefixTable.append(schemaInfo)
'''


def replace(file, old, new):
    path = ROOT / file   # an absolute file stays itself
    text = path.read_text(encoding='utf-8')
    if new in text:
        return
    if old not in text:
        raise SystemExit(f'{path}: this is not the version the lab was made with')
    path.write_text(text.replace(old, new), encoding='utf-8')


def insert_before(file, mark, addition):
    replace(file, mark, addition + mark)


replace('krb5/kerberosv5.py', 'import Key, _enctype_table, InvalidChecksum', 'import Key, _enctype_table, _checksum_table, InvalidChecksum')
replace('krb5/kerberosv5.py',
        "    message = encoder.encode(tgsReq)\n\n    r = sendReceive(message, domain, kdcHost)\n\n    # Get the session key\n\n    tgs =",
        BIND_BODY + "    message = encoder.encode(tgsReq)\n\n    r = sendReceive(message, domain, kdcHost)\n\n    # Get the session key\n\n    tgs =")
for part in ('encASRepPart', 'encTGSRepPart'):
    replace('krb5/ccache.py', f"from_asn1({part}['starttime'])",
            f"from_asn1({part}['starttime' if {part}['starttime'].hasValue() else 'authtime'])")
insert_before('examples/secretsdump.py', "        request['pmsgIn']['V8']['pPartialAttrSet'] = self.__ppartialAttrSet\n", SCHEMA_INFO)
replace(TOOLS / 'GetUserSPNs.py', "principalName.type = constants.PrincipalNameType.NT_MS_PRINCIPAL.value",
        "principalName.type = constants.PrincipalNameType.NT_SRV_INST.value")
replace(TOOLS / 'GetUserSPNs.py', "principalName.components = [downLevelLogonName]", "principalName.components = SPN.split('/')")
