import Evidence
import Testing

@testable import Detections

private let server = Address(ipv4: 0x0A00_0550)

private func logon(
  _ user: String = "alice", challenge: UInt64? = nil, response: UInt64? = nil,
  spn: String? = nil, machineID: String? = nil
) -> Activity.Detail {
  var logon = NTLMLogon(
    user: user, domain: "ALPINE", workstation: "WS03", version: .v2, flags: 0, carrier: .smb2)
  logon.serverChallenge = challenge
  logon.responsePrefix = response
  logon.targetSPN = spn
  logon.machineID = machineID
  logon.serverName = "FS1"
  return .ntlm(logon)
}

private let relays: [any Detection.Type] = [
  NTLMRelay.self, NTLMRelayByConflict.self, NTLMRelayExchange.self,
]

@Suite struct `NTLM relays` {
  @Test func `fires on one answer given twice, and names who passed it on`() throws {
    var traffic = Traffic(relays)
    traffic.see(
      logon(challenge: 7, response: 9), from: Traffic.client, to: Traffic.attacker,
      .unanswered)
    traffic.wait(.seconds(1))
    traffic.see(logon(challenge: 7, response: 9), to: server)
    let alert = try #require(traffic.alert)
    #expect(alert.detection == "ntlm-relay" && alert.severity == .high)
    #expect(alert.sources.map(\.address) == [Traffic.attacker])
    #expect(alert.evidence.count == 2)
  }

  @Test func `fires on a computer's account at another computer`() {
    var traffic = Traffic(relays)
    traffic.name(Traffic.attacker, "WS07.alpine.test")
    traffic.see(logon("FS1$"), as: AccountName(name: "FS1$", domain: "ALPINE"))
    #expect(traffic.alert?.detection == "ntlm-relay")
  }

  @Test func `fires on a controller's account at an address that is not its own`() {
    var traffic = Traffic(relays)
    traffic.name(Traffic.controller, "DC1.alpine.test")
    traffic.see(logon("DC1$"), to: server, as: AccountName(name: "DC1$", domain: "ALPINE"))
    #expect(traffic.alert?.detection == "ntlm-relay")
    #expect(traffic.alert?.sources.map(\.address) == [Traffic.attacker])
  }

  @Test func `is silent on its twins: at home, repeated on the same way, a minute later`() {
    var traffic = Traffic(relays)
    traffic.name(Traffic.attacker, "WS07.alpine.test")
    traffic.see(logon("WS07$"), as: AccountName(name: "WS07$", domain: "ALPINE"))
    traffic.see(logon(challenge: 7, response: 9))
    traffic.see(logon(challenge: 7, response: 9))
    traffic.wait(.seconds(61))
    traffic.see(logon(challenge: 7, response: 9), from: Traffic.client, to: server)
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `fires on a target name that is the sender's own`() {
    var traffic = Traffic(relays)
    traffic.see(logon(spn: "RPCSS/10.0.5.66"), to: server)
    #expect(traffic.alert?.detection == "ntlm-relay-by-conflict")
    #expect(traffic.alert?.severity == .high)
  }

  @Test func `fires on a client's identifier at a computer with another one`() {
    var traffic = Traffic(relays)
    traffic.see(logon(machineID: "aa"), from: Traffic.client)
    traffic.see(logon("mallory", machineID: "bb"))
    traffic.see(logon(machineID: "aa"), to: server)
    #expect(traffic.alert?.detection == "ntlm-relay-by-conflict")
    #expect(traffic.alert?.sources.map(\.address) == [Traffic.attacker])
  }

  @Test func `is silent on their twins: aliases, the server's own name, a laptop that moved`() {
    var traffic = Traffic(relays)
    traffic.see(logon(spn: "cifs/files.alpine.test"), to: server)
    traffic.see(logon(spn: "cifs/FS1"), to: server)
    traffic.see(logon(spn: "cifs/10.0.5.80"), to: server)
    traffic.see(logon(machineID: "aa"), from: Traffic.client)
    traffic.see(logon(machineID: "aa"))
    #expect(traffic.alerts.isEmpty)
  }

  @Test func `fires as Exchange's on the account of an Exchange server`() {
    var traffic = Traffic(relays)
    var entry = DirectoryEntry(
      kind: .computer, sid: "S-1-5-21-1-2-3-1200",
      distinguishedName: "CN=MAIL1,CN=Computers,DC=alpine,DC=test", samAccountName: "MAIL1$")
    entry.servicePrincipalNames = ["exchangeMDB/mail1.alpine.test"]
    traffic.knowledge.directory = Directory(entries: [entry])
    traffic.name(Traffic.attacker, "WS07.alpine.test")
    var details = NTLMLogon(
      user: "MAIL1$", domain: "", workstation: "MAIL1", version: .v2, flags: 0, carrier: .ldap)
    details.serverName = "DC1"
    traffic.see(.ntlm(details), as: AccountName(name: "MAIL1$", domain: ""))
    #expect(traffic.alert?.detection == "ntlm-relay-exchange")
  }

  @Test func `fires on a promised code that is missing, and not on one that was never promised`() {
    var traffic = Traffic([NTLMTampering.self])
    var details = NTLMLogon(
      user: "alice", domain: "ALPINE", workstation: "WS03", version: .v2, flags: 0,
      carrier: .smb2)
    traffic.see(.ntlm(details))
    details.pairFlags = 2
    details.hasMIC = true
    traffic.see(.ntlm(details))
    #expect(traffic.alerts.isEmpty)
    details.hasMIC = false
    traffic.see(.ntlm(details), as: .mallory)
    #expect(traffic.alert?.severity == .medium)
  }
}
