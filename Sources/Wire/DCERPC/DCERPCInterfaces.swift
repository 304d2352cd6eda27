/// The interfaces whose names we know, and the names of their operations.
public enum DCERPCInterfaces {
  /// An interface and its operations.
  public struct Interface: Sendable {
    public let id: GUID
    /// The short name that its pipe or product documentation uses.
    public let name: String
    public let operations: [UInt16: String]
  }

  /// Reads one row of the table: identifier, short name, then the operations in order, where a
  /// number with a colon says at which to go on.
  static func interface(_ row: String) -> Interface? {
    var fields = row.split(separator: " ").makeIterator()
    guard let text = fields.next(), let id = GUID(text), let name = fields.next() else {
      return nil
    }
    var operations: [UInt16: String] = [:]
    var number: UInt16 = 0
    while let field = fields.next() {
      if field.utf8.last == UInt8(ascii: ":") {
        guard let next = UInt16(field.dropLast()) else { return nil }
        number = next
      } else {
        operations[number] = String(field)
        number &+= 1
      }
    }
    return Interface(id: id, name: String(name), operations: operations)
  }

  private static let byID: [GUID: Interface] = {
    var interfaces: [GUID: Interface] = [:]
    for row in table {
      guard let interface = interface(row) else { continue }
      interfaces[interface.id] = interface
    }
    return interfaces
  }()

  /// The interface of an identifier; nil for one we have no name for.
  public static func find(_ id: GUID) -> Interface? { byID[id] }

  /// The operation's name in its specification.
  public static func operation(_ number: UInt16, of id: GUID) -> String? {
    byID[id]?.operations[number]
  }
}
