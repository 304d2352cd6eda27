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
  /// Services that it may reach in the name of others: msDS-AllowedToDelegateTo.
  public var delegationTargets: [String] = []
  /// SIDs that may act in the name of others towards it: msDS-AllowedToActOnBehalfOfOtherIdentity.
  public var delegates: [String] = []
  /// SIDs that may read a managed account's password: msDS-GroupMSAMembership.
  public var passwordReaders: [String] = []
  public var operatingSystem: String?
  public var operatingSystemVersion: String?
  /// objectGUID as text: what stays when names and even the domain change.
  public var guid: String?
  public var created: Instant?
  /// whenChanged: when the controller that was asked wrote it last.
  public var changed: Instant?
  public var passwordSet: Instant?
  /// Nil where the account never expires.
  public var expires: Instant?
  /// Nil where it is not locked out; the lockout's end is the policy's word.
  public var lockedOut: Instant?

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
  /// Distinguished name of the organizational unit or container that it is in.
  public var container: String? { DistinguishedName.parent(of: distinguishedName) }
}

/// An organizational unit of the directory.
public struct DirectoryUnit: Hashable, Sendable {
  public var distinguishedName: String
  public var name: String
  public var guid: String?

  public init(distinguishedName: String, name: String, guid: String? = nil) {
    self.distinguishedName = distinguishedName
    self.name = name
    self.guid = guid
  }
}

/// Distinguished names as text (RFC 4514).
public enum DistinguishedName {
  /// What follows the first relative name; nil where nothing does.
  ///
  /// An escaped comma is part of a name.
  public static func parent(of name: String) -> String? {
    var isEscaped = false
    for index in name.utf8.indices {
      let octet = name.utf8[index]
      if isEscaped {
        isEscaped = false
      } else if octet == UInt8(ascii: "\\") {
        isEscaped = true
      } else if octet == UInt8(ascii: ",") {
        let rest = name[name.utf8.index(after: index)...]
        return rest.isEmpty ? nil : String(rest)
      }
    }
    return nil
  }
}
