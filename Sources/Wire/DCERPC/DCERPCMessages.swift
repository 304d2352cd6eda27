extension DCERPC {
  /// An interface offered under a number, with the encodings the client knows.
  public struct Context: Equatable, Sendable {
    public var id: UInt16
    public var interface: Syntax
    public var transferSyntaxes: [Syntax]
  }

  /// A bind or an alter_context (C706 sections 12.6.4.3 and 12.6.4.1).
  public struct Bind: Equatable, Sendable {
    public var associationGroup: UInt32
    public var contexts: [Context]
  }

  /// The answer to a bind or alter_context (C706 section 12.6.4.4).
  public struct BindAcknowledgement: Equatable, Sendable {
    public var associationGroup: UInt32
    /// A port or a pipe, without its zero; empty in answers to alter_context.
    public var secondaryAddress: String
    /// In the order of the contexts offered.
    public var results: [Result]

    public struct Result: Equatable, Sendable {
      public var outcome: Outcome
      public var reason: UInt16
      public var transferSyntax: Syntax
    }

    /// C706 section 12.6.3.1; 3 is MS-RPCE section 2.2.2.4.
    public struct Outcome: RawRepresentable, Hashable, Sendable {
      public let rawValue: UInt16
      public init(rawValue: UInt16) { self.rawValue = rawValue }

      public static let acceptance = Outcome(rawValue: 0)
      public static let userRejection = Outcome(rawValue: 1)
      public static let providerRejection = Outcome(rawValue: 2)
      public static let negotiateAcknowledgement = Outcome(rawValue: 3)
    }
  }

  /// A refused bind (C706 section 12.6.4.5).
  public struct BindRefusal: Equatable, Sendable {
    public var reason: UInt16
  }

  /// A fragment of a call (C706 section 12.6.4.9).
  public struct Request: Equatable, Sendable {
    /// Octets of the whole stub, a hint; 0 says nothing.
    public var allocationHint: UInt32
    public var contextID: UInt16
    public var operation: UInt16
    public var object: GUID?
    /// Without padding and trailer.
    public var stub: ByteRange
  }

  /// A fragment of an answer (C706 section 12.6.4.10).
  public struct Response: Equatable, Sendable {
    public var allocationHint: UInt32
    public var contextID: UInt16
    public var stub: ByteRange
  }

  /// A call that failed before or in its execution (C706 section 12.6.4.7).
  public struct Fault: Equatable, Sendable {
    public var contextID: UInt16
    /// `nca_s_…` of C706 appendix E, or a Win32 code.
    public var status: UInt32
  }
}

// MARK: - Parsing

// Each parser begins behind the header, in a reader whose octets begin at the header.

extension DCERPC.Syntax {
  /// Reads 20 octets.
  init(parsing input: inout ByteReader, isLittleEndian: Bool) throws(ParseFailure) {
    id = try GUID(parsing: &input, isLittleEndian: isLittleEndian, "if_uuid")
    let version = try input.u32("if_version", isLittleEndian)
    major = UInt16(truncatingIfNeeded: version)
    minor = UInt16(truncatingIfNeeded: version >> 16)
  }
}

extension DCERPC.Bind {
  /// Reads the body behind the header.
  public init(
    parsing input: inout ByteReader, of header: DCERPC.Header
  ) throws(ParseFailure) {
    let order = header.isLittleEndian
    try input.skip(4, "max_xmit_frag")
    associationGroup = try input.u32("assoc_group_id", order)
    let count = Int(try input.u8("n_context_elem"))
    guard count <= DCERPC.Limits.contexts else {
      throw ParseFailure(.overLimit, "n_context_elem", at: input.offset)
    }
    try input.skip(3, "reserved")
    contexts = []
    contexts.reserveCapacity(count)
    for _ in 0..<count {
      contexts.append(try DCERPC.Context(parsing: &input, isLittleEndian: order))
    }
  }
}

extension DCERPC.Context {
  fileprivate init(
    parsing input: inout ByteReader, isLittleEndian: Bool
  ) throws(ParseFailure) {
    id = try input.u16("p_cont_id", isLittleEndian)
    let count = Int(try input.u8("n_transfer_syn"))
    guard count <= DCERPC.Limits.transferSyntaxes else {
      throw ParseFailure(.overLimit, "n_transfer_syn", at: input.offset)
    }
    try input.skip(1, "reserved")
    interface = try DCERPC.Syntax(parsing: &input, isLittleEndian: isLittleEndian)
    transferSyntaxes = []
    for _ in 0..<count {
      transferSyntaxes.append(
        try DCERPC.Syntax(parsing: &input, isLittleEndian: isLittleEndian))
    }
  }
}

extension DCERPC.BindAcknowledgement {
  /// Reads the body behind the header.
  ///
  /// An answer that ends behind its secondary address has no results: some servers send that.
  public init(
    parsing input: inout ByteReader, of header: DCERPC.Header
  ) throws(ParseFailure) {
    let order = header.isLittleEndian
    try input.skip(4, "max_xmit_frag")
    associationGroup = try input.u32("assoc_group_id", order)
    let length = Int(try input.u16("port_spec.length", order))
    guard length <= DCERPC.Limits.secondaryAddress else {
      throw ParseFailure(.overLimit, "port_spec.length", at: input.offset)
    }
    var address = try input.take(length, "port_spec")
    let isTerminated = length > 0 && address.peek(length - 1) == 0
    var text = try address.take(isTerminated ? length - 1 : length, "port_spec")
    secondaryAddress = text.utf8()
    input.align(to: 4)
    results = []
    guard !input.isAtEnd else { return }
    let count = Int(try input.u8("n_results"))
    guard count <= DCERPC.Limits.contexts else {
      throw ParseFailure(.overLimit, "n_results", at: input.offset)
    }
    try input.skip(3, "reserved")
    for _ in 0..<count {
      let outcome = Outcome(rawValue: try input.u16("result", order))
      let reason = try input.u16("reason", order)
      let syntax = try DCERPC.Syntax(parsing: &input, isLittleEndian: order)
      results.append(Result(outcome: outcome, reason: reason, transferSyntax: syntax))
    }
  }
}

extension DCERPC.BindRefusal {
  /// Reads the body behind the header.
  public init(
    parsing input: inout ByteReader, of header: DCERPC.Header
  ) throws(ParseFailure) {
    reason = try input.u16("provider_reject_reason", header.isLittleEndian)
  }
}

extension DCERPC.Request {
  /// Reads the body behind the header.
  public init(
    parsing input: inout ByteReader, of header: DCERPC.Header
  ) throws(ParseFailure) {
    allocationHint = try input.u32("alloc_hint", header.isLittleEndian)
    contextID = try input.u16("p_cont_id", header.isLittleEndian)
    operation = try input.u16("opnum", header.isLittleEndian)
    if header.flags.contains(.objectIdentifier) {
      object = try GUID(parsing: &input, isLittleEndian: header.isLittleEndian, "object")
    } else {
      object = nil
    }
    stub = header.stubRange(from: input.position, in: input)
  }
}

extension DCERPC.Response {
  /// Reads the body behind the header.
  public init(
    parsing input: inout ByteReader, of header: DCERPC.Header
  ) throws(ParseFailure) {
    allocationHint = try input.u32("alloc_hint", header.isLittleEndian)
    contextID = try input.u16("p_cont_id", header.isLittleEndian)
    try input.skip(2, "cancel_count")
    stub = header.stubRange(from: input.position, in: input)
  }
}

extension DCERPC.Fault {
  /// Reads the body behind the header.
  public init(
    parsing input: inout ByteReader, of header: DCERPC.Header
  ) throws(ParseFailure) {
    try input.skip(4, "alloc_hint")
    contextID = try input.u16("p_cont_id", header.isLittleEndian)
    try input.skip(2, "cancel_count")
    status = try input.u32("status", header.isLittleEndian)
  }
}

extension DCERPC.Header {
  /// From `start` to the security trailer and its padding, or to the end of the fragment.
  fileprivate func stubRange(from start: Int, in input: borrowing ByteReader) -> ByteRange {
    var end = Int(fragmentLength)
    if authenticationLength > 0 {
      end -= Int(authenticationLength) + DCERPC.Authentication.byteCount
      // The trailer's third octet counts the padding before it.
      let ahead = end + 2 - input.position
      if end >= start, let padding = input.peek(ahead) { end -= Int(padding) }
    }
    return ByteRange(offset: start, count: max(0, end - start))
  }
}

extension ByteReader {
  /// A number in the order the sender announced.
  mutating func u16(
    _ field: StaticString, _ isLittleEndian: Bool
  ) throws(ParseFailure) -> UInt16 {
    let value = try u16(field)
    return isLittleEndian ? value.byteSwapped : value
  }

  /// A number in the order the sender announced.
  mutating func u32(
    _ field: StaticString, _ isLittleEndian: Bool
  ) throws(ParseFailure) -> UInt32 {
    let value = try u32(field)
    return isLittleEndian ? value.byteSwapped : value
  }

  /// A number in the order the sender announced.
  mutating func u64(
    _ field: StaticString, _ isLittleEndian: Bool
  ) throws(ParseFailure) -> UInt64 {
    let value = try u64(field)
    return isLittleEndian ? value.byteSwapped : value
  }
}
