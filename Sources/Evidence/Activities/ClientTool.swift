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
    guard requestWasSeen else { return nil }
    let isFarTime =
      validity.till?.hasPrefix("20370912") == true
      || validity.till?.hasPrefix("20370913") == true
      || validity.till?.hasPrefix("20370914") == true
    if !certificates.isEmpty {
      // The tools ask at once, for two types, and never for a canonical name.
      let isPlain = options == 0x4080_0010 || options == 0x5080_0010
      return isPlain && Set(padata).isSubset(of: [128, 16]) && etypes.count <= 2 ? .certipy : nil
    }
    if options == 0x4080_0010, etypes.count == 1, isFarTime { return .rubeus }
    let day = validity.till
    if options == 0x5080_0000, etypes.count == 1, day != nil, day == validity.renewTill {
      return .impacket
    }
    return nil
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
