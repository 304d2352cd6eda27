extension Kerberos {
  /// The number of a message, which is also its application tag (RFC 4120 section 7.5.7).
  public struct MessageType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let asRequest = MessageType(rawValue: 10)
    public static let asReply = MessageType(rawValue: 11)
    public static let tgsRequest = MessageType(rawValue: 12)
    public static let tgsReply = MessageType(rawValue: 13)
    public static let apRequest = MessageType(rawValue: 14)
    public static let apReply = MessageType(rawValue: 15)
    /// User-to-user, draft-swift-win2k-krb-user2user section 2; no application tag.
    public static let tgtRequest = MessageType(rawValue: 16)
    public static let tgtReply = MessageType(rawValue: 17)
    public static let safe = MessageType(rawValue: 20)
    public static let priv = MessageType(rawValue: 21)
    public static let cred = MessageType(rawValue: 22)
    public static let error = MessageType(rawValue: 30)
  }

  /// An encryption type (RFC 3961 section 8, IANA "Kerberos Encryption Type Numbers").
  public struct EncryptionType: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let desCBCCRC = EncryptionType(rawValue: 1)
    public static let desCBCMD5 = EncryptionType(rawValue: 3)
    public static let aes128CTSHMACSHA1 = EncryptionType(rawValue: 17)
    public static let aes256CTSHMACSHA1 = EncryptionType(rawValue: 18)
    public static let aes128CTSHMACSHA256 = EncryptionType(rawValue: 19)
    public static let aes256CTSHMACSHA384 = EncryptionType(rawValue: 20)
    public static let rc4HMAC = EncryptionType(rawValue: 23)
    public static let rc4HMACExport = EncryptionType(rawValue: 24)
    /// Offered by Windows, never used (RFC 4757 section 7).
    public static let rc4HMACOldExport = EncryptionType(rawValue: -135)
  }

  /// What kind of principal a name is (RFC 4120 section 6.2, MS-KILE section 3.1.5.7).
  public struct NameType: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let unknown = NameType(rawValue: 0)
    public static let principal = NameType(rawValue: 1)
    public static let serviceInstance = NameType(rawValue: 2)
    public static let serviceHost = NameType(rawValue: 3)
    public static let enterprise = NameType(rawValue: 10)
    /// The name of an account without its realm (MS-KILE `KRB_NT_MS_PRINCIPAL`).
    public static let msPrincipal = NameType(rawValue: -128)
  }

  /// A type of pre-authentication data (RFC 4120 section 7.5.2, RFC 6113 section 7.1, MS-KILE).
  public struct PADataType: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let tgsRequest = PADataType(rawValue: 1)
    public static let encryptedTimestamp = PADataType(rawValue: 2)
    public static let passwordSalt = PADataType(rawValue: 3)
    public static let etypeInfo = PADataType(rawValue: 11)
    /// PA-PK-AS-REQ and PA-PK-AS-REP of draft 9; Windows XP sends requests under both numbers.
    public static let pkASRequestOld = PADataType(rawValue: 14)
    public static let pkASReplyOld = PADataType(rawValue: 15)
    public static let pkASRequest = PADataType(rawValue: 16)
    public static let pkASReply = PADataType(rawValue: 17)
    public static let etypeInfo2 = PADataType(rawValue: 19)
    public static let pacRequest = PADataType(rawValue: 128)
    public static let forUser = PADataType(rawValue: 129)
    public static let forX509User = PADataType(rawValue: 130)
    public static let fxCookie = PADataType(rawValue: 133)
    public static let fxFAST = PADataType(rawValue: 136)
    public static let fxError = PADataType(rawValue: 137)
    public static let encryptedChallenge = PADataType(rawValue: 138)
    public static let supportedEncryptionTypes = PADataType(rawValue: 165)
    public static let pacOptions = PADataType(rawValue: 167)
    /// Announces that the client wants its request's own padata confirmed (RFC 6806 section 11).
    public static let reqEncPARep = PADataType(rawValue: 149)
    /// RFC 8070 section 4.
    public static let asFreshness = PADataType(rawValue: 150)
    public static let keyListRequest = PADataType(rawValue: 161)
    public static let keyListReply = PADataType(rawValue: 162)
    public static let supersededByUser = PADataType(rawValue: 170)
    public static let dmsaKeyPackage = PADataType(rawValue: 171)
  }

  /// Why a request was refused (RFC 4120 section 7.5.9).
  public struct ErrorCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let clientPrincipalUnknown = ErrorCode(rawValue: 6)
    public static let serverPrincipalUnknown = ErrorCode(rawValue: 7)
    public static let policy = ErrorCode(rawValue: 12)
    public static let badOption = ErrorCode(rawValue: 13)
    public static let etypeNotSupported = ErrorCode(rawValue: 14)
    public static let clientRevoked = ErrorCode(rawValue: 18)
    public static let keyExpired = ErrorCode(rawValue: 23)
    public static let preauthFailed = ErrorCode(rawValue: 24)
    public static let preauthRequired = ErrorCode(rawValue: 25)
    public static let badIntegrity = ErrorCode(rawValue: 31)
    public static let ticketExpired = ErrorCode(rawValue: 32)
    public static let skew = ErrorCode(rawValue: 37)
    public static let modified = ErrorCode(rawValue: 41)
    public static let responseTooBig = ErrorCode(rawValue: 52)
    public static let generic = ErrorCode(rawValue: 60)
    /// User-to-user (draft-swift-win2k-krb-user2user-03 section 5).
    public static let noTGT = ErrorCode(rawValue: 67)
    public static let wrongRealm = ErrorCode(rawValue: 68)
    public static let userToUserRequired = ErrorCode(rawValue: 69)
  }

  /// The flags of a KDC request, bit 0 of the specification being the highest (RFC 4120 section
  /// 5.4.1).
  public struct KDCOptions: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let forwardable = KDCOptions(rawValue: 0x4000_0000)
    public static let forwarded = KDCOptions(rawValue: 0x2000_0000)
    public static let proxiable = KDCOptions(rawValue: 0x1000_0000)
    public static let proxy = KDCOptions(rawValue: 0x0800_0000)
    public static let renewable = KDCOptions(rawValue: 0x0080_0000)
    /// The ticket is to name the client of the additional ticket: S4U2proxy (MS-SFU section 2.2.3).
    public static let clientNameInAdditionalTicket = KDCOptions(rawValue: 0x0002_0000)
    public static let canonicalize = KDCOptions(rawValue: 0x0001_0000)
    public static let renewableOK = KDCOptions(rawValue: 0x0000_0010)
    /// User-to-user: encrypt with the session key of the additional ticket.
    public static let encryptedTicketInSessionKey = KDCOptions(rawValue: 0x0000_0008)
    public static let renew = KDCOptions(rawValue: 0x0000_0002)
    public static let validate = KDCOptions(rawValue: 0x0000_0001)
  }

  /// The flags of an AP-REQ (RFC 4120 section 5.5.1).
  public struct APOptions: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let useSessionKey = APOptions(rawValue: 0x4000_0000)
    public static let mutualRequired = APOptions(rawValue: 0x2000_0000)
  }

  /// The flags of PA-PAC-OPTIONS (MS-KILE section 2.2.10).
  public struct PACOptions: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let claims = PACOptions(rawValue: 0x8000_0000)
    public static let branchAware = PACOptions(rawValue: 0x4000_0000)
    public static let forwardToFullDC = PACOptions(rawValue: 0x2000_0000)
    public static let resourceBasedConstrainedDelegation = PACOptions(rawValue: 0x1000_0000)
  }
}

extension Kerberos.MessageType: CustomStringConvertible {
  /// The name of RFC 4120, or the number where it has none.
  public var description: String {
    switch self {
    case .asRequest: "AS-REQ"
    case .asReply: "AS-REP"
    case .tgsRequest: "TGS-REQ"
    case .tgsReply: "TGS-REP"
    case .apRequest: "AP-REQ"
    case .apReply: "AP-REP"
    case .tgtRequest: "U2U-TGT-REQ"
    case .tgtReply: "U2U-TGT-REP"
    case .safe: "KRB-SAFE"
    case .priv: "KRB-PRIV"
    case .cred: "KRB-CRED"
    case .error: "KRB-ERROR"
    default: "\(rawValue)"
    }
  }
}
