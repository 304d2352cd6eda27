#!/usr/bin/env python3
"""enumerate-names.py KDC REALM < NAMES: asks for a TGT in each name, without pre-authentication; the error tells who exists."""
import datetime
import random
import sys

from impacket.krb5 import constants
from impacket.krb5.asn1 import AS_REQ, seq_set, seq_set_iter
from impacket.krb5.kerberosv5 import KerberosError, sendReceive
from impacket.krb5.types import KerberosTime, Principal
from pyasn1.codec.der import encoder

UNKNOWN = 6
kdc, realm = sys.argv[1:]


def as_req(name):
    request = AS_REQ()
    request['pvno'] = 5
    request['msg-type'] = int(constants.ApplicationTagNumbers.AS_REQ.value)
    body = seq_set(request, 'req-body')
    body['kdc-options'] = constants.encodeFlags([constants.KDCOptions.renewable_ok.value])
    seq_set(body, 'cname', Principal(name, type=constants.PrincipalNameType.NT_PRINCIPAL.value).components_to_asn1)
    body['realm'] = realm
    seq_set(body, 'sname', Principal(f'krbtgt/{realm}', type=constants.PrincipalNameType.NT_SRV_INST.value).components_to_asn1)
    body['till'] = KerberosTime.to_asn1(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1))
    body['nonce'] = random.getrandbits(31)
    seq_set_iter(body, 'etype', (18, 17, 23))
    return encoder.encode(request)


for name in sys.stdin.read().split():
    try:
        sendReceive(as_req(name), realm, kdc)
        print(name, 'exists')
    except KerberosError as error:
        print(name, 'unknown' if error.getErrorCode() == UNKNOWN else error)
