/// A program that attackers use, known by how it speaks; an administrator may run one as well.
public enum ClientTool: String, Sendable {
  case rubeus = "Rubeus"
  case impacket = "impacket"
  case certipy = "a certificate tool (Certipy, Rubeus, PKINITtools)"
  /// An NTLM client that leaves out what Windows and Samba always say.
  case bareNTLM = "an NTLM library"
}

extension KerberosASExchange {
  /// The tool whose request this is, where one is recognised.
  ///
  /// Each mark is a whole of options, times and lists that no system's own client sends: Windows asks
  /// with 0x40810010, MIT and Heimdal put no time of 2037.
  public var tool: ClientTool? {
    let isPlain = options == 0x4080_0010 || options == 0x5080_0010 || options == 0x5080_0000
    guard isPlain, requestWasSeen else { return nil }
    if !certificates.isEmpty {
      // The tools ask at once, for two types, and never for a canonical name.
      return etypes.count <= 2 && padata.allSatisfy { $0 == 128 || $0 == 16 } ? .certipy : nil
    }
    guard etypes.count == 1, let till = validity.till else { return nil }
    // The constant of Windows, moved by the hours of the attacker's time zone.
    let isFar = ["20370912", "20370913", "20370914"].contains { till.hasPrefix($0) }
    if options == 0x4080_0010, isFar { return .rubeus }
    return options == 0x5080_0000 && till == validity.renewTill ? .impacket : nil
  }
}

extension NTLMLogon {
  /// Whether the client leaves out what systems' own clients always say: its name and its version.
  ///
  /// Windows sends both (MS-NLMP sections 2.2.1.3 and 2.2.2.10), Samba a name.
  public var tool: ClientTool? {
    guard !user.isEmpty, version == .v2, workstation.isEmpty, machineID == nil else { return nil }
    return .bareNTLM
  }
}

extension Int32 {
  /// Whether an encryption type is AES (RFC 3962, RFC 8009).
  public var isStrongEtype: Bool { (17...20).contains(self) }

  /// Whether an encryption type is RC4 in one of its forms (RFC 4757, and those of Windows).
  public var isRC4Etype: Bool { [23, 24, -128, -133, -135].contains(self) }
}
