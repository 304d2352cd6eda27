import Wire

/// One thing that is shown hostile octets.
struct Entry: Sendable {
  let name: String
  let run: @Sendable ([UInt8]) -> Void
}

/// Every entry: one line a parser; conversations follow the list of the sensor's protocols.
enum Entries {
  static let all: [Entry] =
    parsers + WirePaths.all + Conversations.all + Streams.all + Captures.all + [Seeds.entry]

  private static let parsers: [Entry] = [
    .parser("kerberos") {
      var fault = Fault()
      return try Kerberos.Message(parsing: &$0, &fault)
    },
    .parser("kerberos-password") { try Kerberos.PasswordMessage(parsing: &$0).version },
    .parser("x509") { X509.Certificate(parsing: &$0) },
    .parser("ntlm") {
      var fault = Fault()
      return try NTLM.Message(parsing: &$0, &fault)
    },
    .parser("spnego") { try SPNEGO.Token(parsing: &$0).payload },
    .parser("dns") { try DNS.Message(parsing: &$0) },
    .parser("nbns") { try NameService.Message(parsing: &$0) },
    .parser("ldap") { try LDAP.Envelope(parsing: &$0).controls() },
    .parser("ldap-filter") { try LDAP.filterText(&$0) },
    .parser("ldap-secured") { try LDAP.SecuredBuffer(parsing: &$0) },
    .parser("ldap-netlogon") { try LDAP.NetlogonResponse(parsing: &$0) },
    .parser("smb2-compressed") { try SMB2.Compressed.message(parsing: &$0) },
    .parser("http") { try HTTP.Head(parsing: &$0) },
  ]
}
