import Foundation

/// An entry of the directory with its attributes, in the order of the file or of the answer.
public struct DirectoryRecord: Hashable, Sendable {
  public internal(set) var distinguishedName: String
  public internal(set) var attributes: [DirectoryAttribute]
  /// Line of its `dn:` in a file, from 1; 0 in an answer.
  var line: Int
  /// Attributes that an answer names without a value: there is none any more.
  var emptied: [String] = []

  init(distinguishedName: String, attributes: [DirectoryAttribute], line: Int = 0) {
    self.distinguishedName = distinguishedName
    self.attributes = attributes
    self.line = line
  }

  /// What the entry is known by, however it is renamed: objectGUID, otherwise entryUUID
  /// (RFC 4530), its SID, or its distinguished name.
  public var key: String {
    guid ?? values("objectsid").first.flatMap { SecurityIdentifier.read($0.value) }
      ?? "dn:" + distinguishedName.lowercased()
  }

  /// objectGUID or entryUUID as text.
  var guid: String? {
    if let value = values("objectguid").first { return GUIDText.read(value.value) }
    return values("entryuuid").first.map { $0.text.lowercased() }
  }

  func values(_ name: String) -> [DirectoryAttribute] { attributes.filter { $0.name == name } }

  /// The first value of an attribute as text.
  func text(_ name: String) -> String? { attributes.first { $0.name == name }?.text }

  /// The record as LDIF writes it, in one line each (RFC 2849), ended by a blank line.
  public var ldif: String {
    var text = DirectoryRecord.line("dn", Array(distinguishedName.utf8)[...])
    for attribute in attributes { text += DirectoryRecord.line(attribute.name, attribute.value) }
    return text + "\n"
  }

  private static func line(_ name: String, _ value: ArraySlice<UInt8>) -> String {
    guard isSafe(value) else { return "\(name):: \(Data(value).base64EncodedString())\n" }
    return "\(name): \(String(decoding: value, as: UTF8.self))\n"
  }

  /// SAFE-STRING, and no blank at its end.
  private static func isSafe(_ value: ArraySlice<UInt8>) -> Bool {
    guard let first = value.first, let last = value.last else { return true }
    let starts: [UInt8] = [0x20, 0x3A, 0x3C]
    guard !starts.contains(first), last != 0x20 else { return false }
    return value.allSatisfy { $0 != 0 && $0 != 0x0A && $0 != 0x0D && $0 < 0x80 }
  }
}

/// A name without options, in lower case, and a value's octets.
public struct DirectoryAttribute: Hashable, Sendable {
  public internal(set) var name: String
  public internal(set) var value: ArraySlice<UInt8>

  /// The value as UTF-8 text.
  public var text: String { String(decoding: value, as: UTF8.self) }
}

/// GUIDs as text.
enum GUIDText {
  /// Reads a GUID in its packet form (MS-DTYP section 2.3.4.2).
  ///
  /// The first three fields are little-endian. Text, which some tools write, is taken as it is.
  static func read(_ value: ArraySlice<UInt8>) -> String? {
    if value.count == 36 { return String(decoding: value, as: UTF8.self).lowercased() }
    guard value.count == 16 else { return nil }
    let octets = Array(value)
    let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    var text = ""
    for (place, index) in order.enumerated() {
      if [4, 6, 8, 10].contains(place) { text += "-" }
      let digits = String(octets[index], radix: 16)
      text += digits.count == 1 ? "0" + digits : digits
    }
    return text
  }
}
