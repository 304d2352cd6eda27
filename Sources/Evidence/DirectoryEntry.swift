/// What the directory says about an account, group or computer; from an LDIF snapshot or LDAP.
public struct DirectoryEntry: Hashable, Sendable {
  public enum Kind: String, Sendable { case user, computer, group, managedServiceAccount }

  public var kind: Kind
  /// In text form, as MS-DTYP section 2.4.2.1 writes it.
  public var sid: String
  public var distinguishedName: String
  public var samAccountName: String
  public var userPrincipalName: String?
  public var dnsHostName: String?
  public var displayName: String?
  public var title: String?
  public var department: String?
  public var mail: String?
  public var phone: String?
  public var office: String?
  public var servicePrincipalNames: [String] = []
  /// Distinguished names of the groups it is a direct member of.
  public var memberOf: [String] = []
  public var primaryGroupID: UInt32?
  /// MS-ADTS section 2.2.16.
  public var userAccountControl: UInt32 = 0
  /// MS-KILE section 2.2.7 msDS-SupportedEncryptionTypes; nil where unset.
  public var supportedEncryptionTypes: UInt32?
  public var isAdminCount = false
  public var sidHistory: [String] = []
  public var created: Instant?

  public init(kind: Kind, sid: String, distinguishedName: String, samAccountName: String) {
    self.kind = kind
    self.sid = sid
    self.distinguishedName = distinguishedName
    self.samAccountName = samAccountName
  }

  /// ADS_UF_ACCOUNTDISABLE.
  public var isDisabled: Bool { userAccountControl & 0x2 != 0 }
  /// ADS_UF_DONT_REQUIRE_PREAUTH.
  public var needsNoPreauthentication: Bool { userAccountControl & 0x40_0000 != 0 }
  /// ADS_UF_TRUSTED_FOR_DELEGATION.
  public var isTrustedForDelegation: Bool { userAccountControl & 0x8_0000 != 0 }
  /// ADS_UF_SERVER_TRUST_ACCOUNT, a read-only controller (ADS_UF_PARTIAL_SECRETS_ACCOUNT), or
  /// controllers as primary group: 516 and, read-only, 521 (MS-DTYP section 2.4.2.4).
  public var isController: Bool {
    userAccountControl & (0x2000 | 0x400_0000) != 0
      || (kind == .computer && (primaryGroupID == 516 || primaryGroupID == 521))
  }
  /// DNS name of its domain in lower case, as its distinguished name has it.
  public var dnsDomain: String? {
    let labels = distinguishedName.lowercased().split(separator: ",").compactMap { part in
      part.hasPrefix("dc=") ? part.dropFirst(3) : nil
    }
    return labels.isEmpty ? nil : labels.joined(separator: ".")
  }
  /// The last number of the SID.
  public var rid: UInt32? { sid.split(separator: "-").last.flatMap { UInt32($0) } }
}
