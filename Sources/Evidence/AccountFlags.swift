/// Bits of userAccountControl by name.
public enum AccountFlags {
  /// MS-ADTS section 2.2.16, the names without `ADS_UF_`.
  public static let names: [(bit: UInt32, name: String)] = [
    (0x2, "ACCOUNTDISABLE"), (0x8, "HOMEDIR_REQUIRED"), (0x10, "LOCKOUT"),
    (0x20, "PASSWD_NOTREQD"), (0x40, "PASSWD_CANT_CHANGE"),
    (0x80, "ENCRYPTED_TEXT_PASSWORD_ALLOWED"), (0x200, "NORMAL_ACCOUNT"),
    (0x800, "INTERDOMAIN_TRUST_ACCOUNT"), (0x1000, "WORKSTATION_TRUST_ACCOUNT"),
    (0x2000, "SERVER_TRUST_ACCOUNT"), (0x1_0000, "DONT_EXPIRE_PASSWD"),
    (0x2_0000, "MNS_LOGON_ACCOUNT"), (0x4_0000, "SMARTCARD_REQUIRED"),
    (0x8_0000, "TRUSTED_FOR_DELEGATION"), (0x10_0000, "NOT_DELEGATED"),
    (0x20_0000, "USE_DES_KEY_ONLY"), (0x40_0000, "DONT_REQUIRE_PREAUTH"),
    (0x80_0000, "PASSWORD_EXPIRED"), (0x100_0000, "TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION"),
    (0x200_0000, "NO_AUTH_DATA_REQUIRED"), (0x400_0000, "PARTIAL_SECRETS_ACCOUNT"),
  ]

  /// Names of the bits that are set; those without a name as numbers.
  public static func names(of value: UInt32) -> [String] {
    var rest = value
    var found: [String] = []
    for (bit, name) in names where value & bit != 0 {
      found.append(name)
      rest &= ~bit
    }
    if rest != 0 { found.append("0x" + String(rest, radix: 16)) }
    return found
  }
}
