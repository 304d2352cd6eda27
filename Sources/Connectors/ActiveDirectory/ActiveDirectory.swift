public import Workspaces

/// A directory behind LDAP: Active Directory and its like, or another server with the same attributes.
///
/// What is read, and how changes are found: ``DirectoryReader``. The C library is called in
/// ``LDAPSession`` and its extensions alone.
public enum ActiveDirectory: Connector {
  public static let title = "Directory (LDAP)"
  public static let kind: IntegrationKind? = nil

  /// Everything that an entry is made of.
  static let attributes = [
    "objectClass", "objectGUID", "objectSid", "sAMAccountName", "userPrincipalName", "dNSHostName",
    "displayName", "title", "department", "mail", "telephoneNumber", "physicalDeliveryOfficeName",
    "servicePrincipalName", "member", "memberOf", "primaryGroupID", "userAccountControl",
    "msDS-SupportedEncryptionTypes", "adminCount", "sIDHistory", "msDS-AllowedToDelegateTo",
    "msDS-AllowedToActOnBehalfOfOtherIdentity", "msDS-GroupMSAMembership", "operatingSystem",
    "operatingSystemVersion", "pwdLastSet", "accountExpires", "lockoutTime", "whenCreated",
    "whenChanged", "uSNChanged", "ou", "name", "isDeleted",
  ]

  /// What other servers have instead (RFC 4530, RFC 4512 section 3.4).
  static let operationalAttributes = ["entryUUID", "modifyTimestamp", "createTimestamp"]

  /// Accounts, groups and computers have a SID; units are read for their names.
  static let filter = "(|(objectSid=*)(objectClass=organizationalUnit))"

  /// Object identifiers of controls and capabilities.
  enum OID {
    static let pagedResults = "1.2.840.113556.1.4.319"
    static let showDeleted = "1.2.840.113556.1.4.417"
    static let dirSync = "1.2.840.113556.1.4.841"
    static let activeDirectory = "1.2.840.113556.1.4.800"
  }
}
