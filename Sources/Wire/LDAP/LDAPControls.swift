extension LDAP {
  /// What the controls of a search ask for, as far as anybody judges it.
  public struct SearchControls: Hashable, Sendable {
    /// Object identifiers, in order.
    public var types: [String] = []
    /// Entries in a page (RFC 2696).
    public var pageSize: Int64?
    /// Which parts of security descriptors are read: 1 owner, 2 group, 4 DACL, 8 SACL (MS-ADTS section
    /// 3.1.1.3.4.1.11).
    public var securityFlags: Int64?
    /// Flags of a DirSync search; 1 asks for what the caller may read alone (MS-ADTS section
    /// 3.1.1.3.4.1.3).
    public var dirSyncFlags: Int64?

    public static let pagedResults = "1.2.840.113556.1.4.319"
    public static let securityDescriptorFlags = "1.2.840.113556.1.4.801"
    public static let dirSync = "1.2.840.113556.1.4.841"
    public static let showDeleted = "1.2.840.113556.1.4.417"
  }
}

extension LDAP.Envelope {
  /// The controls with the numbers that begin their values (RFC 4511 section 4.1.11).
  ///
  /// ```
  /// Control ::= SEQUENCE {
  ///      controlType             LDAPOID,
  ///      criticality             BOOLEAN DEFAULT FALSE,
  ///      controlValue            OCTET STRING OPTIONAL }
  /// ```
  public func searchControls() throws(ParseFailure) -> LDAP.SearchControls {
    var controls = LDAP.SearchControls()
    var input = trailer
    guard input.isNext(.context(0)) else { return controls }
    var list = try input.element(.context(0), "controls")
    while !list.isAtEnd {
      guard controls.types.count < LDAP.Limits.controls else {
        throw ParseFailure(.overLimit, "controls", at: list.offset)
      }
      var control = try list.element(.sequence, "Control")
      let type = try control.ldapText("controlType")
      controls.types.append(type)
      if control.isNext(.boolean) { _ = try control.element("criticality").content.remaining }
      guard control.isNext(.octetString) else { continue }
      var value = try control.element(.octetString, "controlValue")
      guard value.isNext(.sequence) else { continue }
      var fields = try value.element(.sequence, "controlValue")
      guard fields.isNext(.integer) else { continue }
      let number = try fields.integerElement("controlValue")
      switch type {
      case LDAP.SearchControls.pagedResults: controls.pageSize = number
      case LDAP.SearchControls.securityDescriptorFlags: controls.securityFlags = number
      case LDAP.SearchControls.dirSync: controls.dirSyncFlags = number
      default: continue
      }
    }
    return controls
  }
}
