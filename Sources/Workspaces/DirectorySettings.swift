/// How a workspace's directory is reached: `directory:` of its `workspace.yml`.
public struct DirectorySettings: Hashable, Sendable {
  /// How the program says who it is (RFC 4511 section 4.2, RFC 4752, RFC 4422 appendix A).
  public enum Bind: String, CaseIterable, Hashable, Sendable { case simple, gssapi, external }

  /// What protects an `ldap://` connection; `ldaps://` has TLS from its first octet.
  public enum Protection: String, CaseIterable, Hashable, Sendable {
    /// RFC 4511 section 4.14.
    case startTLS
    /// Nothing but what the bind brings: GSSAPI signs and seals.
    case none
  }

  /// Where the password is; never the password itself.
  public enum Password: Hashable, Sendable {
    case file(String)
    case environment(String)
  }

  /// What becomes of references to other servers.
  public enum Referrals: String, CaseIterable, Hashable, Sendable {
    /// They are listed.
    case report
    /// They are asked with the same credentials and the same protection.
    case follow
  }

  /// How a controller is asked for what changed.
  public enum Changes: String, CaseIterable, Hashable, Sendable {
    /// By uSNChanged (MS-ADTS section 3.1.1.1.9), which any account may.
    case usn
    /// By the DirSync control (MS-ADTS section 3.1.1.3.4.1.3).
    case dirSync
  }

  /// URLs in the order in which they are tried: `ldaps://HOST`, `ldap://HOST`, `ldapi://PATH`.
  public var controllers: [String] = []
  /// The distinguished name below which everything is read; nil for the domain that the controller
  /// names.
  public var base: String?
  public var bind = Bind.simple
  /// A distinguished name; Active Directory takes `user@domain` too.
  public var bindName: String?
  public var password: Password?
  /// Nil for what the bind needs: StartTLS, but with GSSAPI and through a local socket nothing.
  public var tls: Protection?
  /// Certificates that are trusted, in PEM; nil for those of the system.
  public var caFile: String?
  /// The program's own certificate and its key, for EXTERNAL over TLS.
  public var certificateFile: String?
  public var keyFile: String?
  /// Whether certificates go unchecked and a password may cross the network in the clear.
  public var isInsecure = false
  public var pageSize = DirectorySettings.defaultPageSize
  public var timeoutSeconds = DirectorySettings.defaultTimeoutSeconds
  public var referrals = Referrals.report
  public var changes = Changes.usn

  /// Active Directory answers with at most 1,000 entries a page (MaxPageSize).
  public static let defaultPageSize = 1000
  public static let defaultTimeoutSeconds = 30
  public static let maximumControllerCount = 32

  public init() {}

  /// The protection of an `ldap://` connection, with its default.
  public var protection: Protection { tls ?? (bind == .gssapi ? .none : .startTLS) }
}
