import Evidence

/// Whose key a service ticket is encrypted with: what decides whether it can be cracked.
enum ServiceOwner: Equatable {
  /// A person's or service's account, whose password somebody chose.
  case user(String)
  /// A computer, a managed service account or a trust: random keys that nobody cracks.
  case machine
  /// No directory says; the name does not either.
  case unknown

  /// Service classes that computers own (MS-ADTS section 6.1.1.4.11, sPNMappings, and those that
  /// Windows registers for the computer itself).
  private static let machineClasses: Set<String> = [
    "host", "cifs", "ldap", "gc", "dns", "rpcss", "rpc", "termsrv", "wsman", "restrictedkrbhost",
    "nfs", "krbtgt", "kadmin", "e3514235-4b06-11d1-ab04-00c04fc2dcd2", "smtpsvc", "smtp",
    "tapinego", "exchangeab", "exchangerfr", "exchangemdb", "msserverclustermgmtapi",
    "msservercluster",
    "hyper-v replica service", "microsoft virtual console service", "cmrcservice", "iisadmin",
    "ntfrs-88f5d2bd-b646-11d2-a6d3-00c04fc9b232", "dfsr-12f9a27c-bf97-4787-9364-d31b6c55eb04",
  ]

  init(of service: String, _ knowledge: borrowing Knowledge) {
    let bare = service.before("@")
    let serviceClass = bare.before("/")
    guard serviceClass.endIndex < bare.endIndex else {
      self = ServiceOwner.named(String(bare), knowledge)
      return
    }
    if let entry = knowledge.directory.owner(ofService: String(bare)) {
      self = entry.kind == .user ? .user(entry.samAccountName) : .machine
      return
    }
    guard !ServiceOwner.machineClasses.contains(serviceClass.lowercased()) else {
      self = .machine
      return
    }
    let host = Substring(bare.utf8.dropFirst(serviceClass.utf8.count + 1)).before("/").before(":")
    let isComputers = ComputerName(host).flatMap { knowledge.directory.computer($0) } != nil
    self = isComputers ? .machine : .unknown
  }

  /// A service asked for by the account's own name, perhaps behind `DOMAIN\`.
  private static func named(
    _ service: String, _ knowledge: borrowing Knowledge
  ) -> ServiceOwner {
    let name = String(service.afterLast("\\"))
    guard name.utf8.last != UInt8(ascii: "$") else { return .machine }
    guard let entry = knowledge.directory.entry(named: name) else {
      return knowledge.directory.isEmpty ? .user(name) : .unknown
    }
    return entry.kind == .user ? .user(entry.samAccountName) : .machine
  }
}

/// Encryption types by strength.
enum EncryptionTypes {
  static let rc4: Int32 = 23

  /// AES of RFC 3962 and RFC 8009.
  static func isAES(_ etype: Int32) -> Bool { (17...20).contains(etype) }

  /// Whether a request prefers RC4 or weaker to AES: Windows since 2008, MIT, Heimdal and Java list
  /// AES first.
  static func prefersWeak(_ etypes: [Int32]) -> Bool {
    guard let first = etypes.first else { return false }
    return !isAES(first) && etypes.contains(rc4)
  }
}
