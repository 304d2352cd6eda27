/// A result code of RFC 4511 appendix A, or of the client library, put into words for people.
struct LDAPResult {
  var code: Int32
  /// The library's name of the code.
  var name: String
  /// What the server or the library said besides.
  var diagnosis: String
  /// What was being done.
  var doing: String
  /// Whether TLS was being set up.
  var isTLS = false
  /// Whether nothing but SASL protects the connection.
  var isPlain = false

  func failure(at url: String, timeoutSeconds: Int) -> DirectoryFailure {
    let (code, words) = meaning(timeoutSeconds)
    return DirectoryFailure(code, controller: url, words)
  }

  private var said: String {
    // A server may say anything: one line, and not a long one.
    let clean = diagnosis.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(300)
    return clean.isEmpty ? name : "\(name): \(clean)"
  }

  private func meaning(_ timeoutSeconds: Int) -> (DirectoryFailure.Code, String) {
    switch code {
    case -1, -11:
      // A connection that comes to nothing has no diagnosis; a handshake that does always has one,
      // though it may be "unknown error code" where a certificate is not trusted.
      guard isTLS, !diagnosis.isEmpty else {
        return (.unreachable, "cannot be reached (\(name)); check the name, the port and the way")
      }
      return (
        .untrusted,
        "\(doing) failed (\(said)): its certificate is not trusted, or is of another name; set "
          + "caFile to what signed its certificate, and name the controller as the certificate does"
      )
    case -5, 85:
      return (.timedOut, "no answer within \(timeoutSeconds) s to \(doing)")
    case 3: return (.unavailable, "\(doing) went over the server's limit of time (\(said))")
    case 11: return (.refused, "\(doing) went over a limit of the server (\(said)); lower pageSize")
    case 4:
      return (
        .refused,
        "the server's limit of entries ends \(doing) (\(said)); it must page for this account"
      )
    case 7: return (.refused, "does not know how to do \(doing) (\(said))")
    case 8 where doing.contains("GSSAPI") && !isPlain:
      return (
        .refused,
        "takes no GSSAPI bind within TLS; use ldap:// without 'tls', where GSSAPI itself seals"
      )
    case 8, 13:
      return (.refused, "wants a protected connection for \(doing): use ldaps:// or tls: startTLS")
    case 10, 32: return (.notFound, "\(doing): there is no such entry; check 'base'")
    case 12: return (.refused, "\(doing): a control is not supported (\(said))")
    case 34: return (.misconfigured, "\(doing): not a distinguished name")
    case 48, 49: return (.wrongCredentials, credentials)
    case 50: return (.refused, "\(doing): the account has no right to it")
    case 51, 52: return (.unavailable, "is busy or ends (\(said))")
    case -2 where doing.contains("bind"), -6 where doing.contains("bind"):
      return (.wrongCredentials, "\(doing) failed: \(said)")
    default: return (.refused, "\(doing) failed: \(said)")
    }
  }

  /// What the bind's failure means; Active Directory gives a Windows error behind `data` (MS-ERREF
  /// section 2.2).
  private var credentials: String {
    let data = diagnosis.firstRange(of: "data ").map { diagnosis[$0.upperBound...] }
    let reason: String? =
      switch data?.prefix(while: \.isHexDigit).lowercased() {
      case "525": "there is no such account"
      case "52e": "the name or the password is wrong"
      case "530": "the account may not log on at this time"
      case "531": "the account may not log on from here"
      case "532": "the password has expired"
      case "533": "the account is disabled"
      case "701": "the account has expired"
      case "773": "the password must be changed first"
      case "775": "the account is locked out"
      default: nil
      }
    return "\(doing) is refused: \(reason ?? "the name or the password is wrong (\(name))")"
  }
}
