#!/usr/bin/env python3
"""enumerate-names.py KDC REALM < NAMES: asks for a TGT in each name, without a password; the error tells who exists."""
import sys

from impacket.krb5.kerberosv5 import KerberosError, getKerberosTGT
from impacket.krb5.types import Principal
from impacket.krb5 import constants

kdc, realm = sys.argv[1:]
for name in sys.stdin.read().split():
    client = Principal(name, type=constants.PrincipalNameType.NT_PRINCIPAL.value)
    try:
        getKerberosTGT(client, 'not-tried', realm, '', '', kdcHost=kdc)
    except KerberosError as error:
        print(name, 'unknown' if error.getErrorCode() == 6 else f'exists ({error.getErrorCode()})')
