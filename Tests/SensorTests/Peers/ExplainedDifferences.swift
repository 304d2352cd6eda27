extension `Agreement with Wireshark` {
  private static let emptyResponse =
    "MS-NLMP 2.2.1.3 NtChallengeResponseFields: Len is 0 in an anonymous logon; 8 is the size of the "
    + "descriptor itself"
  private static let signedOnly =
    "the buffer begins with a GSS wrap token whose flags have no sealing (RFC 4121 section 4.2.6.2, "
    + "MS-NLMP section 2.2.2.9.1) and an LDAPMessage lies readable behind it; the bind is not in the "
    + "capture, and without it Wireshark takes every buffer for encrypted"

  /// Where our reading of the corpus and Wireshark 4.0's differ, and who is right.
  static let explained: [Explained] = [
    anonymous("0xl3x1_doublepulsar-backdoor-connect-win7", 3),
    anonymous("corelight_CVE-2020-1472_exploit_win2019", 10),
    anonymous("corelight_PatchedDCAuthenticatedTryWithRpcEncryptFileSrv", 22),
    anonymous("corelight_PatchedDCUnauthenticatedTry", 21),
    anonymous("idaholab_cve-2022-26809-4", 2),
    anonymous("sbousseaden_CA_LM_SpoolSample_SMB_BiAuth", 4),
    anonymous("zeek_aduser1.pcap", 1),
    signed("corelight_PatchedDCAuthenticatedTryWithRpcEncryptFileSrv", 2),
    signed("corelight_PatchedDCUnauthenticatedTry", 2),
    signed("sbousseaden_DCShadow_add_primarygroupid_512_to_std_account", 37),
  ]

  private static func anonymous(_ capture: String, _ count: Int) -> Explained {
    Explained(
      capture: capture, proto: "ntlmssp", keys: ["nt_len"], count: count, verdict: .oursIsRight,
      evidence: emptyResponse)
  }

  private static func signed(_ capture: String, _ count: Int) -> Explained {
    Explained(
      capture: capture, proto: "ldap", keys: ["op", "sasl_len"], count: count,
      verdict: .oursIsRight, evidence: signedOnly)
  }
}
