import Evidence
import Testing

@testable import Detections

/// A TGS-REQ with a ticket-granting ticket, and its answer.
private func request(
  _ ticket: Ticket, client: String = "alice", service: String = "cifs/fs1.alpine.test"
) -> KerberosTGSExchange {
  var exchange = KerberosTGSExchange(realm: "ALPINE.TEST", service: service)
  exchange.presented = ticket
  exchange.client = AccountName(name: client, domain: "ALPINE.TEST")
  exchange.issued = .made(for: service, 18, owner: client)
  exchange.padata = [1]
  return exchange
}

private func granting(_ owner: String, _ etype: Int32 = 18) -> Ticket {
  .made(for: "krbtgt/ALPINE.TEST", etype, owner: owner)
}

@Suite struct `Forged tickets` {
  @Test func `fires on RC4 in a realm of AES, once a ticket`() {
    var traffic = Traffic([GoldenTicketEncryptionDowngrade.self])
    traffic.see(.kerberosTGS(request(granting("forged", 23))))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.answeredLogon("bob", etypes: [18], reply: 18, padata: [2]))
    traffic.see(.kerberosTGS(request(granting("forged", 23))))
    traffic.see(.kerberosTGS(request(granting("forged", 23))))
    #expect(traffic.alert?.severity == .medium)
    #expect(traffic.alert?.count == 1)
  }

  @Test func `is silent on its twins: issued, referred, of a realm that does both`() {
    var traffic = Traffic([GoldenTicketEncryptionDowngrade.self])
    traffic.see(.answeredLogon("bob", etypes: [18], reply: 18, padata: [2]))
    traffic.see(
      .kerberosTGS(request(.made(for: "krbtgt/OTHER.TEST", 23, owner: "referral"))))
    #expect(traffic.alerts.isEmpty)
    var old = KerberosASExchange(
      realm: "ALPINE.TEST", client: "old", service: "krbtgt/ALPINE.TEST")
    old.issued = granting("old", 23)
    traffic.see(.kerberosAS(old))
    traffic.see(.kerberosTGS(request(granting("old", 23))))
    traffic.see(.kerberosTGS(request(granting("older", 23))))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `fires on an account that the directory does not have`() {
    var traffic = Traffic([GoldenTicketNonexistentAccount.self])
    let alice = DirectoryEntry(
      kind: .user, sid: "S-1-5-21-1-2-3-1104",
      distinguishedName: "CN=alice,CN=Users,DC=alpine,DC=test", samAccountName: "alice")
    traffic.knowledge.directory = Directory(entries: [alice])
    traffic.see(.kerberosTGS(request(granting("x"), client: "alice")))
    #expect(traffic.alerts.isEmpty)
    traffic.see(.kerberosTGS(request(granting("x"), client: "nobody")))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `is silent on its twins: an account that is new, no directory, another realm`() {
    var blind = Traffic([GoldenTicketNonexistentAccount.self])
    blind.see(.kerberosTGS(request(granting("x"), client: "nobody")))
    var traffic = Traffic([GoldenTicketNonexistentAccount.self])
    let alice = DirectoryEntry(
      kind: .user, sid: "S-1-5-21-1-2-3-1104",
      distinguishedName: "CN=alice,CN=Users,DC=alpine,DC=test", samAccountName: "alice")
    traffic.knowledge.directory = Directory(entries: [alice])
    let time = traffic.time
    traffic.knowledge.accounts.change("new") { $0.created = time }
    traffic.see(.kerberosTGS(request(granting("x"), client: "new")))
    var foreign = request(granting("x"), client: "guest")
    foreign.client = AccountName(name: "guest", domain: "OTHER.TEST")
    traffic.see(.kerberosTGS(foreign))
    #expect(traffic.alerts.isEmpty && blind.alerts.isEmpty)
  }

  @Test func `fires on delegation to krbtgt, and not on a referral`() {
    var traffic = Traffic([GoldenTicketRBCD.self])
    var exchange = request(granting("svc"), service: "krbtgt/OTHER.TEST")
    exchange.options = 0x4083_0000
    exchange.additional = [.made(for: "svc", 18)]
    traffic.see(.kerberosTGS(exchange))
    exchange.service = "krbtgt/ALPINE.TEST"
    exchange.options = 0x6081_0010
    traffic.see(.kerberosTGS(exchange))
    #expect(traffic.alerts.isEmpty)
    exchange.options = 0x4083_0000
    traffic.see(.kerberosTGS(exchange))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `fires on a ticket used for more than ten and a half hours`() {
    var traffic = Traffic([GoldenTicketTimeAnomaly.self])
    traffic.see(.kerberosTGS(request(granting("forged"))))
    traffic.wait(.minutes(630))
    traffic.see(.kerberosTGS(request(granting("forged"))))
    #expect(traffic.alerts.isEmpty)
    traffic.wait(.minutes(1))
    traffic.see(.kerberosTGS(request(granting("forged"))))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `is silent on a long ticket that was issued: the policy is long`() {
    var traffic = Traffic([GoldenTicketTimeAnomaly.self])
    traffic.see(.answeredLogon("alice", etypes: [18], reply: 18, padata: [2]))
    for _ in 0..<3 {
      traffic.see(.kerberosTGS(request(granting("alice"))))
      traffic.wait(.hours(9))
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `fires on a ticket without a PAC and one brought along`() {
    var traffic = Traffic([GoldenTicketForgedPAC.self])
    var first = KerberosASExchange(
      realm: "ALPINE.TEST", client: "mallory", service: "krbtgt/ALPINE.TEST")
    first.includesPAC = false
    first.issued = granting("mallory")
    var second = request(granting("mallory"))
    traffic.see(.kerberosAS(first))
    traffic.see(.kerberosTGS(second))
    #expect(traffic.alerts.isEmpty)
    second.hasAuthorizationData = true
    traffic.see(.kerberosTGS(second))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `is silent on authorization data alone, and ten minutes later`() {
    var traffic = Traffic([GoldenTicketForgedPAC.self])
    var second = request(granting("mallory"))
    second.hasAuthorizationData = true
    traffic.see(.kerberosTGS(second))
    var first = KerberosASExchange(
      realm: "ALPINE.TEST", client: "mallory", service: "krbtgt/ALPINE.TEST")
    first.includesPAC = false
    first.issued = granting("mallory")
    traffic.see(.kerberosAS(first))
    traffic.wait(.seconds(601))
    traffic.see(.kerberosTGS(second))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `fires on a ticket beside the one that was issued, once watched for ten hours`() {
    var traffic = Traffic([TicketNeverIssued.self])
    traffic.knowledge.watchingSince = traffic.time
    traffic.see(.answeredLogon("alice", etypes: [18, 17], reply: 18, padata: [2], 0x4081_0010))
    traffic.see(.kerberosTGS(request(granting("unseen"))))
    #expect(traffic.alerts.isEmpty)
    traffic.wait(.hours(10))
    traffic.see(.answeredLogon("alice", etypes: [18, 17], reply: 18, padata: [2], 0x4081_0010))
    traffic.see(.kerberosTGS(request(granting("alice"))))
    traffic.see(.kerberosTGS(request(granting("changed"))))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is silent on another session's ticket that was in use before`() {
    var traffic = Traffic([TicketNeverIssued.self])
    traffic.knowledge.watchingSince = traffic.time
    traffic.wait(.hours(11))
    traffic.see(.kerberosTGS(request(granting("other"))))
    traffic.see(.answeredLogon("alice", etypes: [18, 17], reply: 18, padata: [2], 0x4081_0010))
    traffic.see(.kerberosTGS(request(granting("other"))))
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `Tickets in another name` {
  private let machine = AccountName(name: "EVIL$", domain: "ALPINE.TEST")

  /// A service's own ticket, then what it asks for.
  private func traffic(_ type: any Detection.Type, as owner: String) -> Traffic {
    var traffic = Traffic([type])
    traffic.see(.answeredLogon(owner, etypes: [18, 17], reply: 18, padata: [2], 0x4081_0010))
    return traffic
  }

  private func toSelf(_ user: String, _ padata: [Int32], owner: String) -> Activity.Detail {
    var exchange = request(granting(owner), client: user, service: owner)
    exchange.onBehalfOf = AccountName(name: user, domain: "ALPINE.TEST")
    exchange.padata = padata
    return .kerberosTGS(exchange)
  }

  private func onwards(_ service: String, owner: String) -> Activity.Detail {
    var exchange = request(granting(owner), client: "administrator", service: service)
    exchange.options = 0x4083_0000
    exchange.additional = [.made(for: owner, 18, owner: "administrator")]
    return .kerberosTGS(exchange)
  }

  @Test func `fires on a tool's ticket to itself in an administrator's name`() {
    var traffic = traffic(S4U2SelfAbuse.self, as: "EVIL$")
    traffic.see(toSelf("administrator", [1, 129], owner: "EVIL$"))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `fires on a computer's account at another computer`() {
    var traffic = traffic(S4U2SelfAbuse.self, as: "EVIL$")
    traffic.name(Traffic.attacker, "WS07.alpine.test")
    traffic.see(toSelf("administrator", [1, 130, 129], owner: "EVIL$"))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is silent on its twins: Windows's protocol transition, referrals, user to user`() {
    var traffic = traffic(S4U2SelfAbuse.self, as: "web$")
    traffic.name(Traffic.attacker, "web.alpine.test")
    traffic.see(toSelf("administrator", [1, 130, 129], owner: "web$"))
    var referred = request(
      .made(for: "krbtgt/OTHER.TEST", 18), client: "administrator", service: "web$")
    referred.onBehalfOf = AccountName(name: "administrator", domain: "OTHER.TEST")
    referred.padata = [1, 129]
    traffic.see(.kerberosTGS(referred))
    referred.presented = granting("web$")
    referred.options = 0x8
    traffic.see(.kerberosTGS(referred))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `fires on delegation to a controller with a tool's evidence`() {
    var traffic = traffic(S4U2ProxyToDC.self, as: "EVIL$")
    traffic.name(Traffic.controller, "dc1.alpine.test")
    traffic.see(toSelf("administrator", [1, 129], owner: "EVIL$"))
    traffic.see(onwards("ldap/dc1.alpine.test", owner: "EVIL$"))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `is silent on its twins: low without a sign, none to other servers`() {
    var traffic = traffic(S4U2ProxyToDC.self, as: "web$")
    traffic.name(Traffic.controller, "dc1.alpine.test")
    traffic.see(onwards("cifs/fs1.alpine.test", owner: "web$"))
    #expect(traffic.alerts.isEmpty)
    traffic.see(onwards("ldap/dc1.alpine.test", owner: "web$"))
    #expect(traffic.alert?.severity == .low)
  }

  @Test func `fires on a computer that was made today`() {
    var traffic = traffic(DelegationByNewComputer.self, as: "EVIL$")
    let time = traffic.time
    traffic.knowledge.accounts.change("evil$") {
      $0.created = time
      $0.creator = .mallory
    }
    traffic.wait(.hours(24))
    traffic.see(onwards("cifs/fs1.alpine.test", owner: "EVIL$"))
    #expect(traffic.alert?.severity == .high)
    #expect(traffic.alert?.accounts.map(\.name).contains("mallory") == true)
  }

  @Test func `is silent on its twin: a computer of yesterday`() {
    var traffic = traffic(DelegationByNewComputer.self, as: "EVIL$")
    let time = traffic.time
    traffic.knowledge.accounts.change("evil$") { $0.created = time }
    traffic.wait(.seconds(86_401))
    traffic.see(onwards("cifs/fs1.alpine.test", owner: "EVIL$"))
    #expect(traffic.alerts.isEmpty)
  }
}
