import Evidence
import Testing

@testable import Detections

@Suite struct `Directory reconnaissance` {
  @Test(arguments: [
    "(&(samAccountType=805306368)(servicePrincipalName=*)(!(samAccountName=krbtgt)))",
    "(memberOf:1.2.840.113556.1.4.1941:=CN=Domain Admins,CN=Users,DC=alpine,DC=test)",
    "(&(objectClass=group)(cn=Domain Admins))", "(servicePrincipalName=*/*)",
  ])
  func `ldap-principal-reconnaissance fires on one telling search`(_ filter: String) {
    var traffic = Traffic([LDAPPrincipalReconnaissance.self])
    traffic.see(.search(filter), as: .mallory)
    #expect(traffic.alert?.severity == .medium)
    #expect(traffic.alert?.accounts.map(\.name) == ["mallory"])
  }

  @Test(arguments: [
    "(&(sAMAccountName=bob)(memberOf=CN=Domain Admins,CN=Users,DC=alpine,DC=test))",
    "(servicePrincipalName=MSSQLSvc/fs1.alpine.test:1433)", "(anr=hof)",
    "(&(objectClass=user)(mail=o.kunz@alpine.test))",
    "(&(objectClass=computer)(servicePrincipalName=*))", "(objectClass=user)",
  ])
  func `ldap-principal-reconnaissance silent on its twin: applications`(_ filter: String) {
    var traffic = Traffic([LDAPPrincipalReconnaissance.self])
    traffic.see(.search(filter))
    traffic.see(.search("(servicePrincipalName=*)"), from: Traffic.controller)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `ldap-principal-reconnaissance edges: two lists are a daemon's, three are a map`() {
    var traffic = Traffic([LDAPPrincipalReconnaissance.self])
    traffic.see(.search("(&(objectCategory=person)(objectClass=user))"))
    traffic.see(.search("(objectClass=group)"))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.search("(objectClass=computer)", base: "OU=Berne,DC=alpine,DC=test"))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.search("(objectClass=computer)"))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test(arguments: [
    "(userAccountControl:1.2.840.113556.1.4.803:=4194304)", "(msDS-AllowedToDelegateTo=*)",
    "(&(objectClass=user)(description=*pass*))",
  ])
  func `ldap-attribute-reconnaissance fires on a mark that only attacks ask for`(
    _ filter: String
  ) {
    var traffic = Traffic([LDAPAttributeReconnaissance.self])
    traffic.see(.search(filter))
    #expect(traffic.alert?.detection == "ldap-attribute-reconnaissance")
  }

  @Test func `ldap-attribute-reconnaissance silent on its twin: enrolment of certificates`() {
    var traffic = Traffic([LDAPAttributeReconnaissance.self])
    let base = "CN=Public Key Services,CN=Services,CN=Configuration,DC=alpine,DC=test"
    for filter in ["(objectCategory=pKIEnrollmentService)", "(objectClass=pKICertificateTemplate)"]
    {
      traffic.see(
        .search(filter, base: base, attributes: ["cn", "nTSecurityDescriptor"], flags: 7))
    }
    traffic.see(
      .search("(&(sAMAccountName=bob)(userAccountControl:1.2.840.113556.1.4.803:=4194304))"))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `ldap-attribute-reconnaissance edges: protected accounts alone do not suffice`() {
    var traffic = Traffic([LDAPAttributeReconnaissance.self])
    traffic.see(.search("(adminCount=1)"))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.search("(userAccountControl:1.2.840.113556.1.4.803:=65536)"))
    #expect(traffic.alert?.count == 3)
  }

  @Test func `bloodhound-collection fires on one filter for everything with access lists`() {
    var traffic = Traffic([BloodHoundCollection.self])
    traffic.see(
      .search(
        "(|(samaccounttype=268435456)(samaccounttype=805306368)(samaccounttype=805306369)"
          + "(objectCategory=groupPolicyContainer)(objectCategory=organizationalUnit))",
        attributes: ["name", "ntsecuritydescriptor"], flags: 5))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `bloodhound-collection silent on its twin: synchronisation without access lists`() {
    var traffic = Traffic([BloodHoundCollection.self])
    for filter in [
      "(objectCategory=person)", "(objectClass=group)", "(objectClass=computer)",
      "(objectClass=organizationalUnit)", "(objectClass=container)",
    ] {
      traffic.see(.search(filter))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `silent on a console for group policies`() {
    var traffic = Traffic([BloodHoundCollection.self, LDAPPrincipalReconnaissance.self])
    for name in ["groupPolicyContainer", "organizationalUnit", "domainDNS", "container"] {
      traffic.see(
        .search("(objectClass=\(name))", attributes: ["nTSecurityDescriptor"], flags: 7))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test(arguments: [14, 15])
  func `bloodhound-collection edges: sessions of fifteen hosts, not one fewer`(_ count: UInt32) {
    var traffic = Traffic([BloodHoundCollection.self])
    for number in 0..<count {
      traffic.see(.rpc(.srvsvc, 12), to: Address(ipv4: 0x0A00_0600 + number))
    }
    #expect(traffic.alerts.count == (count < 15 ? 0 : 1))
  }

  @Test(arguments: [19, 20])
  func `account-enumeration-cldap fires on twenty names, edges: not on one fewer`(_ count: Int) {
    var traffic = Traffic([AccountEnumerationCLDAP.self])
    for number in 0..<count { traffic.see(.ping("user\(number)", exists: number == 3)) }
    #expect(traffic.alerts.count == (count < 20 ? 0 : 1))
    #expect(traffic.alerts.allSatisfy { $0.accounts.map(\.name) == ["user3"] })
  }

  @Test func `account-enumeration-cldap silent on its twin: computers that name themselves`() {
    var traffic = Traffic([AccountEnumerationCLDAP.self])
    for number in 0..<100 {
      traffic.see(.ping("WS\(number)$", exists: true))
      traffic.see(.ping("alice"))
      traffic.see(.ping(""))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `honeytoken-queried-ldap fires on the name, or on it alone in an answer`() {
    var traffic = Traffic([HoneytokenQueriedLDAP.self])
    traffic.knowledge.honeytokens = ["adm-emergency"]
    traffic.see(.search("(sAMAccountName=ADM-emergency)"))
    #expect(traffic.alert?.severity == .low)
    #expect(traffic.alert?.targets.first?.name.lowercased() == "adm-emergency")
  }

  @Test func `honeytoken-queried-ldap silent on its twin: a list that has it among others`() {
    var traffic = Traffic([HoneytokenQueriedLDAP.self])
    traffic.knowledge.honeytokens = ["adm-emergency"]
    traffic.see(.search("(objectClass=user)", objects: ["CN=adm-emergency,CN=Users", "CN=bob"]))
    traffic.see(.search("(!(sAMAccountName=adm-emergency))"))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `managed-password-read fires on a search for all passwords`() {
    var traffic = Traffic([ManagedPasswordRead.self])
    traffic.see(
      .search("(ms-Mcs-AdmPwd=*)", attributes: ["ms-Mcs-AdmPwd"], objects: ["CN=A", "CN=B"]),
      as: .mallory)
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `managed-password-read silent on its twin: a help desk reads one, which is low`() {
    var traffic = Traffic([ManagedPasswordRead.self])
    traffic.see(
      .search("(cn=WS1)", attributes: ["msLAPS-Password"], objects: ["CN=WS1"]), as: .mallory)
    #expect(traffic.alert?.severity == .low)
    traffic.see(.search("(cn=WS1)", attributes: ["name"], objects: ["CN=WS1"]))
    #expect(traffic.alerts.count == 1)
  }

  @Test(arguments: [9, 10])
  func `managed-password-read edges: ten computers in an hour`(_ count: Int) {
    var traffic = Traffic([ManagedPasswordRead.self])
    for number in 0..<count {
      traffic.see(
        .search("(cn=WS\(number))", attributes: ["ms-Mcs-AdmPwd"], objects: ["CN=WS\(number)"]))
    }
    #expect(traffic.alert?.severity == (count < 10 ? .low : .high))
  }

  @Test func `reads filters of any shape`() {
    let terms = DirectoryQuestion.terms("(&(!(a=b))(c:1.2:=3)(|(d>=4)(e=*)))(broken((=")
    #expect(terms.map(\.attribute) == ["a", "c", "d", "e", ""])
    #expect(terms.map(\.isNegated) == [true, false, false, false, false])
    #expect(terms.map(\.value) == ["b", "3", "4", "*", ""])
    #expect(terms[1].comparison == ":1.2:=")
    #expect(DirectoryQuestion.terms("").isEmpty)
  }
}

@Suite struct `Reconnaissance by remote call` {
  @Test(arguments: [49, 50])
  func `sid-enumeration fires on fifty neighbours, edges: not on one fewer`(_ count: Int) {
    var traffic = Traffic([SIDEnumeration.self])
    for number in 0..<count { traffic.see(.lookUp([1000 + number]), as: .mallory) }
    #expect(traffic.alerts.count == (count < 50 ? 0 : 1))
    #expect(traffic.alerts.allSatisfy { $0.count == count })
  }

  @Test func `sid-enumeration silent on its twin: access lists with scattered identifiers`() {
    var traffic = Traffic([SIDEnumeration.self])
    traffic.see(.lookUp((0..<300).map { 1000 + $0 * 37 }), as: .mallory)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `sid-enumeration fires on a null session that is answered, edges: not if refused`() {
    var traffic = Traffic([SIDEnumeration.self])
    traffic.see(.rpc(.samr, 13, status: 0xC000_0022), as: .anonymous)
    #expect(traffic.alerts.isEmpty)
    traffic.see(.rpc(.samr, 13, status: 0), as: .anonymous)
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `endpoint-mapper-dump fires on a list of all, silent on its twin: one service`() {
    var traffic = Traffic([EndpointMapperDump.self])
    for _ in 0..<30 {
      traffic.see(.rpc(.epmapper, 3, .endpointMap(interface: .drsuapi, port: nil)))
    }
    #expect(traffic.alerts.isEmpty)
    traffic.see(.rpc(.epmapper, 2))
    #expect(traffic.alert?.severity == .low)
  }

  @Test(arguments: [19, 20])
  func `endpoint-mapper-dump edges: twenty services`(_ count: UInt64) {
    var traffic = Traffic([EndpointMapperDump.self])
    for number in 0..<count {
      let interface = RPCInterface(high: number, low: 1)
      traffic.see(.rpc(.epmapper, 3, .endpointMap(interface: interface, port: nil)))
    }
    #expect(traffic.alerts.count == (count < 20 ? 0 : 1))
  }
}
