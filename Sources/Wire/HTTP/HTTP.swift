/// The heads of HTTP/1 messages, as far as authentication needs them (RFC 9112, RFC 9110 section
/// 11, RFC 4559): which message it is, where its body ends, and the security tokens it carries.
///
/// Windows remote management, certificate enrolment and proxies authenticate so. Bodies are not
/// read.
public enum HTTP {}

extension HTTP {
  /// What one message may hold.
  public enum Limits {
    /// Octets of a head: servers accept 8 to 64 KiB, Windows with large tickets the latter.
    public static let headBytes = 64 * 1024
    /// Octets of a body or chunk: beyond a tebibyte a length is a mistake or an attack.
    public static let bodyBytes = 1 << 40
    /// Fields that authenticate, in one head.
    public static let tokens = 8
    /// Octets of a method: `BASELINE-CONTROL` is the longest registered.
    public static let methodBytes = 20
    /// Octets of a request's target that are searched for the version behind it.
    public static let targetBytes = 4096
    /// Octets of the line that begins a chunk, extensions included.
    public static let chunkLineBytes = 1024
  }

  /// The start line and the fields that matter.
  public struct Head: Sendable {
    public var start: Start
    /// Where the body ends.
    public var body: Body
    /// The tokens, decoded from base 64, in order.
    public var tokens: [[UInt8]] = []
  }

  /// What the start line says.
  public enum Start: Hashable, Sendable {
    case request(Method)
    case response(status: UInt16)
  }

  /// Methods that change how a body is delimited.
  public enum Method: Sendable {
    case head
    case connect
    /// RPC_IN_DATA and RPC_OUT_DATA: the body is remote calls (MS-RPCH section 2.1.2.1).
    case rpc
    case other
  }

  /// How the body is delimited (RFC 9112 section 6.3), the request's method aside.
  public enum Body: Hashable, Sendable {
    /// Neither length nor coding: no body of a request, all that comes of a response.
    case unstated
    case length(Int)
    case chunked
  }

  /// Whether octets begin a message of HTTP/1: a method and a target, or the version of a response.
  ///
  /// Empty lines may come first (RFC 9112 section 2.2). Where the first line has come whole, its
  /// version must be there.
  public static func beginsMessage(_ bytes: Span<UInt8>) -> Bool {
    var reader = ByteReader(bytes)
    reader.skipEmptyLines()
    // Asked of every conversation that nobody else recognises: most fail at their first octet.
    guard let first = reader.peek(), (0x41...0x5A).contains(first) || first == 0x68 else {
      return false
    }
    if reader.begins(with: "http/1.") { return true }
    let isTunnel = reader.begins(with: "connect ")
    var index = reader.position
    while index < bytes.count, isMethodOctet(bytes[index]) { index += 1 }
    let methodByteCount = index - reader.position
    guard (3...Limits.methodBytes).contains(methodByteCount), index + 1 < bytes.count,
      bytes[index] == 0x20, bytes[index + 1] > 0x20, bytes[index + 1] < 0x7F
    else { return false }
    reader.position = index
    let isLikely = bytes[index + 1] == 0x2F || reader.begins(with: " http")
    let end = min(bytes.count, index + Limits.targetBytes)
    while index < end, bytes[index] != 0x0A { index += 1 }
    // The line goes on in the next segment.
    guard index < end else { return isLikely || isTunnel }
    reader.position = index
    return reader.follows(" http/1.", withinLast: 11)
  }

  /// Upper case and what joins words: all methods in use (RFC 9110 section 9, MS-RPCH, WebDAV).
  private static func isMethodOctet(_ octet: UInt8) -> Bool {
    (0x41...0x5A).contains(octet) || octet == 0x5F || octet == 0x2D
  }

  /// Octets of empty lines at the front.
  public static func emptyLineByteCount(in bytes: Span<UInt8>) -> Int {
    var reader = ByteReader(bytes)
    reader.skipEmptyLines()
    return reader.position
  }

  /// Octets of the head that begins here, its empty line included; nil while that has not come.
  public static func headByteCount(in bytes: Span<UInt8>) throws(ParseFailure) -> Int? {
    var search = HeadSearch()
    return try search.byteCount(in: bytes)
  }

  /// How far a head was searched for its end, so that one that comes octet by octet is not searched
  /// from its start each time.
  public struct HeadSearch: Sendable {
    /// Octets that were looked at.
    public private(set) var index = 0
    private var lineByteCount = 0

    public init() {}

    /// Octets of the head, its empty line included; nil while that has not come.
    ///
    /// `bytes` must begin where they began before, and may have grown.
    public mutating func byteCount(in bytes: Span<UInt8>) throws(ParseFailure) -> Int? {
      while index < bytes.count {
        guard index < Limits.headBytes else { throw ParseFailure(.overLimit, "head", at: index) }
        let octet = bytes[index]
        index += 1
        if octet == 0x0A {
          if lineByteCount == 0 { return index }
          lineByteCount = 0
        } else if octet != 0x0D {
          lineByteCount += 1
        }
      }
      return nil
    }
  }

  /// The line that begins a chunk: octets of the line and of the data behind it, without the line end
  /// that follows the data; nil while it has not come whole (RFC 9112 section 7.1).
  public static func chunk(
    in bytes: Span<UInt8>
  ) throws(ParseFailure) -> (lineByteCount: Int, dataByteCount: Int)? {
    var size = 0
    var digits = 0
    var isInSize = true
    var index = 0
    while index < bytes.count {
      guard index < Limits.chunkLineBytes else {
        throw ParseFailure(.overLimit, "chunk-size", at: index)
      }
      let octet = bytes[index]
      index += 1
      if octet == 0x0A {
        guard digits > 0 else { throw ParseFailure(.malformed, "chunk-size", at: index) }
        return (index, size)
      }
      guard isInSize, let digit = hexDigit(octet) else {
        isInSize = false
        continue
      }
      size = size << 4 | digit
      digits += 1
      guard size <= Limits.bodyBytes else {
        throw ParseFailure(.overLimit, "chunk-size", at: index)
      }
    }
    return nil
  }

  private static func hexDigit(_ octet: UInt8) -> Int? {
    switch octet {
    case 0x30...0x39: Int(octet) - 0x30
    case 0x41...0x46: Int(octet) - 0x37
    case 0x61...0x66: Int(octet) - 0x57
    default: nil
    }
  }
}

// MARK: - Parsing

extension HTTP.Head {
  /// Reads a whole head.
  public init(parsing input: inout ByteReader) throws(ParseFailure) {
    start = try HTTP.Start(parsing: &input)
    body = .unstated
    while !input.isAtEnd {
      var line = input.line()
      guard let name = line.part(before: 0x3A) else { continue }
      switch name.remaining {
      case 13 where name.equals("authorization"), 16 where name.equals("www-authenticate"),
        18 where name.equals("proxy-authenticate"), 19 where name.equals("proxy-authorization"):
        try readToken(&line)
      case 14 where name.equals("content-length"): try readLength(&line)
      case 17 where name.equals("transfer-encoding"):
        line.skipSpaces()
        // The last coding of a message is `chunked`; others before it do not delimit.
        if line.ends(with: "chunked") { body = .chunked }
      default: break
      }
    }
  }

  private mutating func readLength(_ line: inout ByteReader) throws(ParseFailure) {
    line.skipSpaces()
    var length = 0
    while let octet = line.peek(), (0x30...0x39).contains(octet) {
      length = length * 10 + Int(try line.u8("Content-Length")) - 0x30
      guard length <= HTTP.Limits.bodyBytes else {
        throw ParseFailure(.overLimit, "Content-Length", at: line.offset)
      }
    }
    // RFC 9112 section 6.3: a coding overrides a length.
    if body != .chunked { body = .length(length) }
  }

  /// `Negotiate`, `NTLM` or `Kerberos`, a space, and base 64 (RFC 4559 section 4).
  private mutating func readToken(_ line: inout ByteReader) throws(ParseFailure) {
    line.skipSpaces()
    guard let scheme = line.part(before: 0x20) else { return }
    guard scheme.equals("negotiate") || scheme.equals("ntlm") || scheme.equals("kerberos") else {
      return
    }
    guard tokens.count < HTTP.Limits.tokens else {
      throw ParseFailure(.overLimit, "credentials", at: line.offset)
    }
    line.skipSpaces()
    let token = line.base64()
    if !token.isEmpty { tokens.append(token) }
  }
}

extension HTTP.Start {
  fileprivate init(parsing input: inout ByteReader) throws(ParseFailure) {
    var line = input.line()
    guard line.begins(with: "http/1.") else {
      self = .request(HTTP.Method(of: line))
      return
    }
    try line.skip(8, "HTTP-version")
    line.skipSpaces()
    var status: UInt16 = 0
    for _ in 0..<3 {
      let octet = try line.u8("status-code")
      guard (0x30...0x39).contains(octet) else {
        throw ParseFailure(.malformed, "status-code", at: line.offset)
      }
      status = status * 10 + UInt16(octet - 0x30)
    }
    self = .response(status: status)
  }
}

extension HTTP.Method {
  fileprivate init(of line: borrowing ByteReader) {
    if line.begins(with: "head ") {
      self = .head
    } else if line.begins(with: "connect ") {
      self = .connect
    } else if line.begins(with: "rpc_in_data ") || line.begins(with: "rpc_out_data ") {
      self = .rpc
    } else {
      self = .other
    }
  }
}

// MARK: - Text

extension ByteReader {
  /// The next line without its end.
  @_lifetime(copy self)
  fileprivate mutating func line() -> ByteReader {
    var end = position
    while end < bytes.count, bytes[end] != 0x0A { end &+= 1 }
    let next = min(end &+ 1, bytes.count)
    if end > position, bytes[end &- 1] == 0x0D { end &-= 1 }
    let line = ByteReader(bytes.extracting(position..<end), base: offset)
    position = next
    return line
  }

  /// What precedes `octet`, which is passed over too; nil where it does not come.
  @_lifetime(copy self)
  fileprivate mutating func part(before octet: UInt8) -> ByteReader? {
    var end = position
    while end < bytes.count, bytes[end] != octet { end &+= 1 }
    guard end < bytes.count else { return nil }
    let part = ByteReader(bytes.extracting(position..<end), base: offset)
    position = end &+ 1
    return part
  }

  fileprivate mutating func skipSpaces() {
    while let octet = peek(), octet == 0x20 || octet == 0x09 { position &+= 1 }
  }

  /// Whether what is left begins with lower-case text, in any case.
  fileprivate func begins(with text: String) -> Bool {
    var distance = 0
    for octet in text.utf8 {
      guard let found = peek(distance), lowered(found) == octet else { return false }
      distance += 1
    }
    return true
  }

  /// Moves behind ends of lines.
  fileprivate mutating func skipEmptyLines() {
    while let octet = peek(), octet == 0x0D || octet == 0x0A { position &+= 1 }
  }

  /// Whether text begins at one of the `count` octets before the cursor.
  fileprivate func follows(_ text: String, withinLast count: Int) -> Bool {
    var probe = self
    probe.position = max(0, position &- count)
    while probe.position < position {
      if probe.begins(with: text) { return true }
      probe.position &+= 1
    }
    return false
  }

  fileprivate func equals(_ text: String) -> Bool {
    remaining == text.utf8.count && begins(with: text)
  }

  fileprivate func ends(with text: String) -> Bool {
    var probe = self
    guard remaining >= text.utf8.count else { return false }
    probe.position = bytes.count &- text.utf8.count
    return probe.begins(with: text)
  }

  private func lowered(_ octet: UInt8) -> UInt8 {
    (0x41...0x5A).contains(octet) ? octet | 0x20 : octet
  }

  /// The octets of base 64 (RFC 4648 section 4), up to the padding, the end, or what is none.
  fileprivate mutating func base64() -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(remaining * 3 / 4)
    var bits: UInt32 = 0
    var bitCount = 0
    while let octet = peek(), octet != 0x3D, octet != 0x20 {
      let value: UInt8
      switch octet {
      case 0x41...0x5A: value = octet - 0x41
      case 0x61...0x7A: value = octet - 0x47
      case 0x30...0x39: value = octet + 4
      case 0x2B: value = 62
      case 0x2F: value = 63
      default: return octets
      }
      position &+= 1
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      guard bitCount >= 8 else { continue }
      bitCount -= 8
      octets.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
    }
    return octets
  }
}
