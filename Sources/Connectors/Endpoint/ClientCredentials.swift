import Foundation

/// An application's identity and secret, out of a file that only its owner can read.
///
/// The secret goes into the request for a token and nowhere else: it has no description, and no
/// failure quotes the file's content.
public struct ClientCredentials: Sendable {
  public let clientID: String
  let secret: String

  /// Octets: the file holds two short texts.
  private static let maximumByteCount = 64 << 10

  /// Reads `{"clientId": "…", "clientSecret": "…"}`; a file that others may read is refused.
  public init(file: String) throws(EndpointFailure) {
    try ClientCredentials.refuseOpen(file)
    let members: [String: Any]
    do {
      let bytes = try FileBytes.read(file, atMost: ClientCredentials.maximumByteCount)
      let root = try JSONSerialization.jsonObject(with: Data(bytes))
      members = root as? [String: Any] ?? [:]
    } catch let failure as ConnectorFailure {
      throw EndpointFailure(.configuration, failure.description)
    } catch {
      // What the decoder says may quote the file.
      throw ClientCredentials.misshapen(file)
    }
    guard let id = members["clientId"] as? String, !id.isEmpty,
      let secret = members["clientSecret"] as? String, !secret.isEmpty
    else { throw ClientCredentials.misshapen(file) }
    clientID = id
    self.secret = secret
  }

  private static func misshapen(_ file: String) -> EndpointFailure {
    EndpointFailure(
      .configuration,
      "\(file): a secret file holds {\"clientId\": \"…\", \"clientSecret\": \"…\"}")
  }

  /// Refuses a file that its group or others may read: a secret that others had is none.
  private static func refuseOpen(_ file: String) throws(EndpointFailure) {
    let path = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(atPath: path)
    } catch {
      throw EndpointFailure(.configuration, "\(file): no such secret file")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw EndpointFailure(.configuration, "\(file): a secret file must be a regular file")
    }
    let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
    guard mode & 0o077 == 0 else {
      throw EndpointFailure(
        .configuration,
        "\(file): others may read this secret file (mode \(String(mode & 0o777, radix: 8))): "
          + "run 'chmod 600 \(file)', and change the secret where others had access")
    }
  }
}

extension ClientCredentials: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  public var description: String { "credentials of \(clientID)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["clientID": clientID]) }
}
