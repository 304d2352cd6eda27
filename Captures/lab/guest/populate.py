#!/usr/bin/env python3
"""populate.py: people, groups, service accounts, traps and DNS records; runs on DC1 with Samba's own bindings."""
import sys

sys.path.insert(0, '/opt/lab')
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
import ldb

from accounts import ADMINS, GROUPS, HONEYTOKEN, NESTING, PEOPLE, SERVICES, WITHOUT_PREAUTH, password_of

DO_NOT_EXPIRE, WITHOUT_PREAUTH_FLAG, NORMAL_ACCOUNT = 0x10000, 0x400000, 0x200

settings = LoadParm()
settings.load_default()
sam = SamDB(session_info=system_session(), lp=settings)
base = str(sam.domain_dn())


def change(login, **values):
    """Replaces attributes of one account; a list gives several values."""
    dn = sam.search(base, expression=f'(sAMAccountName={login})', attrs=[])[0].dn
    message = ldb.Message(dn)
    for name, value in values.items():
        attribute = name.replace('__', '-')
        message[attribute] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, attribute)
    sam.modify(message)


for unit in ('People', 'Service Accounts', 'Administrators', 'Teams'):
    sam.create_ou(f'OU={unit},{base}')
for group in GROUPS:
    sam.newgroup(group, groupou='OU=Teams')

for person in PEOPLE:
    sam.newuser(person.login, password_of(person.login), userou='OU=People', givenname=person.given,
                surname=person.surname, jobtitle=person.title, department=person.department, company='Alpine AG',
                mailaddress=f'{person.login}@alpine.test')
    for group in person.groups:
        sam.add_remove_group_members(group, [person.login])

for service in SERVICES:
    sam.newuser(service.login, password_of(service.login), userou='OU=Service Accounts', description=service.description)
    change(service.login, servicePrincipalName=service.names,
           userAccountControl=str(NORMAL_ACCOUNT | DO_NOT_EXPIRE))
    if service.encryption:
        change(service.login, msDS__SupportedEncryptionTypes=str(service.encryption))

for login, title, groups in ADMINS:
    sam.newuser(login, password_of(login), userou='OU=Administrators', jobtitle=title, department='IT')
    for group in groups:
        sam.add_remove_group_members(group, [login])
for outer, inner in NESTING:
    sam.add_remove_group_members(outer, [inner])

sam.newuser(WITHOUT_PREAUTH, password_of(WITHOUT_PREAUTH), userou='OU=Service Accounts',
            description='Old document scanner, cannot pre-authenticate')
change(WITHOUT_PREAUTH, userAccountControl=str(NORMAL_ACCOUNT | DO_NOT_EXPIRE | WITHOUT_PREAUTH_FLAG))
sam.newuser(HONEYTOKEN, password_of(HONEYTOKEN), userou='OU=Administrators',
            description='Emergency access, see safe')
