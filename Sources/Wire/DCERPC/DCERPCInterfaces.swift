/// The interfaces whose names we know, and the names of their operations.
public enum DCERPCInterfaces {
  /// An interface and its operations.
  public struct Interface: Sendable {
    public let id: GUID
    /// The short name that its pipe or product documentation uses.
    public let name: String
    /// By operation number; empty where none is known.
    fileprivate let operations: [String]

    /// The operation's name in its specification.
    public func operation(_ number: UInt16) -> String? {
      guard Int(number) < operations.count, !operations[Int(number)].isEmpty else { return nil }
      return operations[Int(number)]
    }
  }

  /// Operation numbers of a row: more than any interface has.
  private static let operationLimit: UInt16 = 1024

  /// Reads one row of the table: identifier, short name, then the operations in order, where a
  /// number with a colon says at which to go on.
  static func interface(_ row: String) -> Interface? {
    var fields = row.split(separator: " ").makeIterator()
    guard let text = fields.next(), let id = GUID(text), let name = fields.next() else {
      return nil
    }
    var operations: [String] = []
    var number: UInt16 = 0
    while let field = fields.next() {
      if field.utf8.last == UInt8(ascii: ":") {
        guard let next = UInt16(field.dropLast()), next < operationLimit else { return nil }
        number = next
      } else {
        while operations.count <= Int(number) { operations.append("") }
        operations[Int(number)] = String(field)
        number &+= 1
      }
    }
    return Interface(id: id, name: String(name), operations: operations)
  }

  /// In the order of their identifiers, for halving.
  private static let sorted = table.compactMap(interface).sorted { isBefore($0.id, $1.id) }

  private static func isBefore(_ left: GUID, _ right: GUID) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }

  /// The interface of an identifier; nil for one we have no name for.
  public static func find(_ id: GUID) -> Interface? {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(sorted[middle].id, id) { low = middle + 1 } else { high = middle }
    }
    guard low < sorted.count, sorted[low].id == id else { return nil }
    return sorted[low]
  }

  /// The operation's name in its specification.
  public static func operation(_ number: UInt16, of id: GUID) -> String? {
    find(id)?.operation(number)
  }
}
