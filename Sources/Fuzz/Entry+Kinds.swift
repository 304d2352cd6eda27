import Wire

extension Entry {
  /// A parser: the same octets give the same value, or the same failure.
  static func parser<Value>(
    _ name: String,
    _ parse: @escaping @Sendable (inout ByteReader) throws -> Value
  ) -> Entry {
    Entry(name: name) { octets in
      // Describing a value costs more than reading it: some inputs are enough.
      let isCompared = octets.count % 64 == 0
      let first = Outcome(of: octets, isDescribed: isCompared, parse)
      guard isCompared else { return }
      let second = Outcome(of: octets, isDescribed: true, parse)
      hold(first == second, "the same octets were read in two ways")
    }
  }
}

/// What a parser made of octets, as far as that can be compared.
private struct Outcome: Equatable {
  var text = ""
  var position = 0

  init<Value>(
    of octets: [UInt8], isDescribed: Bool,
    _ parse: (inout ByteReader) throws -> Value
  ) {
    var input = ByteReader(octets.span)
    do {
      let value = try parse(&input)
      if isDescribed { text = String(describing: value) }
    } catch {
      if isDescribed { text = "\(error)" }
    }
    position = input.position
  }
}
