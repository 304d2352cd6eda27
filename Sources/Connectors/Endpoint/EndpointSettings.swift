import Foundation

/// Where an endpoint API is, whose it is, and who asks.
public struct EndpointSettings: Sendable {
  public let tenant: String
  /// File with the credentials.
  public let secretFile: String
  /// Where tokens come from, without a slash at the end.
  public let authority: String
  /// Where the API is, without a slash at the end.
  public let api: String
  /// Certificates in PEM that are believed besides the system's; nil for none.
  public let certificates: String?

  public static let defaultAuthority = "https://login.microsoftonline.com"

  /// Addresses must be of HTTPS: without it token and secret would be read on the way.
  ///
  /// A loopback address alone may do without: there is no way.
  public init(
    tenant: String, secretFile: String, authority: String, api: String, certificates: String? = nil
  ) throws(EndpointFailure) {
    let isSafe = tenant.utf8.allSatisfy { octet in
      (0x30...0x39).contains(octet) || (0x41...0x5A).contains(octet)
        || (0x61...0x7A).contains(octet) || octet == 0x2D || octet == 0x2E
    }
    guard isSafe, !tenant.isEmpty, tenant.utf8.count <= 255 else {
      throw EndpointFailure(.configuration, "tenant '\(tenant.prefix(64))': a GUID or domain name")
    }
    self.tenant = tenant
    self.secretFile = secretFile
    self.authority = try EndpointSettings.base(authority, "authority")
    self.api = try EndpointSettings.base(api, "api")
    self.certificates = certificates
  }

  private static func base(_ text: String, _ key: String) throws(EndpointFailure) -> String {
    let bare = text.hasSuffix("/") ? String(text.dropLast()) : text
    guard let url = URL(string: bare), let host = url.host, let scheme = url.scheme?.lowercased(),
      url.query == nil, url.user == nil
    else { throw EndpointFailure(.configuration, "\(key) '\(text)': is no address of a server") }
    let isLoopback = ["127.0.0.1", "::1", "[::1]", "localhost"].contains(host)
    guard scheme == "https" || scheme == "http" && isLoopback else {
      throw EndpointFailure(
        .configuration, "\(key) '\(text)': must begin with https, or the secret could be read")
    }
    return bare
  }

  /// Whether an address is one of the API's: a token goes nowhere else.
  func isOfAPI(_ address: String) -> Bool {
    guard let one = URL(string: address), let other = URL(string: api) else { return false }
    return one.scheme?.lowercased() == other.scheme?.lowercased()
      && one.host?.lowercased() == other.host?.lowercased() && one.port == other.port
      && one.user == nil
  }
}
