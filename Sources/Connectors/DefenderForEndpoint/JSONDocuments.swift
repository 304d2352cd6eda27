import Foundation

/// The objects of a file: one object, an array, a REST collection, or JSON Lines.
enum JSONDocuments {
  static func read(_ bytes: [UInt8], file: String) throws(ConnectorFailure) -> [JSONFields] {
    guard bytes.contains(where: { !isBlank($0) }) else {
      throw ConnectorFailure(.malformed, file: file, reason: "is empty, not JSON")
    }
    do {
      let root = try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
      return try documents(root, file: file)
    } catch let failure as ConnectorFailure {
      throw failure
    } catch {
      if let lines = try jsonLines(bytes, file: file) { return lines }
      throw ConnectorFailure(.malformed, file: file, reason: "is not JSON: \(words(error))")
    }
  }

  private static func documents(_ root: Any, file: String) throws(ConnectorFailure) -> [JSONFields]
  {
    if let members = root as? [String: Any] {
      // The envelope of the REST API; a document of its own has no `value`.
      guard let value = members["value"] else {
        return [JSONFields(members, file: file, place: "document 1")]
      }
      guard let list = value as? [Any] else {
        throw ConnectorFailure(.malformed, file: file, reason: "field 'value' must be a list")
      }
      return try documents(list, file: file)
    }
    guard let list = root as? [Any] else {
      throw ConnectorFailure(
        .malformed, file: file, reason: "is neither an object nor a list of objects")
    }
    var documents: [JSONFields] = []
    for (index, element) in list.enumerated() {
      let place = "document \(index + 1)"
      guard let members = element as? [String: Any] else {
        throw ConnectorFailure(
          .malformed, file: file, place: place, reason: "must be an object")
      }
      documents.append(JSONFields(members, file: file, place: place))
    }
    return documents
  }

  /// The objects of a file of lines; nil where its first line is none.
  private static func jsonLines(
    _ bytes: [UInt8], file: String
  ) throws(ConnectorFailure) -> [JSONFields]? {
    var documents: [JSONFields] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where line.contains(where: { !isBlank($0) }) {
      let place = "line \(index + 1), document \(documents.count + 1)"
      do {
        let object = try JSONSerialization.jsonObject(with: Data(line))
        guard let members = object as? [String: Any] else {
          throw ConnectorFailure(
            .malformed, file: file, place: place, reason: "must be an object")
        }
        documents.append(JSONFields(members, file: file, place: place))
      } catch let failure as ConnectorFailure {
        throw failure
      } catch {
        if documents.isEmpty { return nil }
        throw ConnectorFailure(
          .malformed, file: file, place: place, reason: "is not JSON: \(words(error))")
      }
    }
    return documents
  }

  /// What the decoder says, which it keeps for those who debug.
  private static func words(_ error: any Error) -> String {
    let text = (error as NSError).userInfo["NSDebugDescription"] as? String
    return text ?? error.localizedDescription
  }

  private static func isBlank(_ octet: UInt8) -> Bool {
    octet == UInt8(ascii: " ") || octet == UInt8(ascii: "\t") || octet == UInt8(ascii: "\n")
      || octet == UInt8(ascii: "\r")
  }
}
