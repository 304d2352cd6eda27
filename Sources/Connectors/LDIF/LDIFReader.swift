import Foundation

/// Reads the content records of an LDIF file, as `ldapsearch` and `ldbsearch` write them.
///
/// ```
/// ldif-content-record = dn-spec SEP 1*attrval-spec
/// value-spec          = ":" ( FILL 0*1(SAFE-STRING) / ":" FILL (BASE64-STRING) / "<" FILL url )
/// ```
/// RFC 2849. Change records and values by URL are refused: the first are no snapshot, the second
/// would let a file name other files. What `ldapsearch` adds without a name (`search:`, `ref:`) is
/// passed over.
struct LDIFReader {
  /// Octets of one unfolded line: a photograph's attribute in base 64 stays below it.
  static let maximumLineLength = 16 << 20
  /// Attribute values of one record: the members of the largest groups come in ranges of 1,500.
  static let maximumValueCount = 1_000_000

  private let file: String
  private let bytes: [UInt8]
  private var offset = 0
  /// Lines read so far.
  private var lineCount = 0
  private var isFirstRecord = true

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    // A byte-order mark is none of LDIF's characters, and editors write it.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
  }

  /// The next record, nil at the end.
  mutating func next() throws(ConnectorFailure) -> DirectoryRecord? {
    while let (first, line) = try nextLine(skippingBlank: true) {
      let start = try attribute(first, line: line)
      if isFirstRecord, start.name == "version" {
        guard start.text == "1" else {
          throw failure(.unsupported, line, "LDIF version \(start.text) is not 1")
        }
        continue
      }
      isFirstRecord = false
      if start.name == "search" || start.name == "ref" {
        try skipRecord()
        continue
      }
      guard start.name == "dn" else {
        throw failure(.malformed, line, "a record begins with 'dn:', found '\(start.name):'")
      }
      return try record(named: start.text, line: line)
    }
    return nil
  }

  private mutating func record(
    named name: String, line: Int
  ) throws(ConnectorFailure) -> DirectoryRecord {
    var record = DirectoryRecord(distinguishedName: name, attributes: [], line: line)
    while let (text, line) = try nextLine(skippingBlank: false) {
      let attribute = try attribute(text, line: line)
      if record.attributes.isEmpty, attribute.name == "changetype" || attribute.name == "control" {
        throw failure(
          .unsupported, line, "a change record ('\(attribute.name):'): a snapshot has none")
      }
      guard record.attributes.count < LDIFReader.maximumValueCount else {
        throw failure(.overLimit, line, "more than \(LDIFReader.maximumValueCount) values")
      }
      record.attributes.append(attribute)
    }
    return record
  }

  private mutating func skipRecord() throws(ConnectorFailure) {
    while try nextLine(skippingBlank: false) != nil {}
  }

  // MARK: - Lines

  /// An unfolded line that is no comment, with the number of its first physical line; nil at the end
  /// of the file, or at the blank line that ends a record.
  private mutating func nextLine(
    skippingBlank: Bool
  ) throws(ConnectorFailure) -> (ArraySlice<UInt8>, Int)? {
    while offset < bytes.count {
      let number = lineCount + 1
      var line = physicalLine()
      if line.isEmpty {
        if skippingBlank { continue }
        return nil
      }
      // A line that begins with one space continues the line before (RFC 2849, note 2); comments
      // fold too.
      while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") {
        line += physicalLine().dropFirst()
        guard line.count <= LDIFReader.maximumLineLength else {
          throw failure(.overLimit, number, "a line above \(LDIFReader.maximumLineLength) octets")
        }
      }
      if line.first == UInt8(ascii: "#") { continue }
      return (line, number)
    }
    return nil
  }

  private mutating func physicalLine() -> ArraySlice<UInt8> {
    let rest = bytes[offset...]
    let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
    offset = min(end + 1, bytes.endIndex)
    lineCount += 1
    let line = rest[..<end]
    return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
  }

  private func attribute(
    _ line: ArraySlice<UInt8>, line number: Int
  ) throws(ConnectorFailure) -> DirectoryAttribute {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
      throw failure(.malformed, number, "neither 'attribute: value' nor a comment")
    }
    let description = String(decoding: line[..<colon], as: UTF8.self)
    let name = description.prefix { $0 != ";" }.lowercased()
    let value = line[(colon + 1)...]
    switch value.first {
    case UInt8(ascii: ":"):
      return DirectoryAttribute(name: name, value: try base64(value.dropFirst(), line: number))
    case UInt8(ascii: "<"):
      throw failure(.unsupported, number, "'\(name)' is given by URL, which is not followed")
    default:
      return DirectoryAttribute(name: name, value: value.drop { $0 == UInt8(ascii: " ") })
    }
  }

  private func base64(
    _ text: ArraySlice<UInt8>, line: Int
  ) throws(ConnectorFailure) -> ArraySlice<UInt8> {
    let digits = text.filter { $0 != UInt8(ascii: " ") }
    guard let data = Data(base64Encoded: Data(digits)) else {
      throw failure(.malformed, line, "a value after '::' is not base 64")
    }
    return Array(data)[...]
  }

  private func failure(
    _ code: ConnectorFailure.Code, _ line: Int, _ reason: String
  ) -> ConnectorFailure {
    ConnectorFailure(code, file: file, place: "line \(line)", reason: reason)
  }
}
