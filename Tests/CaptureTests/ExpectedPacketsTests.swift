import Evidence
import Monitor
import Testing

/// What each detection must rest on, by packet numbers that Wireshark's reading of the captures gives
/// (the tables in the READMEs of the cases).
@Suite struct `Packets that prove an alert` {
  struct Proof: CustomTestStringConvertible, Sendable {
    let detection: String
    let example: String
    let packets: [UInt64]

    init(_ detection: String, _ example: String, _ packets: [UInt64]) {
      self.detection = detection
      self.example = example
      self.packets = packets
    }

    var testDescription: String { "\(detection) in \(example)" }
  }

  private static let proofs = [
    // AXFR questions from two hosts; reverse look-ups of a whole network.
    Proof("dns-reconnaissance", "dns-zone-transfer", [773, 783]),
    Proof("dns-reconnaissance", "dns-zone-transfer", [830, 832, 834, 836]),
    // SamrEnumerateUsersInDomain twice, SamrQueryDisplayInfo, SamrGetMembersInGroup.
    Proof("samr-reconnaissance", "samr-enumeration-clear", [885, 1769, 1902, 1996]),
    // NetrSessionEnum, refused; and as an administrator, answered.
    Proof("smb-session-enumeration", "smb-session-enumeration", [897, 934]),
    Proof("smb-session-enumeration", "smb-session-enumeration", [1035, 1038]),
    // KRB-ERROR 6 for names that nobody has.
    Proof("account-enumeration", "account-enumeration-kerberos", [863, 870, 880]),
    // KRB-ERROR 24 for one password and many accounts, for one account, and NTLM refusals.
    Proof("brute-force", "password-spray", [677, 1101]),
    Proof("brute-force", "brute-force-one-account", [709, 739, 769]),
    Proof("brute-force", "password-spray-ntlm", [657, 671]),
    // TGS-REP in RC4; and in AES for every account with a service.
    Proof("kerberoasting", "kerberoasting-rc4", [1177, 1200, 1249, 1272, 1289, 1312]),
    Proof("kerberoasting", "kerberoasting-aes", [1050]),
    Proof("kerberoasting", "attack-in-office-traffic", [5499, 5635]),
    // AS-REQ without pre-authentication and the AS-REP to it.
    Proof("as-rep-roasting", "as-rep-roasting", [486, 490]),
    // DRSGetNCChanges.
    Proof("dcsync", "dcsync-from-workstation", [826, 1277]),
    Proof("dcsync", "attack-in-office-traffic", [8679, 10056]),
    // RCreateServiceW, refused by Samba; and answered in the built case.
    Proof("suspicious-service-creation", "remote-service-creation", [936, 1069, 1291]),
    Proof("suspicious-service-creation", "remote-service-creation-success-synthetic", [32, 40]),
    // The ticket's issue to one host, its uses from another.
    Proof("pass-the-ticket", "pass-the-ticket", [166, 777]),
  ]

  @Test(arguments: proofs)
  func `are those that Wireshark shows`(_ proof: Proof) async throws {
    let alerts = try await CaptureCase.named(proof.example).replay().alerts
    let found = alerts.filter { $0.detection == proof.detection }
      .map { Set($0.evidence.flatMap(\.packets)) }
    #expect(found.contains { $0.isSuperset(of: proof.packets) }, "\(found.map { $0.sorted() })")
  }
}
