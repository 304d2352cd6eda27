extension SAMR {
  /// SamrCreateGroupInDomain, SamrCreateUserInDomain, SamrCreateAliasInDomain and
  /// SamrCreateUser2InDomain: opnums 10, 12, 14 and 50.
  public struct CreateRequest: Equatable, Sendable {
    public var domain: GUID
    public var name: String
    /// Of opnum 50: what kind of account it is (MS-SAMR section 2.2.1.12).
    public var accountType: UInt32?
  }

  /// SamrAddMemberToGroup and SamrRemoveMemberFromGroup: opnums 22 and 24.
  public struct GroupMemberRequest: Equatable, Sendable {
    public var group: GUID
    public var relativeID: UInt32
  }

  /// SamrAddMemberToAlias and SamrRemoveMemberFromAlias: opnums 31 and 32.
  public struct AliasMemberRequest: Equatable, Sendable {
    public var alias: GUID
    public var sid: SID
  }

  /// SamrUnicodeChangePasswordUser2, its successors and SamrOemChangePasswordUser2: opnums 55, 63,
  /// 73 and 54.
  public struct ChangePasswordRequest: Equatable, Sendable {
    public var user: String
  }

  /// SamrSetDSRMPassword, opnum 66.
  public struct RecoveryPasswordRequest: Equatable, Sendable {
    public var relativeID: UInt32
  }

  /// SamrRidToSid, opnum 65.
  public struct RelativeIDRequest: Equatable, Sendable {
    public var handle: GUID
    public var relativeID: UInt32
  }
}

extension SAMR.CreateRequest {
  /// Reads the stub; opnum 50 has a kind of account.
  public init(parsing input: inout NDRReader, hasKind: Bool) throws(ParseFailure) {
    domain = try input.handle("DomainHandle")
    name = try input.unicodeText("Name")
    accountType = hasKind ? try input.u32("AccountType") : nil
  }
}

extension SAMR.GroupMemberRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    group = try input.handle("GroupHandle")
    relativeID = try input.u32("MemberId")
  }
}

extension SAMR.AliasMemberRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    alias = try input.handle("AliasHandle")
    sid = try input.sid("MemberId")
  }
}

extension SAMR.ChangePasswordRequest {
  /// Reads the stub; opnum 54 has strings of octets.
  public init(parsing input: inout NDRReader, isWide: Bool) throws(ParseFailure) {
    if try input.pointer("ServerName") {
      let hasServer = try input.unicodeString("ServerName")
      if hasServer { _ = try input.string(isWide: isWide, "ServerName") }
    }
    let hasUser = try input.unicodeString("UserName")
    user = hasUser ? try input.string(isWide: isWide, "UserName") : ""
  }
}

extension SAMR.RecoveryPasswordRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    if try input.pointer("Unused") { _ = try input.unicodeText("Unused") }
    relativeID = try input.u32("UserId")
  }
}

extension SAMR.RelativeIDRequest {
  /// Reads the stub.
  public init(parsing input: inout NDRReader) throws(ParseFailure) {
    handle = try input.handle("ObjectHandle")
    relativeID = try input.u32("Rid")
  }
}
