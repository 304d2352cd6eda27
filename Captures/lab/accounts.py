"""accounts.py: who exists in the domain. Read by guest/populate.py on DC1, by the recordings, and by the workspace's documents."""
import collections
import os

Person = collections.namedtuple('Person', 'login given surname title department groups')
Service = collections.namedtuple('Service', 'login names encryption description')


def _people():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'people.tsv'), encoding='utf-8') as table:
        for line in table:
            if line.strip() and not line.startswith('#'):
                *fields, groups = line.rstrip('\n').split('\t')
                yield Person(*fields, groups.split(','))


PEOPLE = list(_people())

# encryption: msDS-SupportedEncryptionTypes. None leaves it out, so that tickets are RC4 (as in most old estates);
# 0x18 is AES only.
SERVICES = [
    Service('svc-sql', ['MSSQLSvc/fs1.alpine.test:1433', 'MSSQLSvc/fs1.alpine.test'], None, 'Database'),
    Service('svc-sap', ['SAPService/sap.alpine.test'], None, 'Enterprise resource planning'),
    Service('svc-backup', ['backup/vault.alpine.test'], None, 'Nightly backup'),
    Service('svc-print', ['HTTP/print.alpine.test'], None, 'Print queue portal'),
    Service('svc-time', ['HTTP/zeit.alpine.test'], None, 'Working-time recording'),
    Service('svc-dms', ['dms/archive.alpine.test'], None, 'Document archive'),
    Service('svc-web', ['HTTP/intranet.alpine.test'], 0x18, 'Intranet'),
    Service('svc-report', ['HTTP/reports.alpine.test', 'MSSQLSvc/reports.alpine.test:1433'], 0x18, 'Reporting'),
    Service('svc-deploy', ['deploy/build.alpine.test'], 0x18, 'Software deployment'),
    Service('svc-wiki', ['HTTP/wiki.alpine.test'], 0x18, 'Wiki'),
    Service('svc-mail', ['SMTP/mail.alpine.test'], 0x18, 'Mail relay'),
    Service('svc-crm', ['HTTP/crm.alpine.test'], 0x18, 'Customer records'),
]

ADMINS = [
    ('adm-arnold', 'System Administrator', ['Tier 0 Operators']),
    ('adm-brunner', 'Head of IT', ['Domain Admins']),
    ('adm-peter', 'Network Administrator', ['Server Admins']),
]

GROUPS = ['Management', 'Finance', 'Sales', 'Engineering', 'Marketing', 'HR', 'IT', 'Logistics', 'Legal', 'Help Desk',
          'VPN Users', 'Server Admins', 'Tier 0 Operators', 'Infrastructure Admins']
NESTING = [('Domain Admins', 'Infrastructure Admins'), ('Infrastructure Admins', 'Tier 0 Operators'),
           ('Server Operators', 'Server Admins'), ('Account Operators', 'Help Desk')]

WITHOUT_PREAUTH = 'svc-scanner'
HONEYTOKEN = 'adm-emergency'

# The password that was sprayed: one person chose it.
SEASON = 'Herbst2026!'
_CHOSEN = {'q.lehner': SEASON, 'svc-scanner': 'Scanner123!', 'svc-sql': 'Datenbank2019!'}


def password_of(login):
    return _CHOSEN.get(login, f'{login.replace(".", "").replace("-", "").capitalize()}-Alpen#47')


if __name__ == '__main__':   # for the shell: the password of one account
    import sys
    print(password_of(sys.argv[1]))
