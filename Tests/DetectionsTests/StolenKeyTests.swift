import Evidence
import Testing

@testable import Detections

private let server = Address(ipv4: 0x0A00_0550)

/// An AS-REQ that got a ticket, with all that tells clients apart.
private func logon(
  _ client: String, _ options: UInt32, _ etypes: [Int32], till: String, renew: String? = nil,
  preauth: Int32 = 18
) -> KerberosASExchange {
  var exchange = KerberosASExchange(
    realm: "ALPINE.TEST", client: client, service: "krbtgt/ALPINE.TEST")
  exchange.options = options
  exchange.etypes = etypes
  exchange.padata = [2, 128]
  exchange.preauthEtype = preauth
  exchange.replyEtype = preauth
  exchange.validity = RequestedValidity(till: till, renewTill: renew ?? till)
  exchange.issued = .made(for: "krbtgt/ALPINE.TEST", 18, owner: client)
  return exchange
}

@Suite struct `Overpass the hash` {
  @Test func `fires on Rubeus and on impacket`() throws {
    var traffic = Traffic([OverpassTheHash.self])
    let rubeus = logon("alice", 0x4080_0010, [23], till: "20370912224805Z", preauth: 23)
    traffic.see(.kerberosAS(rubeus))
    let alert = try #require(traffic.alert)
    #expect(alert.severity == .medium)
    #expect(alert.accounts.map(\.name) == ["alice"])
    let impacket = logon("bob", 0x5080_0000, [18], till: "20261122031401Z")
    traffic.see(.kerberosAS(impacket))
    #expect(traffic.alerts.count == 2)
  }

  @Test func `is silent on its twins: Windows, MIT, and tools that were refused`() {
    var traffic = Traffic([OverpassTheHash.self])
    traffic.see(
      .kerberosAS(logon("alice", 0x4081_0010, [18, 17, 23], till: "20370913024805Z")))
    traffic.see(.kerberosAS(logon("bob", 0x5080_0010, [18], till: "20261122031401Z")))
    traffic.see(
      .kerberosAS(logon("c", 0x5080_0000, [18], till: "20261122031401Z", renew: "20261129000000Z")))
    var refused = logon("alice", 0x5080_0000, [18], till: "20261122031401Z")
    refused.issued = nil
    traffic.see(.kerberosAS(refused), .wrongPassword)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `fires on RC4 forced on an account that had AES`() {
    var traffic = Traffic([OverpassTheHashForcedEncryption.self])
    let time = traffic.time
    let weak = logon(
      "alice", 0x4081_0010, [23, -133, -128, 24, -135], till: "20370913024805Z", preauth: 23)
    traffic.see(.kerberosAS(weak))
    #expect(traffic.alerts.isEmpty)
    traffic.knowledge.accounts.change("alice") { $0.strongOffer = time }
    traffic.see(.kerberosAS(weak))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is silent on its twins: old passwords, appliances, tools reported elsewhere`() {
    var traffic = Traffic([OverpassTheHashForcedEncryption.self])
    let time = traffic.time
    for name in ["alice", "bob"] {
      traffic.knowledge.accounts.change(name) { $0.strongOffer = time }
    }
    // The client asks for AES, and its account has none.
    traffic.see(
      .kerberosAS(
        logon("alice", 0x4081_0010, [18, 17, 23], till: "20370913024805Z", preauth: 23)))
    traffic.see(
      .kerberosAS(logon("bob", 0x4000_0010, [23], till: "20261122031401Z", preauth: 23)))
    traffic.see(
      .kerberosAS(logon("alice", 0x4080_0010, [23], till: "20370912224805Z", preauth: 23)))
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `Pass the hash` {
  private func ntlm(_ workstation: String) -> Activity.Detail {
    .ntlm(
      NTLMLogon(
        user: "alice", domain: "ALPINE", workstation: workstation, version: .v2, flags: 0,
        carrier: .smb2))
  }

  private func traffic(home: Address) -> Traffic {
    var traffic = Traffic([PassTheHash.self])
    let time = traffic.time
    traffic.knowledge.accounts.change("alice") {
      $0.home = home
      $0.homeTime = time
    }
    traffic.wait(.minutes(30))
    return traffic
  }

  @Test func `fires low on a library's client away from home`() {
    var traffic = traffic(home: Traffic.client)
    traffic.see(ntlm(""))
    traffic.see(ntlm(""))
    #expect(traffic.alert?.severity == .low)
    #expect(traffic.alert?.count == 1)
  }

  @Test func `is silent on its twins: at home, a system's client, a working day later`() {
    var home = traffic(home: Traffic.attacker)
    home.see(ntlm(""))
    #expect(home.alerts.isEmpty)
    var other = traffic(home: Traffic.client)
    other.see(ntlm("WS07"))
    other.wait(.hours(8))
    other.see(ntlm(""))
    #expect(other.alerts.isEmpty)
  }
}

@Suite struct `Rogue certificates` {
  private func logonWith(
    _ certificate: ClientCertificate, as client: String = "adm-yury", tool: Bool = false
  ) -> Activity.Detail {
    var exchange = logon(
      client, tool ? 0x4080_0010 : 0x4081_0010, tool ? [18, 17] : [18, 17, 23],
      till: "20370913024805Z")
    exchange.padata = [128, 16]
    exchange.certificates = [certificate]
    return .kerberosAS(exchange)
  }

  private let issued = ClientCertificate(
    serialNumber: "01", issuer: "CN=alpine-CA", subject: "CN=Test,DC=alpine")

  @Test func `fires on a certificate that was given to who is at the source`() {
    var traffic = Traffic([RogueCertificate.self])
    traffic.knowledge.hosts.note(person: "test", at: Traffic.attacker)
    traffic.see(logonWith(issued))
    #expect(traffic.alert?.severity == .high)
    #expect(traffic.alert?.accounts.map(\.name) == ["adm-yury"])
  }

  @Test func `fires on a tool's request with a certificate of minutes`() {
    var traffic = Traffic([RogueCertificate.self])
    var fresh = issued
    fresh.sid = "S-1-5-21-1-2-3-500"
    fresh.notBefore = traffic.time
    traffic.wait(.minutes(10))
    traffic.see(logonWith(fresh, tool: true))
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `is silent on its twins: smart cards, and what their owner made`() {
    var traffic = Traffic([RogueCertificate.self])
    traffic.knowledge.hosts.note(person: "adm-yury", at: Traffic.attacker)
    traffic.see(logonWith(issued))
    traffic.see(
      logonWith(
        ClientCertificate(serialNumber: "02", issuer: "CN=x", subject: "CN=x"), tool: true))
    #expect(traffic.alerts.isEmpty)
  }
}

@Suite struct `Skeleton key` {
  private func offer(_ client: String, _ offered: [Int32]) -> Activity.Detail {
    var exchange = KerberosASExchange(
      realm: "ALPINE.TEST", client: client, service: "krbtgt/ALPINE.TEST")
    exchange.etypes = [18, 17, 23]
    exchange.offeredEtypes = offered
    return .kerberosAS(exchange)
  }

  @Test func `fires on a controller that offers three accounts RC4 alone`() {
    var traffic = Traffic([SkeletonKey.self])
    traffic.see(offer("a", [23]), .preauthenticationRequired)
    traffic.see(offer("b", [23]), .preauthenticationRequired)
    #expect(traffic.alert?.severity == .low)
    traffic.see(offer("c", [23]), .preauthenticationRequired)
    #expect(traffic.alert?.severity == .low)
    // krbtgt has an AES key: the domain has AES.
    traffic.see(.answeredLogon("d", etypes: [18, 17, 23], reply: 23, padata: [2]))
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `fires at once on an account that was offered AES`() {
    var traffic = Traffic([SkeletonKey.self])
    let time = traffic.time
    traffic.knowledge.accounts.change("a") { $0.strongOffer = time }
    traffic.see(offer("a", [23]), .preauthenticationRequired)
    #expect(traffic.alert?.severity == .medium)
  }

  @Test func `is silent on its twin: old accounts while others get AES`() {
    var traffic = Traffic([SkeletonKey.self])
    for name in ["a", "b", "c", "d"] {
      traffic.see(offer("new", [18, 17, 23]), .preauthenticationRequired)
      traffic.see(offer(name, [23]), .preauthenticationRequired)
    }
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `is silent where the client asked for no AES`() {
    var traffic = Traffic([SkeletonKey.self])
    for name in ["a", "b", "c"] {
      traffic.see(.answeredLogon(name, etypes: [23], reply: 23, padata: [2]))
    }
    #expect(traffic.alerts.isEmpty)
  }
}
